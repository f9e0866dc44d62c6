"""What stands over the roofs from afar: spires, domes and minarets, and blocks of flats."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from models.world.renderer.canvas import Canvas, Point
from models.world.renderer.house import GLASS
from models.world.renderer.things import Thing
from models.world.scene import Scene
from models.world.style import mixed, uniform

_Outline = tuple[tuple[float, float], ...]
"""Points: metres aside and above the ground."""
_Part = tuple[str, _Outline]
"""A colour's name and what it fills."""

_GOLD, _SHADE = (0.85, 0.66, 0.2), (0.1, 0.1, 0.12)


def _box(half: float, low: float, high: float, middle: float = 0.0) -> _Outline:
    left, right = middle - half, middle + half
    return ((left, low), (right, low), (right, high), (left, high))


def _spike(half: float, low: float, high: float, middle: float = 0.0) -> _Outline:
    return ((middle - half, low), (middle + half, low), (middle, high))


def _dome(radius: float, low: float, height: float, middle: float = 0.0) -> _Outline:
    """Bulging a little over its foot, pointed a little."""
    turn = np.linspace(-0.25, math.pi + 0.25, 17)
    tip = np.exp(-(((turn - math.pi / 2) / 0.25) ** 2)) * 0.35
    return tuple(
        (middle + radius * math.cos(t), low + height * (math.sin(t) + 0.25 + up))
        for t, up in zip(turn.tolist(), tip.tolist(), strict=True)
    )


def _tiers(count: int, half: float, low: float, step: float) -> tuple[_Part, ...]:
    """Storeys that shrink, each under a wide roof."""
    out: list[_Part] = []
    for number in range(count):
        wide, z = half * (1 - 0.13 * number), low + step * number
        out.append(("wall", _box(wide * 0.7, z, z + step)))
        eaves = ((-wide * 1.3, z + step * 0.62), (wide * 1.3, z + step * 0.62))
        out.append(("roof", (*eaves, (wide * 0.6, z + step), (-wide * 0.6, z + step))))
    return tuple(out)


_SHAPES: Mapping[str, tuple[_Part, ...]] = {
    "spire": (("wall", _box(9, 0, 11, 9)), ("roof", ((0, 11), (18, 11), (17, 18), (1, 18))),
              ("wall", _box(3.2, 0, 22)), ("roof", _spike(3.6, 22, 42))),
    "campanile": (("wall", _box(9, 0, 13, 11)), ("roof", _dome(6, 14, 6, 12)),
                  ("wall", _box(2.8, 0, 30)), ("roof", _spike(3.2, 30, 34))),
    "onion": (("wall", _box(9, 0, 16)), ("gold", _dome(3.4, 23, 4.5)), ("wall", _box(2.4, 16, 23)),
              ("wall", _box(1.4, 16, 20, -6)), ("gold", _dome(2, 20, 2.8, -6)),
              ("wall", _box(1.4, 16, 20, 6)), ("gold", _dome(2, 20, 2.8, 6))),
    "minaret": (("wall", _box(9, 0, 9)), ("roof", _dome(6.5, 10, 6)),
                ("wall", _box(1.3, 0, 31, 12)),
                ("wall", _box(1.9, 24, 25.5, 12)), ("roof", _spike(1.5, 31, 38, 12))),
    "shikhara": (("wall", _box(8, 0, 8)),
                 ("wall", ((-6, 8), (6, 8), (5, 16), (1.2, 26), (-1.2, 26), (-5, 16))),
                 ("gold", _spike(0.8, 26, 30))),
    "stupa": (("wall", _box(10, 0, 4)), ("gold", _dome(7, 5.5, 7)), ("gold", _spike(2.2, 13, 32))),
    "pagoda": _tiers(5, 7, 0, 6),
    "water tower": (("iron", _box(0.5, 0, 26, -4)), ("iron", _box(0.5, 0, 26, 4)),
                    ("iron", _box(1.0, 0, 26)), ("pale", _box(6, 25, 33)),
                    ("pale", _spike(6.3, 33, 37))),
    "belfries": (("wall", _box(8, 0, 15)), ("wall", _spike(5, 15, 19)),
                 ("wall", _box(2.4, 0, 23, -8)), ("roof", _dome(2.4, 23.5, 3, -8)),
                 ("wall", _box(2.4, 0, 23, 8)), ("roof", _dome(2.4, 23.5, 3, 8))),
}  # fmt: skip


def landmarks_of(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """A landmark in most towns, blocks of flats in cities that build them."""
    out, urbanity = [], scene.density.urbanity
    if urbanity > 0.3 and uniform(scene.key, "landmark") < 0.65:
        out.append(_landmark(scene, *_far(rng, 120, 210)))
    if urbanity > 0.6 and uniform(scene.key, "towers") < scene.architecture.fittings.towers:
        count = int(rng.integers(2, 7))
        out += [_tower(scene, rng, *_far(rng, 150, 320)) for _ in range(count)]
    return out


def _far(rng: np.random.Generator, low: float, high: float) -> tuple[float, float]:
    """A spot ahead or behind, some way off the road's line."""
    distance = float(rng.uniform(low, high))
    turn = math.radians(float(rng.uniform(6, 24))) * (1 if rng.uniform() < 0.5 else -1)
    turn += math.pi * (rng.uniform() < 0.4)
    return distance * math.sin(turn), distance * math.cos(turn)


def _landmark(scene: Scene, x: float, y: float) -> Thing:
    house = scene.architecture
    tones = {
        "wall": mixed(house.wall, (0.85, 0.82, 0.76), 0.45),
        "roof": house.roof if house.habit.pitch else (0.3, 0.5, 0.5),
        "gold": _GOLD,
        "pale": (0.85, 0.88, 0.9),
        "iron": (0.4, 0.42, 0.45),
    }

    def draw(canvas: Canvas) -> None:
        for colour, outline in _SHAPES[house.landmark]:
            canvas.face(_facing(x, y, outline), tones[colour], (-x, -y, 0), 2)

    return Thing(math.hypot(x, y), draw)


def _facing(x: float, y: float, outline: _Outline) -> list[Point]:
    """An upright outline that looks at the camera."""
    distance = math.hypot(x, y)
    return [(x + aside * y / distance, y - aside * x / distance, z) for aside, z in outline]


def _tower(scene: Scene, rng: np.random.Generator, x: float, y: float) -> Thing:
    """A block of flats: a slab with its windows in rows."""
    floors, half = int(rng.integers(7, 17)), float(rng.uniform(8, 20))
    tone = mixed(scene.architecture.wall, (0.72, 0.71, 0.69), float(rng.uniform(0.4, 0.9)))
    top, columns = floors * 2.9 + 1, max(4, int(half / 2))
    at, base = np.meshgrid(np.linspace(-half + 2, half - 2, columns), np.arange(floors) * 2.9 + 1)
    spots = np.stack([at.ravel(), base.ravel()], axis=1)
    panes = [_facing(x, y, _box(0.9, low, low + 1.4, middle)) for middle, low in spots.tolist()]

    def draw(canvas: Canvas) -> None:
        side = ((half, 0.0), (half + 7, 0.0), (half + 7, top), (half, top))
        canvas.face(_facing(x, y, side), mixed(tone, _SHADE, 0.3), (-x, -y, 0), 2)
        canvas.face(_facing(x, y, _box(half, 0, top)), tone, (-x, -y, 0), 4)
        canvas.faces(np.array(panes), mixed(tone, GLASS, 0.75), (-x, -y, 0))

    return Thing(math.hypot(x, y), draw)
