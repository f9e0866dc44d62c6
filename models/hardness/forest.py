"""Guesses from a table of features: a forest finds the training places most alike, one is named.

A place's neighbours are the training places that share a tree's leaf with it, averaged over the
trees (the weights of Meinshausen, Quantile Regression Forests, JMLR 7, 2006). The trees split to
bring unit vectors together (extremely randomised trees: Geurts, Ernst and Wehenkel, Machine
Learning 63, 2006). On oracle features of 5,400 places this beat a classifier over geocells by 80
to 530 points.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.geo import WORLD_DIAGONAL_KM, expected_points, haversine_km, to_unit_vectors

Array = NDArray[np.float64]

TREES = 100
LEAST_LEAF = 3
FEATURES_A_SPLIT = 0.3
MOST_NEIGHBOURS = 400
"""Only the heaviest count: the sums are quadratic in them."""

_ROWS = 256
"""Places asked at once: bounds the memory."""


def forest_guesses(
    features: Array,
    points: Array,
    asked: Array,
    *,
    diagonal_km: float = WORLD_DIAGONAL_KM,
    seed: int = 0,
) -> Array:
    """Guesses `(m, 2)` for features `(m, d)`, learnt from features `(n, d)` at points `(n, 2)`.

    Each is the neighbour that promises most points, if the truth is a neighbour drawn by weight.
    """
    from sklearn.ensemble import ExtraTreesRegressor  # noqa: PLC0415  costs a second

    trees = ExtraTreesRegressor(
        TREES, min_samples_leaf=LEAST_LEAF, max_features=FEATURES_A_SPLIT, random_state=seed
    )
    trees.fit(features, to_unit_vectors(points))
    known = trees.apply(features)
    guesses = [
        best_neighbour(points, weights, diagonal_km)
        for first in range(0, len(asked), _ROWS)
        for weights in _shared_leaves(known, trees.apply(asked[first : first + _ROWS]))
    ]
    return np.array(guesses, dtype=np.float64).reshape(-1, 2)


def best_neighbour(points: Array, weights: Array, diagonal_km: float) -> Array:
    """The one of `points` `(n, 2)` with the most expected points under `weights` `(n,)`."""
    rows = np.argsort(-weights, kind="stable")[:MOST_NEIGHBOURS]
    rows = rows[weights[rows] > 0]
    places = points[rows]
    scores = expected_points(haversine_km(places[:, None], places[None]), diagonal_km)
    best: Array = places[np.argmax(scores @ weights[rows])]
    return best


def _shared_leaves(known: NDArray[np.int64], asked: NDArray[np.int64]) -> Iterator[Array]:
    """For each row of leaves `(m, trees)` the weights `(n,)` of the rows of `known` `(n, trees)`.

    Each tree shares the same weight out among its leaf's rows.
    """
    total = np.zeros((len(asked), len(known)))
    for theirs, ours in zip(known.T, asked.T, strict=True):
        same = ours[:, None] == theirs[None]
        total += same / same.sum(axis=1, keepdims=True)
    yield from total
