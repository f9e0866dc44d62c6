"""Other people's cars: driving, each in the lane that the country asks for, and parked in towns."""

from __future__ import annotations

import math

import numpy as np

from models.world.cues.plates import Plates
from models.world.renderer.canvas import Canvas, Point
from models.world.renderer.road import road_centre
from models.world.renderer.things import Shadow, Thing
from models.world.scene import Scene
from models.world.style import Rgb

_PAINTS: tuple[Rgb, ...] = (
    (0.9, 0.9, 0.9),
    (0.12, 0.12, 0.13),
    (0.55, 0.57, 0.6),
    (0.6, 0.1, 0.1),
    (0.12, 0.2, 0.45),
    (0.75, 0.73, 0.66),
)
_GLASS, _TYRE = (0.15, 0.19, 0.24), (0.05, 0.05, 0.05)
_HALF_LENGTH_M, _HALF_WIDTH_M = 2.1, 0.88
_LID_M, _ROOF_M = 0.92, 1.48
_WHEEL = tuple((math.cos(turn), math.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 10)[:-1])
_REAR_LAMPS, _HEADLAMPS = (0.7, 0.08, 0.06), (0.95, 0.95, 0.85)
_SLOT_M = 6.5
"""Parked cars stand this far from each other."""
_FOLLOWED, _BEHIND_M = 0.6, (5.6, 7.5)
"""Chance that a car follows us closely, so that its plate can be read, and how far behind."""
_READABLE_M = 20.0
"""Plates farther off are drawn plain."""


