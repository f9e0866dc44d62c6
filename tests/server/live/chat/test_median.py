"""The spherical median, against brute force."""

from __future__ import annotations

import numpy as np
import pytest

from models.geo import haversine_km
from server.live.chat.median import spherical_median


def sum_km(at: object, points: object) -> float:
    return float(haversine_km(at, points).sum())


@pytest.mark.parametrize("seed", range(6))
def test_no_place_near_by_or_far_is_better(seed: int) -> None:
    chance = np.random.default_rng(seed)
    size = [3, 4, 7, 25, 100, 400][seed]
    points = np.column_stack([chance.uniform(-70, 80, size), chance.uniform(120, 260, size)])
    points[:, 1] = (points[:, 1] + 180) % 360 - 180
    found = spherical_median(points)
    lat, lng = np.meshgrid(np.arange(-88, 90, 4), np.arange(-180, 180, 4))
    grid = np.column_stack([lat.ravel(), lng.ravel()])
    best = min(haversine_km(grid[:, None], points[None]).sum(axis=1))
    assert sum_km(found, points) <= best + 1e-6
    for step in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01)):
        assert sum_km(np.add(found, step), points) >= sum_km(found, points) - 1e-6


def test_outliers_do_not_carry_it_away() -> None:
    crowd = [(48.2, 16.3), (48.3, 16.4), (48.25, 16.35), (48.22, 16.38), (48.27, 16.31)]
    lat, lng = spherical_median([*crowd, (-33, 151), (-33, 151)])
    assert float(haversine_km((lat, lng), (48.25, 16.35))) < 12


def test_three_of_five_hold_it() -> None:
    # More than half of the weight on one point: it is the median (Vardi and Zhang 2000).
    points = [(10, 20)] * 3 + [(60, -100), (-40, 170)]
    assert spherical_median(points) == pytest.approx((10, 20), abs=1e-9)


def test_across_the_antimeridian() -> None:
    lat, lng = spherical_median([(0, 179), (0, -179), (1, 180), (-1, 180)])
    assert lat == pytest.approx(0, abs=1e-6)
    assert abs(lng) == pytest.approx(180, abs=1e-6)


def test_few() -> None:
    assert spherical_median([(5, 6)]) == pytest.approx((5, 6))
    assert sum_km(spherical_median([(90, 0), (-90, 0)]), [(90, 0), (-90, 0)]) == pytest.approx(
        np.pi * 6371.0088
    )
    with pytest.raises(ValueError, match="at least one"):
        spherical_median([])
