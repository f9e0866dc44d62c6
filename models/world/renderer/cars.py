"""Other people's cars, each in the lane that the country asks for."""

from __future__ import annotations

import math

import numpy as np

from models.world.renderer.canvas import Canvas, Point
from models.world.renderer.road import road_centre
from models.world.renderer.things import Shadow, Thing
from models.world.scene import Scene
from models.world.style import Rgb, uniform

_PAINTS: tuple[Rgb, ...] = (
    (0.9, 0.9, 0.9),
    (0.12, 0.12, 0.13),
    (0.55, 0.57, 0.6),
    (0.6, 0.1, 0.1),
    (0.12, 0.2, 0.45),
    (0.75, 0.73, 0.66),
)
_GLASS, _TYRE = (0.15, 0.19, 0.24), (0.05, 0.05, 0.05)
_HALF_LENGTH_M = 2.1


def cars_of(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """Cars ahead, behind and towards us."""
    lane = scene.road.width_m / 4 * (-1 if scene.road.left else 1)
    plate = (0.9, 0.75, 0.2) if uniform("plate", scene.country) < 0.2 else (0.92, 0.92, 0.9)
    out = []
    for _ in range(int(rng.poisson(0.6 + 3.5 * scene.urbanity))):
        y = float(rng.uniform(9, 90)) * (1 if rng.uniform() < 0.6 else -1)
        ours = rng.uniform() < 0.4
        x = float(road_centre(scene, np.array(y))) + (lane if ours else -lane)
        lamps = (0.7, 0.08, 0.06) if ours == (y > 0) else (0.95, 0.95, 0.85)
        paint = _PAINTS[int(rng.integers(len(_PAINTS)))]
        out.append(_car(x, y, paint, lamps, plate))
    return out


def _car(x: float, y: float, paint: Rgb, lamps: Rgb, plate: Rgb) -> Thing:
    """The end and the flank that we see."""
    away = math.copysign(1, y)
    face, flank = y - away * _HALF_LENGTH_M, x - math.copysign(0.88, x)
    panels = (
        # half width below and above, from, to, colour
        (0.70, 0.70, 0.00, 0.30, _TYRE),
        (0.90, 0.86, 0.20, 0.95, paint),
        (0.82, 0.62, 0.92, 1.50, paint),
        (0.72, 0.55, 0.98, 1.42, _GLASS),
        (0.26, 0.26, 0.42, 0.55, plate),
    )

    def draw(canvas: Canvas) -> None:
        far = y + away * _HALF_LENGTH_M
        side = [(flank, face, 0.25), (flank, far, 0.25), (flank, far, 0.95), (flank, face, 0.95)]
        canvas.face(side, paint, (-x, 0, 0), 5)
        for low_half, high_half, low, high, colour in panels:
            canvas.face(_upright(x, face, low_half, high_half, low, high), colour, (0, -away, 0.3))
        for middle in (x - 0.68, x + 0.68):
            canvas.face(_upright(middle, face, 0.13, 0.13, 0.66, 0.82), lamps, (0, 0, 1))

    return Thing(math.hypot(x, face), draw, Shadow(x, y, 1.2, 1.3, 1.5))


def _upright(
    x: float, y: float, low_half: float, high_half: float, low: float, high: float
) -> list[Point]:
    """A trapezium across the road."""
    return [
        (x - low_half, y, low),
        (x + low_half, y, low),
        (x + high_half, y, high),
        (x - high_half, y, high),
    ]
