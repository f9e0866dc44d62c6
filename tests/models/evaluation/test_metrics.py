"""Metrics, against an outside table, hand-computed cases and each kind of guess."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.evaluation.metrics import COLUMNS, as_json, evaluate, figures, measure, scores_of
from models.geo import destination
from tests.models.small_models import pigeon, samples

ORACLE = Path(__file__).parents[4] / "shared/data/meta/osv5m_select.csv"


@pytest.mark.skipif(not ORACLE.is_file(), reason="needs the shared data")
@pytest.mark.parametrize("model", ["", "_base"])
def test_against_published_errors_and_scores(model: str) -> None:
    with ORACLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    guesses = [(float(r[f"pred_lat{model}"]), float(r[f"pred_lon{model}"])) for r in rows]
    truths = [(float(r["true_lat"]), float(r["true_lon"])) for r in rows]
    errors = np.array([float(r[f"distance{model}"]) for r in rows])
    scores = np.array([float(r[f"score{model}"]) for r in rows])
    found = measure(guesses, truths)
    # Their Earth is 6371 km, ours 6371.0088; their scores are not rounded, their decay is 1492.7.
    assert found.n == 50
    assert found.median_km == pytest.approx(np.median(errors), rel=1e-4)
    assert found.mean_km == pytest.approx(np.mean(errors), rel=1e-4)
    assert found.mean_score == pytest.approx(np.mean(scores), abs=1)
    for radius, share in found.within_percent.items():
        assert share == pytest.approx(np.mean(errors <= float(radius)) * 100)


def test_by_hand() -> None:
    errors_km = np.array([0, 0.9, 24, 100, 700, 2400, 5000, 0.02])
    truths = np.zeros((8, 2))
    guesses = destination(truths, np.arange(8) * 45.0, errors_km)
    found = measure(guesses, truths)
    assert found.within_percent == {"1": 37.5, "25": 50, "200": 62.5, "750": 75, "2500": 87.5}
    assert found.median_km == pytest.approx((24 + 100) / 2)
    assert found.mean_km == pytest.approx(errors_km.sum() / 8)
    scores = (5000, 4997, 4920, 4676, 3127, 1001, 175, 5000)  # 5000 exp(-d / 1491.6862)
    assert found.mean_score == pytest.approx(sum(scores) / 8)


def test_a_small_map_punishes_harder() -> None:
    guess, truth = [(0.0, 0.0)], [(0.0, 1.0)]
    assert measure(guess, truth, 1000).mean_score == round(5000 * np.exp(-10 * 111.195 / 1000))


def test_nothing_to_measure_is_refused() -> None:
    with pytest.raises(ValueError, match=r"got: \(0, 2\), \(0, 2\)"):
        measure(np.zeros((0, 2)), np.zeros((0, 2)))
    with pytest.raises(ValueError, match=r"got: \(2, 2\), \(3, 2\)"):
        measure(np.zeros((2, 2)), np.zeros((3, 2)))


def test_refinement_helps_where_the_very_panorama_is_known() -> None:
    rows = evaluate(pigeon(), samples())
    assert rows["refined"].median_km == pytest.approx(0, abs=1e-9)
    assert rows["geocell"].median_km > 1
    assert rows["refined"].mean_score > rows["geocell"].mean_score


def test_the_json_holds_what_was_measured() -> None:
    rows = {"guess": measure([(0.0, 0.0)], [(0.0, 1.0)])}
    assert as_json(rows)["guess"] == {
        "n": 1,
        "within_percent": {"1": 0.0, "25": 0.0, "200": 100.0, "750": 100.0, "2500": 100.0},
        "median_km": 111.195,
        "mean_km": 111.195,
        "mean_score": 4641.0,
    }
    asked = replace(rows["guess"], country_percent=0.0, intervals={"mean_km": (1.00049, 2.0)})
    found = as_json({"guess": asked})["guess"]
    assert found["country_percent"] == 0.0
    assert found["intervals"] == {"mean_km": [1.0, 2.0]}


def test_every_figure_has_its_column() -> None:
    metrics = replace(
        measure([(0.0, 0.0)], [(0.0, 1.0)]), country_percent=40.0, admin1_percent=30.0
    )
    values = {
        "within_1_km_percent": 0.0,
        "within_25_km_percent": 0.0,
        "within_200_km_percent": 100.0,
        "within_750_km_percent": 100.0,
        "within_2500_km_percent": 100.0,
        "median_km": pytest.approx(111.195, abs=1e-3),
        "mean_km": pytest.approx(111.195, abs=1e-3),
        "mean_score": 4641.0,
        "country_percent": 40.0,
        "admin1_percent": 30.0,
    }
    assert figures(metrics) == values
    assert [column.name for column in COLUMNS] == list(values)


def test_scores_are_the_games() -> None:
    assert scores_of([111.195, 0.0, 0.02], 14916.862).tolist() == [4641, 5000, 5000]
