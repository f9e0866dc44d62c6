"""Guesses marked one by one, and what they are worth together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.evaluation.asked import Asked
from models.evaluation.bootstrap import intervals, means, medians, sequence_ids
from models.evaluation.metrics import COLUMNS, RADII_KM, Metrics, measure, scores_of
from models.geo import haversine_km
from models.geography.admin import Located, by_places

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_SEQUENCES = 10
"""For an interval: percentile intervals of fewer are far too narrow to be shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """One kind of guess at all that was asked; all arrays have a row for each panorama."""

    asked: Asked
    guesses: Array
    """`(n, 2)`."""
    errors_km: Array
    country_right: Mask
    admin1_right: Mask

    def only(self, mask: Mask) -> Marks:
        """Those of the panoramas where the mask `(n,)` holds."""
        return Marks(
            self.asked.only(mask),
            self.guesses[mask],
            self.errors_km[mask],
            self.country_right[mask],
            self.admin1_right[mask],
        )


def mark(guesses: ArrayLike, asked: Asked, truth: Located) -> Marks:
    """Mark guesses `(n, 2)`; `truth` is where the asked panoramas lie.

    A guess or truth at sea is in no country, so never in the right one.
    """
    points = np.asarray(guesses, dtype=np.float64)
    found = by_places(points)
    return Marks(
        asked,
        points,
        haversine_km(points, asked.points),
        (found.countries == truth.countries) & (truth.countries != ""),
        (found.admin1_ids == truth.admin1_ids) & (truth.admin1_ids != ""),
    )


def metrics_of(marks: Marks) -> Metrics:
    """All figures, with 95 % intervals where there are `LEAST_SEQUENCES` or more sequences."""
    asked = marks.asked
    plain = replace(
        measure(marks.guesses, asked.points, asked.diagonal_km),
        country_percent=float(marks.country_right.mean() * 100),
        admin1_percent=float(marks.admin1_right.mean() * 100),
    )
    if sequence_ids(asked.sequences).max() + 1 < LEAST_SEQUENCES:
        return plain

    errors = marks.errors_km
    within = (100 * (errors <= radius) for radius in RADII_KM)
    rights = (100 * marks.country_right, 100 * marks.admin1_right)
    columns = np.column_stack([*within, errors, scores_of(errors, asked.diagonal_km), *rights])

    def resampled(weights: Array) -> Array:
        # In the order of COLUMNS: the median stands before the mean error.
        drawn = means(columns, weights)
        return np.insert(drawn, len(RADII_KM), medians(errors, weights), axis=1)

    found = intervals(resampled, asked.sequences)
    names = (column.name for column in COLUMNS)
    return replace(plain, intervals=dict(zip(names, found, strict=True)))
