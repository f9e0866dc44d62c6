"""The road: shoulder, pavement, carriageway and paint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.world.renderer.canvas import Picture
from models.world.renderer.noise import Field
from models.world.renderer.plane import Plane
from models.world.scene import Scene
from models.world.style import Rgb, uniform

PAVEMENT_M = 2.2


def road_centre(scene: Scene, y: NDArray[np.floating]) -> NDArray[np.floating]:
    """Where, sideways, the road's middle lies at `y` ahead: the camera keeps its own lane."""
    lane = scene.road.width_m / 4 * (1 if scene.road.left else -1)
    return np.asarray(lane + scene.road.bend * 80 * (np.sqrt(1 + (y / 80) ** 2) - 1))


@dataclass(frozen=True, slots=True, eq=False)
class _Strips:
    """Lays strips of colour along the road; the arrays are as large as the ground."""

    ground: Picture
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
        mask = (inside * strength)[..., None].astype(np.float32)
        tone = np.asarray(colour, dtype=np.float32) * self.grain[..., None]
        np.add(self.ground, mask * (tone - self.ground), out=self.ground)


def lay_road(ground: Picture, scene: Scene, plane: Plane, fine: Field, coarse: Field) -> None:
    """Blend the whole road into the ground in place."""
    off = np.abs(plane.x - road_centre(scene, plane.y).astype(np.float32))
    grain = np.asarray(1 + 0.06 * fine + 0.02 * coarse, dtype=np.float32)
    strips = _Strips(ground, off, _across_px(plane), grain)
    road, half, snow = scene.road, scene.road.width_m / 2, scene.season.snow
    ragged = np.clip(0.75 + 0.4 * coarse, 0, 1)
    strips.lay(scene.palette.shoulder, -1, half + 1.3, ragged * (1 - 0.6 * snow))
    if not road.paved:
        ruts = np.clip(0.9 + 0.12 * np.cos(off * 4.2), 0, 1)
        strips.lay(scene.palette.soil, -1, half, ruts * (1 - 0.5 * snow))
        return
    strips.lay(scene.palette.asphalt, -1, half)
    if road.pavement:
        strips.lay((0.66, 0.65, 0.62), half, half + PAVEMENT_M)
        strips.lay((0.5, 0.5, 0.49), half, half + 0.16)
    _paint(strips, scene, plane)


def _paint(strips: _Strips, scene: Scene, plane: Plane) -> None:
    road, half = scene.road, scene.road.width_m / 2
    if road.edge is not None:
        strips.lay(road.edge, half - 0.38, half - 0.24, 0.85)
    if road.double:
        strips.lay(road.centre, 0.09, 0.22, 0.9)
        return
    period = road.dash_m + road.gap_m
    phase = (plane.y + period * uniform(scene.key, "dash")) % period
    mean = road.dash_m / period
    sharp = np.clip(1.5 - plane.along_px / period * 2, 0, 1)
    dashes = (phase < road.dash_m) * sharp + mean * (1 - sharp)
    strips.lay(road.centre, -1, 0.075, dashes * 0.9)


def _across_px(plane: Plane) -> Field:
    size = 2 * np.pi / (4 * plane.x.shape[0])
    ahead, sideways = np.abs(plane.y), np.abs(plane.x) / plane.distance
    blur = np.maximum(ahead * size + sideways * plane.along_px, 0.005)
    return np.asarray(blur, dtype=np.float32)
