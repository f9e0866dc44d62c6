"""Where most of the similar pictures lie: the largest cluster, and its middle.

Kordopatis-Zilos et al. 2021, section 3.3. Otherwise than in the release the mean is brought back
onto the sphere, clusters of one size are told apart by similarity, and where no two pictures agree
the most similar one is believed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.geo import haversine_km, spherical_mean

Array = NDArray[np.float64]


def agreed_place(
    points: Array, similarities: Array, *, eps_km: float, min_samples: int
) -> tuple[Array, NDArray[np.int64]]:
    """The place `(2,)` that similar pictures at points `(k, 2)`, k at least 1, speak for.

    Args:
        points: where they are.
        similarities: `(k,)`.
        eps_km: of DBSCAN, as `min_samples`.
        min_samples: itself included.

    Returns:
        The place, and the rows that it is the mean of.
    """
    from sklearn.cluster import DBSCAN  # noqa: PLC0415  costs a second; other bundles do without

    distances_km = haversine_km(points[:, None], points[None])
    found = DBSCAN(eps=eps_km, min_samples=min_samples, metric="precomputed").fit(distances_km)
    rows = _largest(found.labels_, similarities)
    return spherical_mean(points[rows]), rows


def _largest(labels: NDArray[np.int64], similarities: Array) -> NDArray[np.int64]:
    """Rows of the largest cluster, the one of the most similar pictures among equals."""
    groups = [np.flatnonzero(labels == label) for label in range(labels.max() + 1)]
    best = max(groups, key=lambda rows: (len(rows), similarities[rows].sum()), default=None)
    if best is None or len(best) == 1:
        return np.array([int(np.argmax(similarities))])
    return best
