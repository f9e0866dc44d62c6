"""The road: shoulder, pavement, carriageway and paint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.world.renderer.noise import Field
from models.world.renderer.plane import Channels, Plane
from models.world.scene import Scene
from models.world.style import Rgb, mixed, uniform

PAVEMENT_M = 2.2
KERB_M = 0.22
"""Width of the kerb's top and face as one sees them from above."""


def road_centre(scene: Scene, y: NDArray[np.floating]) -> NDArray[np.floating]:
    """Where, sideways, the road's middle lies at `y` ahead: the camera keeps its own lane."""
    lane = scene.surface.width_m / 4 * (1 if scene.side.left else -1)
    return np.asarray(lane + scene.surface.bend * 80 * (np.sqrt(1 + (y / 80) ** 2) - 1))


@dataclass(frozen=True, slots=True, eq=False)
class _Strips:
    """Lays strips of colour along the road; the arrays are as large as the ground."""

    ground: Channels
    off: Field
    """Distance from the road's middle, metres."""
    blur: Field
    """Metres across the road that one pixel covers."""
    grain: Field

    def lay(
        self, colour: Rgb, low: float, high: float, strength: float | NDArray[np.floating] = 1.0
    ) -> None:
        """Blend in a strip from `low` to `high` metres off the middle, on both sides."""
        inside = np.clip((self.off - low) / self.blur + 0.5, 0, 1)
        inside *= np.clip((high - self.off) / self.blur + 0.5, 0, 1)
        mask = (inside * strength).astype(np.float32)
        for channel, level in zip(self.ground, colour, strict=True):
            channel[:] += mask * (np.float32(level) * self.grain - channel)


def lay_road(ground: Channels, scene: Scene, plane: Plane, fine: Field, coarse: Field) -> None:
    """Blend the whole road into the ground in place."""
    off = np.abs(plane.x - road_centre(scene, plane.y).astype(np.float32))
    grain = np.asarray(1 + 0.06 * fine + 0.02 * coarse, dtype=np.float32)
    strips = _Strips(ground, off, _across_px(plane), grain)
    road, half, snow = scene.surface, scene.surface.width_m / 2, scene.season.snow
    ragged = np.clip(0.75 + 0.4 * coarse, 0, 1)
    shoulder = mixed(road.shoulder, scene.soil.colour, 0.35)
    strips.lay(shoulder, -1, half + 1.3, ragged * (1 - 0.6 * snow))
    if not road.paved:
        ruts = np.clip(0.9 + 0.12 * np.cos(off * 4.2), 0, 1)
        strips.lay(scene.soil.colour, -1, half, ruts * (1 - 0.5 * snow))
        return
    strips.lay(road.asphalt, -1, half)
    if road.pavement:
        strips.lay((0.66, 0.65, 0.62), half, half + PAVEMENT_M)
        _kerb(strips, scene, plane)
    _paint(strips, scene, plane)


def _paint(strips: _Strips, scene: Scene, plane: Plane) -> None:
    paint, half = scene.paint, scene.surface.width_m / 2
    if paint.edge is not None:
        strips.lay(paint.edge, half - 0.38, half - 0.24, 0.85)
    if paint.double:
        strips.lay(paint.centre, 0.09, 0.22, 0.9)
        return
    period = paint.dash_m + paint.gap_m
    dashes = _stripes(plane, paint.dash_m, period, uniform(scene.key, "dash"))
    strips.lay(paint.centre, -1, 0.075, dashes * 0.9)


def _kerb(strips: _Strips, scene: Scene, plane: Plane) -> None:
    """The edge of the pavement in the country's colours."""
    kerbs, half = scene.kerbs, scene.surface.width_m / 2
    strips.lay(kerbs.first, half, half + KERB_M)
    if kerbs.second != kerbs.first:
        period = 2 * kerbs.stripe_m
        stripes = _stripes(plane, kerbs.stripe_m, period, uniform(scene.key, "kerb"))
        strips.lay(kerbs.second, half, half + KERB_M, stripes)


def _stripes(plane: Plane, length_m: float, period_m: float, start: float) -> Field:
    """1 on stripes across the road and 0 between; their mean where pixels are too coarse."""
    phase = (plane.y + period_m * start) % period_m
    sharp = np.clip(1.5 - plane.along_px / period_m * 2, 0, 1)
    return np.asarray((phase < length_m) * sharp + length_m / period_m * (1 - sharp))


def _across_px(plane: Plane) -> Field:
    size = 2 * np.pi / plane.x.shape[1]
    ahead, sideways = np.abs(plane.y), np.abs(plane.x) / plane.distance
    blur = np.maximum(ahead * size + sideways * plane.along_px, 0.005)
    return np.asarray(blur, dtype=np.float32)
