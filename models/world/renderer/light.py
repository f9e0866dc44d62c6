"""Light and air of a scene: sun, shade, haze."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.world.scene import Scene

Vector = NDArray[np.float64]


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
        return np.asarray(colour) * (self.ambient + self.sun * facing)

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
    warm = np.array([1.0, 0.97 - 0.18 * low, 0.92 - 0.42 * low])
    strength = float(np.clip((scene.sky.sun_altitude + 8) / 28, 0.35, 1))
    dim = 0.8 + 0.2 * strength  # the camera evens most of it out
    haze = np.asarray(scene.sky.haze) * (0.98 - 0.12 * scene.sky.cloudiness) * dim
    return Light(
        towards_sun=towards,
        sun=0.62 * sunny * strength * warm,
        ambient=np.array([0.6, 0.63, 0.68]) * dim * (1.12 - 0.25 * sunny),
        haze=haze * (1 - 0.3 * low * sunny) + warm * 0.3 * low * sunny,
        visibility_m=350 + 2600 * (1 - scene.sky.haziness) ** 1.5,
        sunny=sunny,
    )
