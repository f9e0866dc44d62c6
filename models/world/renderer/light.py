"""Light and air of a scene: sun, shade, haze."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.scene import Scene

Vector = NDArray[np.float64]

_CLEAR, _OVERCAST = np.array([0.6, 0.63, 0.68]), np.array([0.62, 0.63, 0.64])
"""What the sky alone lights things with: blue, or grey under clouds."""
_BOUNCED = 0.14
"""Share of the sunlight that reaches faces in the shade from ground and walls."""
_SATURATION = 0.84
_LUMA = np.array([0.299, 0.587, 0.114])
"""ITU-R BT.601, 2.5.1."""


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """What lights a scene; colours are (3,) arrays."""

    towards_sun: Vector
    """Unit vector in the road's frame."""
    sun: Vector
    """Colour times strength of the direct light."""
    ambient: Vector
    haze: Vector
    """Colour that far things fade to."""
    visibility_m: float
    sunny: float
    """0 overcast to 1 clear."""

    def shaded(
        self, colour: NDArray[np.float64] | tuple[float, float, float], normal: Vector
    ) -> Vector:
        """The colour of a face with that unit normal."""
        facing = max(0.0, float(normal @ self.towards_sun))
        return np.asarray(colour) * (self.ambient + self.sun * (_BOUNCED + (1 - _BOUNCED) * facing))

    def haze_part(self, distance_m: float) -> float:
        """How much of a thing at that distance is haze."""
        return 1 - math.exp(-distance_m / self.visibility_m)

    def hazed(self, colour: Vector, distance_m: float) -> Vector:
        """The colour seen through that much air."""
        part = self.haze_part(distance_m)
        return colour * (1 - part) + self.haze * part


def light_of(scene: Scene) -> Light:
    """The light of a scene."""
    altitude = math.radians(scene.sky.sun_altitude)
    azimuth = math.radians(scene.sky.sun_heading - scene.heading)
    towards = np.array(
        [
            math.cos(altitude) * math.sin(azimuth),
            math.cos(altitude) * math.cos(azimuth),
            math.sin(altitude),
        ]
    )
    sunny = float(np.clip(1.35 - 1.5 * scene.sky.cloudiness, 0, 1))
    low = float(np.exp(-max(scene.sky.sun_altitude, 0) / 12))
    warm = np.array([1.0, 0.97 - 0.2 * low, 0.92 - 0.48 * low])
    strength = float(np.clip((scene.sky.sun_altitude + 8) / 28, 0.35, 1))
    dim = 0.8 + 0.2 * strength  # the camera evens most of it out
    haze = np.asarray(scene.sky.haze) * (0.98 - 0.12 * scene.sky.cloudiness) * dim
    return Light(
        towards_sun=towards,
        sun=0.62 * sunny * strength * warm,
        ambient=(_OVERCAST + (_CLEAR - _OVERCAST) * sunny) * dim * (1.12 - 0.25 * sunny),
        haze=haze * (1 - 0.3 * low * sunny) + warm * 0.3 * low * sunny,
        visibility_m=350 + 2600 * (1 - scene.sky.haziness) ** 1.5,
        sunny=sunny,
    )


def developed(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture as a camera would keep it: calmer colours, lifted middle, soft ends."""
    mix = _SATURATION * np.eye(3) + (1 - _SATURATION) * _LUMA
    return np.asarray(cv2.LUT(cv2.transform(pixels, mix), _curve()), dtype=np.uint8)


@cache
def _curve() -> NDArray[np.uint8]:
    """(256,) output levels: an S over a lift."""
    level = np.linspace(0, 1, 256) ** 0.88
    soft = level * level * (3 - 2 * level)
    return np.asarray(np.rint((0.7 * level + 0.3 * soft) * 255), dtype=np.uint8)
