"""Cue: the ridge lines seen from a place, and the slope it lies on, from real elevation.

Heights are exaggerated: see `EXAGGERATION`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.geo import EARTH_RADIUS_KM, to_unit_vectors
from models.geography import grids
from models.geography.grids import LAPSE_C_PER_M
from models.world.landform import crests_at, floors_and_crests_m
from models.world.setting import Setting

Array = NDArray[np.float64]

AZIMUTHS = 240
"""Directions of a skyline: every 1.5 degrees, clockwise from north."""
BANDS = 12
NEAREST_KM, FARTHEST_KM = 0.6, 80.0
EXAGGERATION = (1.15, 2.4)
"""Heights over the eye are drawn this much taller, at `_STEEP_KM` near and far, sliding between.

With the crests put back (`landform`), which about doubles what stands above a valley, this makes
the threefold that 9 km cells need to look like mountains. Near slopes fill the view as it is.
"""
REFRACTION = 0.13
"""Share of the Earth's curvature that bent light takes back (Gauss's coefficient)."""
EYE_M = 2.5
TREES_C = 12.5
"""Woods end where the warmest month is colder: Köppen's 10 degrees (1936), and 2.5 by which the
map's mountains come out too warm, measured on nine known tree lines."""
STEEPEST_DEG = 9.0
"""Roads seek gentle ground: slopes level off towards this."""

_PER_BAND = 3
_DISTANCES_KM = np.geomspace(NEAREST_KM, FARTHEST_KM, BANDS * _PER_BAND)
BAND_KM: tuple[float, ...] = tuple(
    np.exp(np.log(_DISTANCES_KM).reshape(BANDS, _PER_BAND).mean(axis=1)).tolist()
)
"""How far off each band lies, its middle."""
_BEARINGS = np.arange(AZIMUTHS) * (2 * np.pi / AZIMUTHS)
_FINE_KM = 12.0
"""Nearer than this, hills have detail that farther on falls between two azimuths."""
_STEEP_KM = (2.0, 25.0)
_OPEN_KM = 4.0
"""Roads lie on valley floors: hills grow to their full height up to this distance."""

_TALLER = np.interp(np.log(_DISTANCES_KM), np.log(_STEEP_KM), EXAGGERATION)


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """The land as seen from a place. Arrays are read-only and count in equality."""

    angle_deg: NDArray[np.float32]
    """`(BANDS, AZIMUTHS)`: how high over the level each band's ridge stands, negative below."""
    ridge_m: NDArray[np.float32]
    """`(BANDS, AZIMUTHS)`: of those ridges above the sea, not exaggerated."""
    elevation_m: float
    """Mapped, of the place itself."""
    tree_line_m: float
    """Above the sea: woods end here."""
    slope_deg: float
    uphill: float
    """Heading, degrees clockwise from north."""

    @property
    def _key(self) -> tuple[bytes | float, ...]:
        lie = self.elevation_m, self.tree_line_m, self.slope_deg, self.uphill
        return self.angle_deg.tobytes(), self.ridge_m.tobytes(), *lie

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Terrain) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def terrain_of(setting: Setting) -> Terrain:
    """The terrain of a setting's place."""
    return skyline_at(setting.lat, setting.lng)


def skyline_at(lat: float, lng: float) -> Terrain:
    """The terrain at a place."""
    directions = rays(lat, lng, _DISTANCES_KM)
    floor_m, slope_deg, uphill = _lie(lat, lng)
    heights_m = _surface_m(directions)
    elevation_m = float(grids.elevation_m((lat, lng))[0])
    warmest_c = float(grids.temperature_c((lat, lng)).max())
    angles = angles_deg(heights_m, floor_m + EYE_M, _DISTANCES_KM, _TALLER)
    angles = angles.reshape(BANDS, _PER_BAND, -1)
    highest = angles.argmax(axis=1)[:, None]
    heights = heights_m.reshape(angles.shape)
    return Terrain(
        angle_deg=_frozen(np.take_along_axis(angles, highest, axis=1)[:, 0]),
        ridge_m=_frozen(np.take_along_axis(heights, highest, axis=1)[:, 0]),
        elevation_m=elevation_m,
        tree_line_m=elevation_m + (warmest_c - TREES_C) / LAPSE_C_PER_M,
        slope_deg=slope_deg,
        uphill=uphill,
    )


def rays(lat: float, lng: float, distances_km: Array) -> Array:
    """Unit vectors `(distances, AZIMUTHS, 3)` to the ground along the great circles from a place.

    At a pole, north is where it is just beside it on the same meridian.
    """
    phi, lam = math.radians(lat), math.radians(lng)
    north = np.array(
        [-math.sin(phi) * math.cos(lam), -math.sin(phi) * math.sin(lam), math.cos(phi)]
    )
    east = np.array([-math.sin(lam), math.cos(lam), 0.0])
    away = np.outer(np.cos(_BEARINGS), north) + np.outer(np.sin(_BEARINGS), east)
    angle = (distances_km / EARTH_RADIUS_KM)[:, None, None]
    return np.asarray(np.cos(angle) * to_unit_vectors((lat, lng)) + np.sin(angle) * away)


def angles_deg(
    heights_m: Array, eye_m: float, distances_km: Array, exaggeration: ArrayLike = 1.0
) -> Array:
    """Angles `(distances, n)` over the level of ground at `heights_m` `(distances, n)`.

    The Earth falls away by `d^2 (1 - k) / 2R`, k being `REFRACTION`. `exaggeration` is one for all
    or one a distance.
    """
    distance_m = 1000 * distances_km[:, None]
    taller = np.reshape(exaggeration, (-1, 1))
    drop_m = distance_m**2 * (1 - REFRACTION) / (2000 * EARTH_RADIUS_KM)
    rise_m = taller * (heights_m - eye_m) - drop_m
    return np.asarray(np.degrees(np.arctan2(rise_m, distance_m)))


def _surface_m(directions: Array) -> Array:
    """Height of the ground `(distances, AZIMUTHS)` in each direction, crests and valleys in it."""
    shape = directions.shape[:2]
    flat = directions.reshape(-1, 3)
    floors, crests = (part.reshape(shape) for part in floors_and_crests_m(flat))
    fine = int(np.searchsorted(_DISTANCES_KM, _FINE_KM)) * AZIMUTHS
    share = np.concatenate([crests_at(flat[:fine], 6), crests_at(flat[fine:], 4)]).reshape(shape)
    share *= np.minimum(_DISTANCES_KM / _OPEN_KM, 1)[:, None]
    return np.asarray(np.maximum(floors + share * (crests - floors), 0))


def _lie(lat: float, lng: float) -> tuple[float, float, float]:
    """Elevation of the valley floor, metres, its slope in degrees and the heading uphill."""
    ring = rays(lat, lng, np.array([1.0])).reshape(-1, 3)
    here = to_unit_vectors((lat, lng))[None]
    floors, _ = floors_and_crests_m(np.concatenate([here, ring[:: AZIMUTHS // 8]]))
    bearings = _BEARINGS[:: AZIMUTHS // 8]
    east, north = (2 * float(np.mean(floors[1:] * f(bearings))) for f in (np.sin, np.cos))
    steep = math.degrees(math.atan(math.hypot(east, north) / 1000))
    uphill = math.degrees(math.atan2(east, north)) % 360
    return float(floors[0]), STEEPEST_DEG * math.tanh(steep / STEEPEST_DEG), uphill


def _frozen(values: Array) -> NDArray[np.float32]:
    array = values.astype(np.float32)
    array.setflags(write=False)
    return array
