"""The geographic hold-out: blocks of the Earth that no training panorama lies in.

The Earth is cut into blocks of about 330 by 330 km, the same for everybody: rows of equal height,
cut into blocks of about equal area. Some of them are held out, by a hash of their numbers alone.
Around them lies a moat, `MOAT_KM` wide, in which nothing is photographed: so whatever the seed of
a pack, a place of the hold-out is at least `MOAT_KM` away from every place that is not of it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.geo import EARTH_RADIUS_KM, wrap_lng
from models.world.style import uniform

BLOCK_DEG = 3.0
"""Height of a row of blocks: 334 km."""
MOAT_KM = 25.0
_SHARE = 0.055
"""Of the blocks; they hold one in twenty of the places that are photographed."""
_ROWS = round(180 / BLOCK_DEG)


def held_out(points: ArrayLike) -> NDArray[np.bool_]:
    """Whether points `(n, 2)` lie in a block that is held out."""
    lat, lng = np.moveaxis(np.atleast_2d(np.asarray(points, dtype=np.float64)), -1, 0)
    rows = np.clip(np.floor((lat + 90) / BLOCK_DEG).astype(int), 0, _ROWS - 1)
    table = _blocks()
    columns = np.floor((wrap_lng(lng) + 180) / 360 * _columns()[rows]).astype(int)
    return np.asarray(table[rows, np.clip(columns, 0, _columns()[rows] - 1)])


def in_moat(points: ArrayLike) -> NDArray[np.bool_]:
    """Whether points `(n, 2)` lie outside the hold-out, but so near that they may not be used.

    Those are all within `MOAT_KM` of it, and at its corners some up to 1.42 times as far off.
    """
    points = np.atleast_2d(np.asarray(points, dtype=np.float64))
    near = np.zeros(len(points), dtype=bool)
    # A box round the point's circle, which reaches asin(sin r / cos lat) to the east. Blocks are
    # larger than boxes, so corners and middles of its edges find every block that it touches.
    radius = MOAT_KM / EARTH_RADIUS_KM
    sine = np.sin(radius) / np.maximum(np.cos(np.radians(points[:, 0])), np.sin(radius))
    for north in (-1, 1):
        for east in (-1, 0, 1):
            aside = np.stack([np.full_like(sine, north * radius), east * np.arcsin(sine)], axis=1)
            near |= held_out(points + np.degrees(aside))
    return near & ~held_out(points)


@cache
def _columns() -> NDArray[np.int64]:
    """Blocks in each row, south first."""
    middles = np.radians((np.arange(_ROWS) + 0.5) * BLOCK_DEG - 90)
    return np.asarray(np.round(360 / BLOCK_DEG * np.cos(middles)), dtype=np.int64)


@cache
def _blocks() -> NDArray[np.bool_]:
    """`(rows, most columns)`: which are held out."""
    table = np.zeros((_ROWS, _columns().max()), dtype=bool)
    for row in range(1, _ROWS - 1):  # not the poles, where a row has hardly any blocks
        for column in range(_columns()[row]):
            table[row, column] = uniform("hold-out", row, column) < _SHARE
    return table
