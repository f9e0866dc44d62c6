"""All that is said of one system, leaks left out."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from models.evaluation.benchmarks import published
from models.evaluation.evaluation import (
    DECIDED,
    WITH_LEAKS,
    Answers,
    Evaluation,
    answers_of,
    evaluation_as_json,
    evaluation_of,
)
from models.evaluation.leaks import find_leaks, members_of
from models.evaluation.printing import print_evaluation, sentences
from models.geo import destination, haversine_km
from tests.models.evaluation.small_questions import LYON, PARIS, SYDNEY, asked_at
from tests.models.small_models import nearest_neighbour, pigeon, samples


@pytest.fixture(scope="module")
def of_pigeon() -> Evaluation:
    """Asked for its own members, of which the even ones were moved 5 km, so that they pass."""
    known, model = samples(), pigeon()
    moved_km = np.where(np.arange(60) % 2, 0.0, 5.0)
    asked = asked_at(destination(known.points, 90.0, moved_km))
    members = members_of(model)
    assert members is not None
    leaking, leaks = find_leaks(asked, members, 0.001)
    answers = answers_of(model, known.embeddings, asked.points)
    return evaluation_of(
        asked, answers, leaking=leaking, leaks=leaks, published=published("im2gps")
    )


def test_leaks_are_in_one_row_only(of_pigeon: Evaluation) -> None:
    assert list(of_pigeon.rows) == ["geocell", "refined", DECIDED, WITH_LEAKS]
    assert [metrics.n for metrics in of_pigeon.rows.values()] == [30, 30, 30, 60]
    assert of_pigeon.asked.ids == tuple(f"q{row}" for row in range(0, 60, 2))
    # Each is found where it was at first, and those that are left were moved 5 km.
    assert of_pigeon.rows["refined"].median_km == pytest.approx(5, abs=1e-6)
    guesses = [prediction.guess for prediction in pigeon().locate(samples().embeddings)]
    moved = destination(samples().points, 90.0, np.where(np.arange(60) % 2, 0.0, 5.0))
    errors_km = haversine_km(guesses, moved)
    assert of_pigeon.rows[WITH_LEAKS].mean_km == pytest.approx(errors_km.mean())
    assert of_pigeon.rows[DECIDED].mean_km == pytest.approx(errors_km[::2].mean())
    assert of_pigeon.leaks is not None
    assert of_pigeon.leaks.left_out == 30


def test_groups_are_of_the_decided_guess(of_pigeon: Evaluation) -> None:
    continents = of_pigeon.groups["continent"]
    assert sum(metrics.n for metrics in continents.values()) == 30
    assert continents["Europe"].n == 10  # Paris and Reykjavik
    assert continents["Europe"].mean_km == pytest.approx(5, abs=0.5)


def test_radii_and_probabilities_are_judged_without_leaks(of_pigeon: Evaluation) -> None:
    assert [c.promised_percent for c in of_pigeon.coverages] == [50, 90]
    assert of_pigeon.reliability is not None
    assert sum(part.n for part in of_pigeon.reliability.bins) == 30


def test_published_systems_come_first(of_pigeon: Evaluation) -> None:
    names = list(of_pigeon.table)
    assert names.index("PIGEOTTO") < names.index("geocell")
    assert any("project page of PIGEON" in sentence for sentence in sentences(of_pigeon))


def test_the_json_holds_all_of_it(of_pigeon: Evaluation) -> None:
    found = json.loads(json.dumps(evaluation_as_json(of_pigeon), allow_nan=False))
    assert found["rows"]["guess"]["n"] == 30
    assert set(found["groups"]) == {"continent", "setting", "country"}
    assert len(found["reliability"]["bins"]) == 15
    assert found["coverage"][1]["promised_percent"] == 90
    assert found["leaks"]["left_out"] == 30
    assert found["published"][0]["system"] == "PlaNet"
    assert [guess["id"] for guess in found["guesses"]] == list(of_pigeon.asked.ids)
    assert found["guesses"][0]["error_km"] == 5


def test_another_system_has_no_radii_and_no_leaks() -> None:
    found = evaluation_of(asked_at([PARIS, SYDNEY]), Answers({DECIDED: np.array([LYON, SYDNEY])}))
    assert list(found.rows) == [DECIDED]
    assert found.rows[DECIDED].country_percent == 100
    assert (found.reliability, found.coverages, found.leaks) == (None, (), None)
    assert list(sentences(found)) == []


def test_a_geolocator_without_geocells_has_no_probabilities() -> None:
    known = samples()
    answers = answers_of(nearest_neighbour(), known.embeddings, known.points)
    assert evaluation_of(asked_at(known.points), answers).reliability is None


def test_when_all_leak_nothing_is_left_to_measure() -> None:
    asked = asked_at([PARIS])
    with pytest.raises(ValueError, match="made-up: expected panoramas farther"):
        evaluation_of(asked, Answers({DECIDED: asked.points}), leaking=np.array([True]))


def test_the_terminal(of_pigeon: Evaluation, capsys: pytest.CaptureFixture[str]) -> None:
    print_evaluation(of_pigeon, "small-pigeon")
    out = capsys.readouterr().out
    assert "small-pigeon on made-up" in out
    assert "by country" in out
    assert "30 of 60 left out: within 0.001 km" in out
    assert max(map(len, out.splitlines())) <= 88
    assert of_pigeon.leaks is not None
    off = replace(of_pigeon, leaks=replace(of_pigeon.leaks, radius_km=0.0, left_out=0))
    assert any(sentence.startswith("Leak control is off.") for sentence in sentences(off))
