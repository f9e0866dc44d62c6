"""What stands between road and fields: hedges, fences and dry stone walls."""

from __future__ import annotations

import math

import numpy as np

from models.world.renderer.canvas import Canvas, Point
from models.world.renderer.fields import edge_m, parcels_of
from models.world.renderer.plants import VARIANTS, leaf_colour
from models.world.renderer.road import road_centre
from models.world.renderer.roadside import post
from models.world.renderer.species import SPECIES
from models.world.renderer.sprites import tinted
from models.world.renderer.things import Thing
from models.world.scene import Scene
from models.world.style import Rgb, mixed, uniform

REACH_M = 60.0
_POST: Rgb = (0.46, 0.41, 0.35)
_WIRE: Rgb = (0.35, 0.34, 0.33)
_STONE: Rgb = (0.52, 0.51, 0.47)
_PIECE_M = {"hedge": 1.7, "fence": 4.0, "wall": 4.0}


def borders_of(scene: Scene) -> list[Thing]:
    """The border in pieces, on both sides, wherever a field begins."""
    kind = scene.vegetation.border
    if not kind:
        return []
    parcels, out = parcels_of(scene), list[Thing]()
    piece_m = _PIECE_M[kind]
    for side in (-1, 1):
        off = side * (edge_m(scene) - 0.9)
        for number in range(int(-REACH_M / piece_m), int(REACH_M / piece_m)):
            y = number * piece_m
            if parcels.crop_at(off + 3 * side, y):
                out.append(_piece(scene, kind, off, y, number))
    return out


def _piece(scene: Scene, kind: str, off: float, y: float, number: int) -> Thing:
    def at(along: float) -> tuple[float, float]:
        return float(road_centre(scene, np.array(along))) + off, along

    x, _ = at(y)
    after = at(y + _PIECE_M[kind])
    if kind == "hedge":
        return _bush(scene, x, y, number)
    draw = _fence if kind == "fence" else _wall
    distance = (math.hypot(x, y) + math.hypot(*after)) / 2
    return Thing(distance, lambda canvas: draw(canvas, (x, y), after))


def _bush(scene: Scene, x: float, y: float, number: int) -> Thing:
    size = 0.9 + 0.25 * uniform(scene.key, "hedge", number, x > 0)
    species = SPECIES["hedge"]
    high = species.height_m * size
    bare = scene.season.bare > 0.3 + 0.6 * uniform(scene.key, "bare", number, x > 0)
    leaf = mixed(leaf_colour(scene), (0.5, 0.36, 0.16), 0.5 * scene.season.autumn)

    def draw(canvas: Canvas) -> None:
        light = canvas.light.ambient + 0.7 * canvas.light.sun
        tall_px = canvas.pixels_tall(high, x, y)
        sprite = tinted("hedge", leaf, light, bare, number % VARIANTS, tall_px)
        canvas.billboard(sprite, (x, y, -0.05), (high * species.spread, high))

    return Thing(math.hypot(x, y), draw)


def _fence(canvas: Canvas, here: tuple[float, float], after: tuple[float, float]) -> None:
    post(canvas, *here, 0, 1.25, 0.11, _POST)
    for high in (0.5, 0.8, 1.1):
        canvas.line([(*here, high), (*after, high)], _WIRE, 0.012)


def _wall(canvas: Canvas, here: tuple[float, float], after: tuple[float, float]) -> None:
    corners: list[Point] = [(*here, 0), (*after, 0), (*after, 1.1), (*here, 1.1)]
    facing = (-1.0 if here[0] > 0 else 1.0, 0.0, 0.35)
    canvas.face(corners, _STONE, facing, 4)
    cap: list[Point] = [(*here, 1.0), (*after, 1.0), (*after, 1.14), (*here, 1.14)]
    canvas.face(cap, mixed(_STONE, (0.7, 0.7, 0.66), 0.5), facing, 4)
