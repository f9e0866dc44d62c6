"""Risk and coverage by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.abstaining import ANSWERED, risk_coverage
from models.geo import WORLD_DIAGONAL_KM


def test_the_most_trusted_are_answered() -> None:
    trust = np.array([4000.0, 1000, 3000, 2000])
    errors = np.array([10.0, 3000, 300, 20])
    found = {row.percent: row for row in risk_coverage(trust, errors, WORLD_DIAGONAL_KM)}
    assert {percent: row.n for percent, row in found.items()} == {
        100: 4,
        90: 3,
        75: 3,
        50: 2,
        25: 1,
    }
    assert found[100].median_km == 160
    assert found[75].within_25_km_percent == pytest.approx(200 / 3)
    assert (found[50].least_trust, found[50].median_km) == (3000, 155)
    assert found[50].within_200_km_percent == 50
    assert found[25].mean_score == 4967  # 5000 * exp(-10 * 10 / 14916.862) = 4966.6


def test_an_honest_trust_pays() -> None:
    rng = np.random.default_rng(3)
    errors = rng.exponential(500, size=1000)
    rows = risk_coverage(-errors + rng.normal(scale=100, size=1000), errors, WORLD_DIAGONAL_KM)
    assert [row.percent for row in rows] == list(ANSWERED)
    scores = [row.mean_score for row in rows]
    assert scores == sorted(scores)
