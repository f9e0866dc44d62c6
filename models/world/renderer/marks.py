"""What lies flat on a paved road: patches, cracks, manholes, zebra crossings."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.world.renderer.canvas import Canvas
from models.world.renderer.road import road_centre
from models.world.scene import Scene
from models.world.style import Rgb, hashed, mixed, uniform

_UP = (0, 0, 1)
_TAR, _IRON, _WHITE = (0.16, 0.16, 0.17), (0.25, 0.24, 0.23), (0.88, 0.88, 0.86)
_CIRCLE = np.stack([f(np.linspace(0, 2 * np.pi, 17)[:-1]) for f in (np.cos, np.sin)], axis=1)


def draw_marks(canvas: Canvas, scene: Scene) -> None:
    """Draw on the bare ground, before shadows fall on it."""
    if not scene.surface.paved or scene.season.snow > 0.5:
        return
    rng = np.random.default_rng(hashed(scene.key, "marks"))
    _draw_wear(canvas, scene, rng)
    if scene.surface.pavement:
        for _ in range(2):
            _draw_manhole(canvas, scene, rng)
        if uniform(scene.key, "zebra") < 0.3:
            _draw_zebra(canvas, scene, float(rng.uniform(9, 30)) * (-1) ** int(rng.integers(2)))


def _flat(scene: Scene, off: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (..., 3) on the road, `off` metres right of its middle."""
    return np.stack([road_centre(scene, y) + off, y, np.zeros_like(y)], axis=-1)


def _draw_wear(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """Mended patches and cracks filled with tar, the more the worse the road."""
    half, wear = scene.surface.width_m / 2, scene.surface.wear
    for _ in range(int(rng.poisson(5 * wear**2))):
        off, y = float(rng.uniform(-half, half - 1.4)), float(rng.uniform(-25, 25))
        wide, long = float(rng.uniform(0.7, 1.4)), float(rng.uniform(1, 6))
        box = [(off, y), (off + wide, y), (off + wide, y + long), (off, y + long)]
        tone = mixed(scene.surface.asphalt, _TAR, float(rng.uniform(0.15, 0.5)))
        _lay(canvas, scene, np.array(box), tone)
    for _ in range(int(rng.poisson(9 * wear**1.5))):
        start, turn = rng.uniform((-half, -16), (half, 16)), float(rng.uniform(0, math.pi))
        steps = np.cumsum(rng.normal((math.cos(turn) / 3, math.sin(turn) / 3), 0.16, (14, 2)), 0)
        off, y = np.clip(start[0] + steps[:, 0], -half, half), start[1] + steps[:, 1]
        tone = mixed(scene.surface.asphalt, _TAR, 0.4)
        light = canvas.light.shaded(tone, np.array([0.0, 0.0, 1.0]))
        canvas.line(_flat(scene, off, y), tuple(light.tolist()), 0.03)


def _lay(canvas: Canvas, scene: Scene, outline: NDArray[np.float64], colour: Rgb) -> None:
    """Fill an outline (n, 2): metres off the middle, and ahead."""
    canvas.face(_flat(scene, outline[:, 0], outline[:, 1]).tolist(), colour, _UP, 4)


def _draw_manhole(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    lane = scene.surface.width_m / 4 * (-1) ** int(rng.integers(2))
    y = float(rng.uniform(4.5, 22)) * (-1) ** int(rng.integers(2))
    for radius, colour in ((0.38, scene.surface.shoulder), (0.33, _IRON)):
        _lay(canvas, scene, _CIRCLE * radius + (lane, y), mixed(colour, _IRON, 0.4))


def _draw_zebra(canvas: Canvas, scene: Scene, y: float) -> None:
    half = scene.surface.width_m / 2 - 0.3
    low = np.arange(-half, half - 0.4, 1.0)
    off = np.stack([low, low + 0.5, low + 0.5, low], axis=1)
    ahead = np.broadcast_to(y + np.array([0.0, 0.0, 3.0, 3.0]), off.shape)
    canvas.faces(_flat(scene, off, ahead), _WHITE, _UP, 4)
