"""One house: a box with a roof, its front towards the road."""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.world.style import Rgb

FLOOR_M = 3.1
DETAIL_M = 70.0
"""Of houses farther off only walls, roofs and dark windows are drawn."""
FINE_M = 32.0
"""Bricks, bars and the like are drawn on houses nearer than this."""

GLASS = (0.2, 0.25, 0.3)


@dataclass(frozen=True, slots=True)
class House:
    """A box with a roof, its front towards the road."""

    x: float
    """Of the front wall."""
    y: float
    """Of the middle."""
    side: int
    """1 right of the road, -1 left."""
    setback_m: float
    """From the edge of the garden to the front."""
    width_m: float
    """Along the road."""
    depth_m: float
    floors: int
    roof: str
    wall: Rgb
    tiles: Rgb
    trim: Rgb
    """Doors and shop fronts."""
    frame: Rgb
    """Of windows."""
    shutter: Rgb
    awning: Rgb
    tank: Rgb | None
    """Of the water tank on a flat roof; None for none."""
    heater: bool
    """Whether the sun heats water on the roof."""
    curtain: Rgb
    """What one sees behind the lower half of the windows."""
    pitch: float
    window_m: float
    shop: bool
    extras: frozenset[str]
    """Of `cues.fittings.Fittings.often`."""

    @property
    def height_m(self) -> float:
        """Of the eaves."""
        return self.floors * FLOOR_M + 0.4

    @property
    def rise_m(self) -> float:
        """Of the roof over the eaves."""
        if self.roof == "flat":
            return 0.0
        if self.roof == "shed":
            return 0.25 * self.depth_m * min(1.0, self.pitch * 2)
        return self.pitch * self.depth_m / 2

    @property
    def low(self) -> float:
        """Y of the end behind."""
        return self.y - self.width_m / 2

    @property
    def high(self) -> float:
        """Y of the end ahead."""
        return self.y + self.width_m / 2

    @property
    def near(self) -> float:
        """Y of the end that is nearer to the camera."""
        return self.y - math.copysign(self.width_m / 2, self.y)

    @property
    def distance_m(self) -> float:
        """To the nearest point of the front."""
        return math.hypot(self.x, max(0.0, abs(self.y) - self.width_m / 2))
