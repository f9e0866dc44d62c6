"""The best constant point, against cases without doubt and a much finer search."""

from __future__ import annotations

import numpy as np
import pytest

from models.geo import destination, haversine_km
from models.hardness.constant import best_constant_point, mean_points


def test_one_point_is_its_own_best() -> None:
    best = best_constant_point([(48.86, 2.35)])
    assert haversine_km(best, (48.86, 2.35)) < 2


def test_the_larger_of_two_far_crowds_wins() -> None:
    paris, sydney = np.array([48.86, 2.35]), np.array([-33.87, 151.21])
    crowd = np.concatenate([np.tile(paris, (4, 1)), np.tile(sydney, (5, 1))])
    assert haversine_km(best_constant_point(crowd), sydney) < 2


@pytest.mark.slow
def test_no_point_of_a_fine_grid_is_better() -> None:
    rng = np.random.default_rng(4)
    towns = destination((20.0, 178.0), rng.uniform(0, 360, 40), rng.uniform(0, 4000, 40))
    best = best_constant_point(towns)
    lats, lngs = np.arange(-30, 70.1, 1), np.arange(130, 230.1, 1)
    grid = np.stack(np.meshgrid(lats, lngs), axis=-1).reshape(-1, 2)
    found = mean_points(np.array([best]), towns, 14916.862)[0]
    assert found >= mean_points(grid, towns, 14916.862).max()


def test_of_nothing_there_is_none() -> None:
    with pytest.raises(ValueError, match="expected one or more, got none"):
        best_constant_point(np.zeros((0, 2)))
