"""Outlines of the countries as one SVG path, for maps in reports."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from models.geography.borders import country_polygons

TOLERANCE_DEG = 0.25
LEAST_AREA_DEG2 = 0.3
"""Smaller islands are not drawn."""


@cache
def land_path() -> str:
    """The path in tenths of a degree: x east, y south. Neighbours share their simplified border."""
    shapes = shapely.coverage_simplify(np.array(list(country_polygons().values())), TOLERANCE_DEG)
    parts = shapely.get_parts(shapes)
    rings = shapely.get_rings(parts[shapely.area(parts) >= LEAST_AREA_DEG2])
    return "".join(_path(shapely.get_coordinates(ring)) for ring in rings)


def _path(lnglat: NDArray[np.float64]) -> str:
    x, y = np.rint(lnglat[:-1].T * [[10], [-10]]).astype(int)
    points = list(zip(x.tolist(), y.tolist(), strict=True))
    steps = [f"{bx - ax},{by - ay}" for (ax, ay), (bx, by) in pairwise(points)]
    return f"M{points[0][0]},{points[0][1]}l{' '.join(steps)}z"
