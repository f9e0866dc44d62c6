"""The area nearest to a point that is in none: at sea, or beyond a coarse coast."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from models.geo import from_mercator, mercator, wrap_lng


def nearest_area(
    polygons: NDArray[np.object_], points: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Row `(n,)` of the polygon nearest to each of points `(n, 2)`, and the nearest point in it.

    Nearest in Mercator's plane, also across the antimeridian: right near by, roughly far off.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if len(points) == 0:
        return np.empty(0, dtype=np.int64), np.empty((0, 2))
    plane = shapely.transform(polygons, lambda lnglat: mercator(lnglat[:, ::-1]))
    at = mercator(np.stack([points[:, 0], wrap_lng(points[:, 1])], axis=1))
    copies = shapely.points(at + np.array([(-360, 0), (0, 0), (360, 0)])[:, None])
    (_, rows), distances = shapely.STRtree(plane).query_nearest(
        copies.ravel(), all_matches=False, return_distance=True
    )
    copy = np.argmin(distances.reshape(3, -1), axis=0), np.arange(len(points))
    found = rows.reshape(3, -1)[copy]
    lines = shapely.shortest_line(plane[found], copies[copy])
    ends = shapely.get_coordinates(shapely.get_point(lines, 0))
    return found, from_mercator(ends)
