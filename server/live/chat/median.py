"""The point with the least sum of distances to many: what a crowd guesses, outliers and all.

Weiszfeld's iteration on the tangent plane (Fletcher, Venkatasubramanian and Joshi 2009, "The
geometric median on Riemannian manifolds", section 3), with Vardi and Zhang's step off a point
(2000, "The multivariate L1-median and associated data depth").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from models.geo import Array, haversine_km, to_points, to_unit_vectors

MAX_STEPS = 200
STILL = 1e-10
"""Radians, under a millimetre: a step so short is the last."""
MAX_STARTS = 100
"""Of the points, which are tried for the best one to start from."""


def spherical_median(points: ArrayLike) -> tuple[float, float]:
    """Median `lat, lng` of points `(n, 2)`; of few far apart, the best that is found.

    Raises:
        ValueError: there are no points.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if not len(points):
        raise ValueError("points: expected at least one, got none")
    start = _best_of(points)
    found = to_points(_descend(to_unit_vectors(points), to_unit_vectors(start)))
    ends = np.stack([start, found])
    lat, lng = ends[_sums_km(ends, points).argmin()].tolist()
    return lat, lng


def _sums_km(candidates: Array, points: Array) -> Array:
    return np.asarray(haversine_km(candidates[:, None], points[None]).sum(axis=1))


def _best_of(points: Array) -> Array:
    candidates = points[:: -(-len(points) // MAX_STARTS)]
    return np.asarray(candidates[_sums_km(candidates, points).argmin()])


def _descend(vectors: Array, at: Array) -> Array:
    for _ in range(MAX_STEPS):
        step = _step(vectors, at)
        angle = float(np.linalg.norm(step))
        if angle < STILL:
            break
        at = np.cos(angle) * at + np.sin(angle) / angle * step
        at = at / np.linalg.norm(at)
    return at


def _step(vectors: Array, at: Array) -> Array:
    """From `at` along the tangent plane: the mean of the points there, the near ones weigh more."""
    cosines = vectors @ at
    away = vectors - cosines[:, None] * at
    sines = np.linalg.norm(away, axis=1)
    angles = np.arctan2(sines, cosines)
    far = sines > STILL  # its antipode has no direction either
    if not far.any():
        return np.zeros(3)
    directions = away[far] / sines[far, None]
    pull = directions.sum(axis=0)
    here = np.count_nonzero(angles <= STILL)
    strength = float(np.linalg.norm(pull))
    if strength <= here:  # those who guessed just this hold it
        return np.zeros(3)
    share = 1 - here / strength
    return np.asarray(share * pull / (1 / angles[far]).sum())
