"""The ground as a plane: where the rays below the horizon meet it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.world.renderer.canvas import CAMERA_M, rays_of
from models.world.renderer.noise import Field

Channels = NDArray[np.float32]
"""(3, rows, columns), RGB in [0, 1]: faster to mix than with the colours innermost."""

FARTHEST_M = 4000.0
CAR_ELEVATION = math.radians(-56.0)
"""Below this the carrying car covers the ground."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Where the rays below the horizon meet the ground; arrays (rows, columns), metres.

    The rows end just below the rim of the carrying car.
    """

    x: Field
    y: Field
    distance: Field
    """(rows, 1)"""
    along_px: Field
    """(rows, 1): how many metres a pixel covers away from the camera."""


@lru_cache(maxsize=4)
def plane_of(width_px: int) -> Plane:
    """The ground's geometry for a sheet of this width."""
    rays = rays_of(width_px)
    last = int(np.searchsorted(-rays.elevation, -CAR_ELEVATION)) + 2
    below = -rays.elevation[rays.horizon : last, None]
    distance = np.minimum(CAMERA_M / np.tan(below), FARTHEST_M).astype(np.float32)
    along = distance**2 / CAMERA_M * (2 * np.pi / width_px) + CAMERA_M * (2 * np.pi / width_px)
    return Plane(
        x=np.asarray(distance * np.sin(rays.azimuth), dtype=np.float32),
        y=np.asarray(distance * np.cos(rays.azimuth), dtype=np.float32),
        distance=distance,
        along_px=np.asarray(along, dtype=np.float32),
    )


def tone(colour: ArrayLike) -> Channels:
    """One colour as channels (3, 1, 1)."""
    return np.asarray(colour, dtype=np.float32)[:, None, None]