def cars_of(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """Cars ahead, behind and towards us, and in towns at both kerbs."""
    return [*_driving(scene, rng), *_parked(scene, rng)]


def _driving(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    lane = scene.surface.width_m / 4 * (-1 if scene.side.left else 1)
    out = []
    if rng.uniform() < _FOLLOWED:
        out.append(_car(scene, rng, lane, -float(rng.uniform(*_BEHIND_M)), True))
    for _ in range(int(rng.poisson(0.6 + 3.0 * scene.density.urbanity))):
        y = (10 + 80 * float(rng.uniform()) ** 1.5) * (1 if rng.uniform() < 0.6 else -1)
        ours = rng.uniform() < 0.4
        out.append(_car(scene, rng, lane if ours else -lane, y, ours))
    return out


def _parked(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """Half on the pavement, so that the camera's lane stays free."""
    out = []
    chance = 0.5 * scene.density.urbanity - 0.1
    for side in (-1, 1):
        offset = side * (scene.surface.width_m / 2 + 0.3)
        for slot in range(-4, 4):
            y = (slot + 0.5) * _SLOT_M + float(rng.uniform(-0.5, 0.5))
            if rng.uniform() < chance and abs(y) > 6:
                out.append(_car(scene, rng, offset, y, ours=(side < 0) == scene.side.left))
    return out


def _car(scene: Scene, rng: np.random.Generator, offset_m: float, y: float, ours: bool) -> Thing:
    """A car `offset_m` right of the road's middle; `ours` looks the way we drive."""
    x = float(road_centre(scene, np.array(y))) + offset_m
    paint = _PAINTS[int(rng.integers(len(_PAINTS)))]
    rear = ours == (y > 0)
    face = y - math.copysign(_HALF_LENGTH_M, y)

    def draw(canvas: Canvas) -> None:
        _draw_body(canvas, x, face, paint, rear)
        for middle in (x - 0.68, x + 0.68):
            lamp = _REAR_LAMPS if rear else _HEADLAMPS
            canvas.face(_upright(middle, face, 0.13, 0.13, 0.66, 0.82), lamp, (0, 0, 1))
        _draw_plate(canvas, scene.plates, x, face, rear)

    return Thing(math.hypot(x, face), draw, Shadow(x, y, 1.2, 1.3, 1.5))


def _draw_body(canvas: Canvas, x: float, face: float, paint: Rgb, rear: bool) -> None:
    """What we see of the flank, then of the top, then the end that is turned to us."""
    away = math.copysign(1, face)
    far = face + away * 2 * _HALF_LENGTH_M
    near_lid, far_lid = (0.5, 1.2) if rear else (1.2, 0.5)  # a boot is shorter than a bonnet
    low = (face + away * near_lid, far - away * far_lid)
    high = (low[0] + away * 0.6, low[1] - away * 0.4)
    if abs(x) > _HALF_WIDTH_M:
        _draw_flank(canvas, x, (face, far), low, high, paint)
    top = [(-0.62, high[0]), (0.62, high[0]), (0.62, high[1]), (-0.62, high[1])]
    canvas.face([(x + dx, y, _ROOF_M) for dx, y in top], paint, (0, 0, 1))
    lid = [(-0.86, face), (0.86, face), (0.84, low[0]), (-0.84, low[0])]
    canvas.face([(x + dx, y, _LID_M) for dx, y in lid], paint, (0, 0, 1))
    for half, colour, up in ((0.0, paint, _LID_M), (0.1, _GLASS, _LID_M + 0.06)):
        foot, head, end = 0.84 - half, 0.62 - half / 2, _ROOF_M - half / 2
        pane = [(x - foot, low[0], up), (x + foot, low[0], up)]
        pane += [(x + head, high[0], end), (x - head, high[0], end)]
        canvas.face(pane, colour, (0, -away, 0.6))
    for width, bottom, end, colour in ((0.7, 0.0, 0.3, _TYRE), (0.88, 0.22, _LID_M, paint)):
        corners = _upright(x, face, width, width, bottom, end)
        canvas.face(corners, colour, (0, -away, 0.3))


def _draw_flank(
    canvas: Canvas,
    x: float,
    ends: tuple[float, float],
    low: tuple[float, float],
    high: tuple[float, float],
    paint: Rgb,
) -> None:
    """Door and wing, wheels, and the side windows between `low` and `high`."""
    side = -math.copysign(1, x)
    flank, brow = x + side * _HALF_WIDTH_M, x + side * 0.62
    (face, far), normal = ends, (side, 0, 0.2)
    body = [(flank, face, 0.25), (flank, far, 0.25), (flank, far, _LID_M), (flank, face, _LID_M)]
    canvas.face(body, paint, normal, 5)
    cabin = [(flank, low[0], _LID_M), (flank, low[1], _LID_M)]
    cabin += [(brow, high[1], _ROOF_M), (brow, high[0], _ROOF_M)]
    canvas.face(cabin, paint, normal, 3)
    middle = np.mean(cabin, axis=0)
    glass = [tuple(middle + (corner - middle) * (1, 0.84, 0.76)) for corner in np.array(cabin)]
    canvas.face(glass, _GLASS, normal, 3)
    for share in (0.2, 0.8):
        hub = face + share * (far - face)
        rim = [(flank, hub + 0.33 * a, 0.33 + 0.33 * b) for a, b in _WHEEL]
        canvas.face(rim, _TYRE, normal, 1)


def _draw_plate(canvas: Canvas, plates: Plates, x: float, face: float, rear: bool) -> None:
    """The plate; near ones with their band, and a bar where the letters are."""
    right = math.copysign(1, face)  # to the reader's right
    low, high, half = 0.42, 0.42 + plates.height_m, plates.width_m / 2
    up = (0, 0, 1)  # plates throw light back: they are bright also in shade

    def strip(start: float, end: float, inset_m: float, colour: Rgb) -> None:
        middle, width = x + right * (start + end) / 2 * half, abs(end - start) / 2 * half
        corners = _upright(middle, face, width, width, low + inset_m, high - inset_m)
        canvas.face(corners, colour, up, 1)

    strip(-1, 1, 0, plates.rear if rear else plates.front)
    if math.hypot(x, face) < _READABLE_M:
        if plates.band is not None:
            strip(-1, -0.82, 0, plates.band)
        strip(-0.65, 0.8, 0.3 * plates.height_m, plates.ink)


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
