"""The report stands on its own, and shows what was worst."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.evaluation.evaluation import DECIDED, Answers, answers_of, evaluation_of
from models.evaluation.marks import mark
from models.evaluation.misses import names_of, small_picture, worst_misses
from models.evaluation.report import write_report
from models.geography.admin import by_places
from tests.models.evaluation.small_questions import ATLANTIC, LYON, PARIS, SYDNEY, asked_at
from tests.models.small_models import pigeon, samples


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[Path, ...]:
    files = tuple(tmp_path / f"{name}.png" for name in "abc")
    for shade, file in enumerate(files):
        Image.new("RGB", (1024, 512), (80 * shade, 0, 0)).save(file)
    return files


def test_worst_misses_come_first_with_names_and_pictures(pictures: tuple[Path, ...]) -> None:
    asked = replace(asked_at([PARIS, SYDNEY, LYON]), files=pictures, credits=("A", "B", "C"))
    marks = mark([LYON, PARIS, LYON], asked, by_places(asked.points))
    worst, second = worst_misses(marks, 2)
    assert (worst.id, worst.truth, worst.guess) == ("q1", SYDNEY, PARIS)
    assert worst.error_km == pytest.approx(16_960, rel=0.01)
    assert worst.truth_name.endswith(", Australia")
    assert worst.guess_name.endswith(", France")
    assert (second.id, second.credit) == ("q0", "A")
    shown = Image.open(BytesIO(base64.b64decode(worst.picture.partition(",")[2])))
    assert shown.size == (360, 180)
    assert np.abs(np.asarray(shown)[90, 180].astype(int) - (80, 0, 0)).max() < 8


def test_a_picture_that_is_gone_is_left_out(tmp_path: Path) -> None:
    assert small_picture(tmp_path / "none.jpg") == ""


def test_the_sea_has_a_name_too() -> None:
    (name,) = names_of([ATLANTIC])
    assert re.fullmatch(r"at sea, [\d,]+ km from .+", name)


def test_it_needs_nothing_but_itself(tmp_path: Path, pictures: tuple[Path, ...]) -> None:
    known, model = samples(), pigeon()
    asked = replace(asked_at(known.points), name="cities <&>")
    whole = evaluation_of(asked, answers_of(model, known.embeddings, known.points))
    three = replace(asked_at([PARIS, SYDNEY, LYON]), files=pictures, credits=("A & B",) * 3)
    other = evaluation_of(three, Answers({DECIDED: np.array([LYON, PARIS, LYON])}))
    path = write_report("small <pigeon>", [whole, other], tmp_path / "report.html")
    html = path.read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="(?!data:|#)', html)
    assert "<script" not in html
    assert "<h1>small &lt;pigeon&gt;</h1>" in html
    assert "cities &lt;&amp;&gt;" in html
    assert html.count('<path class="truths"') == 2
    assert html.count('class="bin"') == 15  # the other system tells no probabilities
    assert html.count("data:image/jpeg;base64,") == 3
    assert html.count("Pictures: A &amp; B.") == 1
    assert html.count("worst misses") == 2
