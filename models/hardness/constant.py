"""The guess of one who has not seen the picture: the same point every time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.geo import WORLD_DIAGONAL_KM, destination, expected_points, haversine_km

Array = NDArray[np.float64]

GRID_DEG = 3
NEAR_ENOUGH_KM = 1.0


def best_constant_point(points: ArrayLike, diagonal_km: float = WORLD_DIAGONAL_KM) -> Array:
    """The point `(2,)` with the highest mean score against `points` `(n, 2)`.

    The best of a grid, then uphill in ever smaller steps, down to `NEAR_ENOUGH_KM`.

    Raises:
        ValueError: there are no points.
    """
    truths = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if len(truths) == 0:
        raise ValueError("points: expected one or more, got none")
    best = _best(_grid(), truths, diagonal_km)
    step_km = 200.0
    while step_km >= NEAR_ENOUGH_KM:
        around = destination(best, np.arange(0, 360, 45), step_km)
        found = _best(np.concatenate([best[None], around]), truths, diagonal_km)
        if np.array_equal(found, best):
            step_km /= 2
        best = found
    return best


def mean_points(candidates: Array, truths: Array, diagonal_km: float) -> Array:
    """Mean score `(m,)` of always guessing each of `candidates` `(m, 2)`, before rounding."""
    means = [expected_points(haversine_km(c, truths), diagonal_km).mean() for c in candidates]
    return np.array(means, dtype=np.float64)


def _best(candidates: Array, truths: Array, diagonal_km: float) -> Array:
    best: Array = candidates[np.argmax(mean_points(candidates, truths, diagonal_km))]
    return best


def _grid() -> Array:
    lats, lngs = np.arange(-90, 91, GRID_DEG), np.arange(-180, 180, GRID_DEG)
    return np.stack(np.meshgrid(lats, lngs, indexing="ij"), axis=-1).reshape(-1, 2).astype(float)
