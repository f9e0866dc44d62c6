"""The step on a little pack, with a bundle that knows the answers by heart."""

from __future__ import annotations

import json

import pytest

from models.bundle import load_bundle
from models.hardness.exam import make_exam
from models.hardness.hardness import hardness, main
from models.render import render_pack
from models.world.pack import PackError, load_pack

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packs") / "little"
    asked = {"count": 60, "split": None, "width_px": 64, "seed": 4, "processes": 1}
    return load_pack(render_pack(folder, name="little", **asked))


def test_every_row_is_of_the_same_panoramas(pack) -> None:
    exam = make_exam(pack, "train")  # asked for what was learnt: the rows are upper bounds
    bundle = load_bundle("world-small")
    rows = {row.name: row for row in hardness(exam, [bundle], 1)}
    assert {row.metrics.n for row in rows.values()} == {len(pack.split("train"))}
    assert all(r.interval[0] <= r.metrics.mean_score <= r.interval[1] for r in rows.values())
    assert list(rows)[-1] == "bundle world-small"
    constant = rows["chance: the best constant point"].metrics.mean_score
    assert rows["oracle: all cues"].metrics.mean_score > constant
    assert rows["simple colour features"].metrics.mean_score > constant


def test_the_command(pack, tmp_path, capsys) -> None:
    file = tmp_path / "rows.json"
    argv = ["--pack", str(pack.folder), "--split", "validation", "--json", str(file)]
    assert main(argv) == 0
    assert "| oracle: climate " in capsys.readouterr().out
    assert len(json.loads(file.read_text(encoding="utf-8"))) == 8


def test_what_cannot_be_measured_is_told(tmp_path, capsys) -> None:
    assert main(["--pack", str(tmp_path)]) == 1
    assert "homing world hardness: " in capsys.readouterr().err


def test_an_empty_split_is_refused(tmp_path) -> None:
    asked = {"count": 1, "split": "test", "width_px": 64, "seed": 4, "processes": 1}
    pack = load_pack(render_pack(tmp_path / "p", name="p", **asked))
    with pytest.raises(PackError, match=r"expected panoramas of both splits, got: .*'train': 0"):
        make_exam(pack, "test")
