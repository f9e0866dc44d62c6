"""The slope a place lies on: flat ground bent up or down with distance, to the edge of the near.

In the direction of azimuth a the ground at distance r lies `s r^2 / (r + BEND_M)` high, s being
the slope that way: level under the camera, a steady slope farther on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.renderer.canvas import CAMERA_M, Picture, rays_of
from models.world.renderer.plane import CAR_ELEVATION
from models.world.scene import Scene

BEND_M = 15.0
EDGE_M = 350.0
"""How far the near ground reaches."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slope:
    """Metres up a metre, in the road's frame."""

    right: float
    ahead: float

    def rise_m(self, x: Array, y: Array) -> Array:
        """How high the ground lies at x, y."""
        return np.asarray((self.right * x + self.ahead * y) * (r := np.hypot(x, y)) / (r + BEND_M))

    def edge(self, azimuth: NDArray[np.float32]) -> Array:
        """Elevation of the ground's edge in each direction, radians."""
        x, y = EDGE_M * np.sin(azimuth), EDGE_M * np.cos(azimuth)
        return np.asarray(np.arctan2(self.rise_m(x, y) - CAMERA_M, EDGE_M))


def slope_of(scene: Scene) -> Slope:
    """The slope under the scene, seen from its road."""
    tangent = math.tan(math.radians(scene.terrain.slope_deg))
    away = math.radians(scene.terrain.uphill - scene.heading)
    return Slope(tangent * math.sin(away), tangent * math.cos(away))


def lay_ground(picture: Picture, ground: Picture, slope: Slope) -> None:
    """Lay level ground (width / 4, width, 3), bent to the slope, over the picture in place."""
    rays = rays_of(picture.shape[1])
    edge = slope.edge(rays.azimuth).astype(np.float32)
    per_radian = len(picture) / math.pi
    start = rays.horizon - math.ceil(float(edge.max()) * per_radian) - 1
    end = int(np.searchsorted(-rays.elevation, -CAR_ELEVATION)) + 2  # the car covers the rest
    elevation = rays.elevation[start:end, None]
    steepness = slope.right * np.sin(rays.azimuth) + slope.ahead * np.cos(rays.azimuth)
    tangent = np.minimum(np.tan(elevation), np.tan(edge))
    distance = _distance_m(tangent, steepness.astype(np.float32))
    rows = np.arctan(CAMERA_M / distance) * np.float32(per_radian) - np.float32(0.5)
    rows = np.minimum(rows, np.float32(end - rays.horizon - 1))
    columns = np.broadcast_to(np.arange(picture.shape[1], dtype=np.float32), rows.shape)
    bent = cv2.remap(ground, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = np.clip((edge - elevation) * per_radian + 0.5, 0, 1)
    horizon = int(np.searchsorted(cover.min(axis=1), 1))
    far = picture[start : start + horizon]
    far += cover[:horizon, :, None] * (bent[:horizon] - far)
    picture[start + horizon : end] = bent[horizon:]
    picture[end:] = ground[end - rays.horizon :]


def _distance_m(
    tangent: NDArray[np.float32], steepness: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How far off the ray with that tangent of elevation meets ground of that steepness.

    The positive root of (s - t) r^2 - (t b + h) r - h b = 0, from t = s r / (r + b) - h / r.
    """
    steeper = steepness - tangent
    half = (tangent * BEND_M + CAMERA_M) / 2
    root = np.sqrt(np.maximum(half**2 + steeper * (CAMERA_M * BEND_M), 0))
    return np.asarray((half + root) / np.maximum(steeper, 1e-6))
