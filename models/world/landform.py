"""The shape of the land: mapped elevation, and the valleys and crests its 9 km cells leave out.

A cell's mean cuts the summits and fills the valleys. Both are put back as ridged noise that is a
function of the true position alone and as high as the map is rough around it, so near places see
the same mountains.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from models.geo import EARTH_RADIUS_KM, to_points
from models.geography.grids import Grid, elevation_grid

Array = NDArray[np.float64]

FLOOR, CREST = -2.0, 5.0
"""Valley floors and crests above a cell's mean, in roughnesses.

Set by hand on known valleys: Innsbruck, Lauterbrunnen, Zermatt, Boulder, Cape Town.
"""

_AROUND_CELLS = 3
"""A cell's deviation is from the mean of 28 km, so that plains that rise are not rough."""
_PLAIN_M = 40.0
"""Deviations well under this are plains that undulate, without valleys and crests."""
_COAST_M = 60.0
"""Land this high has its full relief; the sea has none."""
_TILE_PX = 1024
_PX_KM = 0.1
_CREST_DEVIATIONS = 1.9
"""Deviations of the noise from its mean that count as a crest or a valley floor."""


@cache
def _land() -> Grid:
    """Elevation of valley floors and of crests, metres."""
    grid = elevation_grid()
    mean = np.maximum(grid.values[..., 0], 0)
    deviation = mean - uniform_filter(mean, _AROUND_CELLS)
    spread = np.sqrt(np.maximum(uniform_filter(deviation**2, _AROUND_CELLS), 0))
    roughness = spread**2 / (spread + _PLAIN_M)
    roughness *= np.minimum(mean / _COAST_M, 1)
    values = np.stack([np.maximum(mean + part * roughness, 0) for part in (FLOOR, CREST)], axis=-1)
    return Grid(values, grid.north, grid.west, grid.step_deg)


def floors_and_crests_m(vectors: Array) -> tuple[Array, Array]:
    """How high valleys and crests lie `(n,)` around unit vectors `(n, 3)`; the sea is 0, 0."""
    floors, crests = _land().at(to_points(vectors)).T
    return floors, crests


def crests_at(vectors: Array, octaves: int) -> NDArray[np.float32]:
    """Noise `(n,)` at unit vectors `(n, 3)`: 0 valley floor to 1 crest, few outside.

    Ranges lie some 13 km apart, and each of the `octaves` halves the size of what is seen. The
    tile is laid on three planes and blended by how squarely each faces the place, so that it has
    no seam and no pole.
    """
    weights = np.square(np.square(vectors.T))
    weights /= np.sqrt(np.square(weights).sum(axis=0))
    spots = vectors.T * (EARTH_RADIUS_KM / _PX_KM / _TILE_PX)
    spots -= np.floor(spots)
    total = np.zeros(len(vectors), dtype=np.float32)
    for axis in range(3):
        x, y = (_TILE_PX * np.delete(spots, axis, axis=0)).astype(np.float32)
        drawn = cv2.remap(_crest_tile(octaves), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        total += weights[axis].astype(np.float32) * np.asarray(drawn, np.float32).ravel()
    return 0.5 + 0.5 * total


@cache
def _crest_tile(octaves: int) -> NDArray[np.float32]:
    """Ridged multifractal noise that wraps.

    Musgrave, in Ebert et al., Texturing and Modeling, 1994.
    """
    rng = np.random.default_rng(20240621)
    total = np.zeros((_TILE_PX, _TILE_PX), np.float32)
    weight = np.ones_like(total)
    for octave in range(octaves):
        ridge = (1 - np.abs(_smooth_noise(rng, 8 * 2**octave))) ** 2
        total += ridge * weight * 0.6**octave
        weight = np.clip(ridge * 1.5, 0, 1)
    deviations = (total - total.mean()) / total.std()
    return np.asarray(deviations / _CREST_DEVIATIONS, dtype=np.float32)


def _smooth_noise(rng: np.random.Generator, cells: int) -> NDArray[np.float32]:
    """Random knots, `cells` a side, about -1 to 1, with soft slopes between; wraps."""
    knots = rng.uniform(-1.4, 1.4, (cells, cells)).astype(np.float32)
    side = _TILE_PX // cells
    wide = np.pad(knots, 4, mode="wrap")
    large = cv2.resize(wide, None, fx=side, fy=side, interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(large[4 * side : -4 * side, 4 * side : -4 * side], -1, 1))
