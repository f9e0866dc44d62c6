"""What stands between a garden and the road: hedges, walls, pickets, rails."""

from __future__ import annotations

import math

import numpy as np

from models.world.renderer.canvas import Canvas
from models.world.renderer.house import FINE_M, House
from models.world.renderer.things import Thing
from models.world.renderer.wall import Wall, rows, uprights
from models.world.scene import Scene
from models.world.style import Rgb, mixed

_LEAST_M = 1.6
"""Gardens less deep have no fence."""
_GATE_M = 1.4
_LIGHT, _DARK = (0.85, 0.85, 0.83), (0.1, 0.12, 0.1)


def fences_of(scene: Scene, house: House) -> list[Thing]:
    """The place's fence along a garden, open at the door; shops have none."""
    kind = scene.architecture.fence
    if kind == "none" or house.shop or house.setback_m < _LEAST_M:
        return []
    x = house.x - house.side * (house.setback_m - 0.2)
    colour = _colour(scene, house, kind)
    near = math.hypot(x, max(0.0, abs(house.y) - house.width_m / 2))

    def draw(canvas: Canvas) -> None:
        wall = Wall(canvas, x, (-house.side, 0.0, 0.0))
        gate = house.y + _GATE_M
        for a, b in ((house.low - 0.5, gate - 2 * _GATE_M), (gate, house.high + 0.5)):
            _draw_run(wall, kind, a, b, colour, near)

    return [Thing(near, draw)]


def _colour(scene: Scene, house: House, kind: str) -> Rgb:
    if kind == "hedge":
        r, g, b = scene.vegetation.leaf
        return mixed((r * 1.15, g * 1.15, b * 1.15), house.tiles, 0.05)
    return {"wall": mixed(house.wall, (0.5, 0.48, 0.45), 0.4), "picket": _LIGHT}.get(kind, _DARK)


def _draw_run(wall: Wall, kind: str, a: float, b: float, colour: Rgb, near_m: float) -> None:
    if kind in ("hedge", "wall"):
        top = 1.35 if kind == "hedge" else 1.25
        wall.lay((a, b, -0.1, top), colour, steps=6)
        wall.lay((a, b, top - 0.12, top), mixed(colour, _LIGHT, 0.25), 0.05, steps=6)
        wall.lay((a, b, -0.1, 0.25), mixed(colour, _DARK, 0.35), 0.02, steps=6)
        return
    wall.lay(rows(a, b, np.array([0.3, 0.85]), 0.08), colour, steps=6)
    step, wide = (0.22, 0.11) if kind == "picket" else (1.6, 0.08)
    if near_m < FINE_M:
        wall.lay(uprights(np.arange(a, b, step), wide, 0.0, 1.05), colour, 0.03)
