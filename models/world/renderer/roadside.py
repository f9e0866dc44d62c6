"""Poles with their wires, guide posts, and street lamps."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from models.world.renderer.canvas import Canvas
from models.world.renderer.road import PAVEMENT_M, road_centre
from models.world.renderer.things import Shadow, Thing
from models.world.scene import Scene
from models.world.style import Rgb, uniform

_LOOK = {
    # pole: width at the foot, height, length of the crossarm, number of crossarms, wires
    "wood": (0.28, 8.5, 2.0, 1, 3),
    "concrete": (0.36, 10.0, 1.6, 2, 4),
    "steel": (0.18, 9.0, 1.2, 1, 2),
    "twin": (0.26, 9.5, 2.6, 3, 6),
}

_LIT = (0.82, 0.82, 0.8)


def post(
    canvas: Canvas, x: float, y: float, low: float, high: float, width: float, colour: Rgb
) -> None:
    """An upright, always seen from its broad side."""
    distance = math.hypot(x, y)
    ax, ay = y / distance * width / 2, -x / distance * width / 2
    corners = [
        (x - ax, y - ay, low),
        (x + ax, y + ay, low),
        (x + ax * 0.8, y + ay * 0.8, high),
        (x - ax * 0.8, y - ay * 0.8, high),
    ]
    canvas.face(corners, colour, (-x, -y, 0), 6)


def poles_of(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """A line of poles with its wires on one side of the road."""
    foot, height, arm, arms, wires = _LOOK[scene.poles.kind]
    kerb = -1 if scene.side.left else 1
    side = -kerb if uniform(scene.key, "pole side") < 0.75 else kerb
    spacing = scene.poles.spacing_m
    start = float(rng.uniform(-spacing, 0)) - 3 * spacing
    aside = scene.surface.width_m / 2 + (PAVEMENT_M - 0.5 if scene.surface.pavement else 2.2)
    spots = []
    for number in range(8):
        y = start + number * spacing
        spots.append((float(road_centre(scene, np.array(y))) + side * aside, y))
    things = [_pole(scene, x, y, foot, height, arm, arms) for x, y in spots]
    for (x0, y0), (x1, y1) in pairwise(spots):
        things.append(_span(x0, y0, x1, y1, height, arm, wires))
    return things


def _pole(
    scene: Scene, x: float, y: float, foot: float, height: float, arm: float, arms: int
) -> Thing:
    colour = scene.poles.colour

    def draw(canvas: Canvas) -> None:
        post(canvas, x, y, 0, height, foot, colour)
        for number in range(arms):
            low, half = height - 0.4 - 0.7 * number, arm / 2
            high = low + 0.14
            bar = [(x - half, y, low), (x + half, y, low), (x + half, y, high), (x - half, y, high)]
            canvas.face(bar, colour, (0, -y, 0.2))

    return Thing(math.hypot(x, y), draw, Shadow(x, y, height, foot / 2, foot / 2))


def _span(
    x0: float, y0: float, x1: float, y1: float, height: float, arm: float, wires: int
) -> Thing:
    t = np.linspace(0, 1, 72)
    sag = 4 * t * (1 - t) * 0.9

    def draw(canvas: Canvas) -> None:
        for number in range(wires):
            level, place = divmod(number, 3)
            offset = (place - 1) * arm * 0.45
            along = (x0 + (x1 - x0) * t + offset, y0 + (y1 - y0) * t)
            wire = np.stack([*along, height - 0.25 - 0.7 * level - sag], axis=1)
            canvas.line(wire, (0.1, 0.1, 0.1), 0.03)

    return Thing(min(math.hypot(x0, y0), math.hypot(x1, y1)) + 0.5, draw)


def bollards_of(scene: Scene) -> list[Thing]:
    """Guide posts on both edges of country roads."""
    kind = scene.bollards
    if kind.height_m == 0 or scene.surface.pavement or not scene.surface.paved:
        return []
    aside = scene.surface.width_m / 2 + 0.7
    out = []
    for number in range(-4, 5):
        for side in (-1, 1):
            y = (number + 0.35) * kind.spacing_m
            x = float(road_centre(scene, np.array(y))) + side * aside
            out.append(_bollard(scene, x, y))
    return out


def _bollard(scene: Scene, x: float, y: float) -> Thing:
    kind = scene.bollards

    def draw(canvas: Canvas) -> None:
        top = kind.height_m
        post(canvas, x, y, 0, top, kind.width_m, kind.post)
        post(canvas, x, y, top * 0.68, top * 0.88, kind.width_m * 1.04, kind.band)

    return Thing(
        math.hypot(x, y), draw, Shadow(x, y, kind.height_m, kind.width_m / 2, kind.width_m / 2)
    )


def lamps_of(scene: Scene) -> list[Thing]:
    """Street lamps in towns, on the side that has no poles half of the time."""
    if not scene.surface.pavement:
        return []
    side = 1 if uniform(scene.key, "lamp side") < 0.5 else -1
    aside, spacing = scene.surface.width_m / 2 + 0.5, scene.poles.lamp_spacing_m
    out = []
    for number in range(-3, 4):
        y = (number + uniform(scene.key, "lamp")) * spacing
        x = float(road_centre(scene, np.array(y))) + side * aside
        if math.hypot(x, y) > 3:
            out.append(_lamp(scene, x, y, -side))
    return out


def _lamp(scene: Scene, x: float, y: float, inward: int) -> Thing:
    """A post with an arm over the road, two arms, or a lantern on its top."""
    kind, colour = scene.poles.lamp, scene.poles.lamp_colour
    top = 4.2 if kind == "lantern" else 7.8

    def draw(canvas: Canvas) -> None:
        post(canvas, x, y, 0, top, 0.16, colour)
        if kind == "lantern":
            post(canvas, x, y, top, top + 0.55, 0.4, _LIT)
            post(canvas, x, y, top + 0.55, top + 0.7, 0.5, colour)
            return
        for way in (inward, -inward) if kind == "double" else (inward,):
            arm, end = x + way * 1.7, x + way * 2.3
            canvas.line([(x, y, top), (arm, y, top + 0.4), (end, y, top + 0.4)], colour, 0.1)
            head = [(arm, y, top + 0.28), (end, y, top + 0.28)]
            head += [(end, y, top + 0.45), (arm, y, top + 0.45)]
            canvas.face(head, _LIT, (0, -y, 0.2))

    return Thing(math.hypot(x, y), draw, Shadow(x, y, top, 0.1, 0.1))
