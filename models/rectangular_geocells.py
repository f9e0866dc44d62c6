"""The naive geocells: boxes of latitude and longitude, halved until they hold few locations.

The baseline of the PIGEON ablation ("without semantic geocells"). The boxes cover the whole world
and never cross the antimeridian.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from models.geo import EARTH_RADIUS_KM
from models.geocells import GeocellError, Geocells, Namer, make_geocells

Points = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""South, west, north, east."""

WORLD: Box = (-90.0, -180.0, 90.0, 180.0)


def rectangular_geocells(points: Points, max_points: int, namer: Namer | None = None) -> Geocells:
    """Geocells for training locations `(n, 2)`, each with at most `max_points` of them.

    Each halving leaves both sides as equal as ties allow, so a cell holds about
    `max_points / 2` or more. Only locations that coincide can exceed the maximum.

    Raises:
        GeocellError: there are no locations, or `max_points` is below 1.
    """
    if len(points) == 0 or max_points < 1:
        raise GeocellError(
            f"expected locations and max_points >= 1, got: {len(points)} and {max_points}"
        )
    leaves = _halve(points, np.arange(len(points)), WORLD, max_points)
    ids = np.empty(len(points), dtype=np.int64)
    for cell, (members, _) in enumerate(leaves):
        ids[members] = cell
    boxes = [shapely.box(west, south, east, north) for _, (south, west, north, east) in leaves]
    return make_geocells(points, ids, boxes, namer)


def _halve(
    points: Points, members: NDArray[np.int64], box: Box, max_points: int
) -> list[tuple[NDArray[np.int64], Box]]:
    """The leaves below one box: member rows and area of each."""
    cut = None if len(members) <= max_points else _best_cut(points[members])
    if cut is None:
        return [(members, box)]
    axis, value = cut
    low = points[members, axis] < value
    south, west, north, east = box
    first, second = (
        ((south, west, value, east), (value, west, north, east))
        if axis == 0
        else ((south, west, north, value), (south, value, north, east))
    )
    return _halve(points, members[low], first, max_points) + _halve(
        points, members[~low], second, max_points
    )


def _best_cut(points: Points) -> tuple[int, float] | None:
    """Axis (0 lat, 1 lng) and value of a halving cut, the longer side first; None if all agree."""
    extents = np.ptp(points, axis=0)
    mid_lat = np.radians((points[:, 0].min() + points[:, 0].max()) / 2)
    sides_km = np.radians(extents) * EARTH_RADIUS_KM * np.array([1.0, np.cos(mid_lat)])
    for axis in (int(np.argmax(sides_km)), int(np.argmin(sides_km))):
        value = _median_gap(np.sort(points[:, axis]))
        if value is not None:
            return axis, value
    return None


def _median_gap(ordered: NDArray[np.float64]) -> float | None:
    """Middle of the gap between different neighbours that is nearest to the median."""
    gaps = np.flatnonzero(np.diff(ordered) > 0)
    if len(gaps) == 0:
        return None
    gap = gaps[np.argmin(np.abs(gaps + 1 - len(ordered) / 2))]
    middle = float(ordered[gap] / 2 + ordered[gap + 1] / 2)
    # Neighbouring floats have no middle; the cut must leave the lower one below it.
    return middle if middle > ordered[gap] else float(ordered[gap + 1])
