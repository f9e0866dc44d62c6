"""Metrics, against an outside table, hand-computed cases and each kind of guess."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from models.baselines import LandPrior
from models.bundle import save_bundle
from models.evaluate import as_json, evaluate, main, measure, table_of
from models.geo import destination
from tests.models.small_models import land_prior, pigeon, samples

ORACLE = Path(__file__).parents[3] / "shared/data/meta/osv5m_select.csv"


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


def test_the_table_and_the_json_show_the_figures() -> None:
    rows = {"guess": measure([(0.0, 0.0)], [(0.0, 1.0)])}
    cells = [next(iter(column.cells)) for column in table_of("t", rows).columns]
    assert cells == ["guess", "1", "0.0", "0.0", "100.0", "100.0", "100.0", "111", "111", "4,641"]
    assert as_json(rows)["guess"] == {
        "n": 1,
        "within_percent": {"1": 0.0, "25": 0.0, "200": 100.0, "750": 100.0, "2500": 100.0},
        "median_km": 111.195,
        "mean_km": 111.195,
        "mean_score": 4641.0,
    }


def test_a_missing_bundle_or_pack_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--bundle", "none-such", "--pack", str(tmp_path)]) == 1
    assert "got: none-such" in capsys.readouterr().err
    prior: LandPrior = land_prior()
    bundle = save_bundle(tmp_path / "b", prior, encoder_spec="x", data={}, metrics={})
    assert main(["--bundle", str(bundle), "--pack", str(tmp_path / "nowhere")]) == 1
    assert "expected a pack" in capsys.readouterr().err
