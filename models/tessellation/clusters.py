"""OPTICS on the sphere (Ankerst et al. 1999).

The labels are those of scikit-learn's OPTICS; its loop over points takes 30 times as long.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from models.geo import to_unit_vectors

NOISE = -1

_COINCIDE = 1e-9
"""Chord of 6 mm: a reachability of 0 would make the steepness a division by zero."""

_UNSEEN = 1e9

_DECIMALS = 15
"""Distances are rounded as scikit-learn rounds them, so that ties are the same."""


def optics(
    points: NDArray[np.float64], *, min_samples: int, xi: float, min_cluster: int
) -> NDArray[np.int64]:
    """Cluster `(n,)` of each of the points `(n, 2)` by great-circle distance, -1 for noise.

    Args:
        points: lat, lng.
        min_samples: neighbours, itself among them, that make a point's core distance.
        xi: relative steepness in the reachability plot that ends a cluster.
        min_cluster: points of a cluster.
    """
    if len(points) < max(min_samples, min_cluster, 2):
        return np.full(len(points), NOISE)
    from sklearn.cluster import cluster_optics_xi  # noqa: PLC0415  costs a second

    ordering, reachability, predecessor = _reached(to_unit_vectors(points), min_samples)
    labels, _ = cluster_optics_xi(
        reachability=reachability,
        predecessor=predecessor,
        ordering=ordering,
        min_samples=min_samples,
        min_cluster_size=min_cluster,
        xi=xi,
    )
    return np.asarray(labels, dtype=np.int64)


def _reached(
    vectors: NDArray[np.float64], min_samples: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Order, reachability and predecessor `(n,)` of unit vectors `(n, 3)`."""
    n = len(vectors)
    core = cKDTree(vectors).query(vectors, k=[min_samples])[0][:, 0]
    core = np.maximum(core, _COINCIDE)
    x, y, z = np.ascontiguousarray(vectors.T)
    reachability, predecessor = np.full(n, np.inf), np.full(n, -1)
    ordering, reached = np.empty(n, dtype=np.int64), np.zeros(n, dtype=bool)
    # A point that is reached must not be the next one again, one not seen yet can be the first.
    nearness = np.full(n, _UNSEEN)
    for step in range(n):
        point = int(np.argmin(nearness))
        ordering[step], reached[point] = point, True
        if nearness[point] < _UNSEEN:
            reachability[point] = nearness[point]
        chords = np.sqrt((x - x[point]) ** 2 + (y - y[point]) ** 2 + (z - z[point]) ** 2)
        chords = np.around(np.maximum(chords, core[point]), _DECIMALS)
        better = (chords < nearness) & ~reached
        nearness[better], predecessor[better] = chords[better], point
        nearness[point] = np.inf
    return ordering, reachability, predecessor
