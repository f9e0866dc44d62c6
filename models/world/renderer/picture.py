"""Puts a picture together: sky, hills, ground, shadows, then things from far to near."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.world.renderer import (
    borders,
    cars,
    ground,
    hills,
    houses,
    landmarks,
    marks,
    plants,
    roadside,
    signs,
    sky,
    slope,
)
from models.world.renderer.canvas import Canvas
from models.world.renderer.light import Light, developed, light_of
from models.world.renderer.things import Thing, shadow_outline
from models.world.scene import Scene
from models.world.style import hashed


def render(scene: Scene, width_px: int) -> NDArray[np.uint8]:
    """The panorama of a scene, (width_px / 2, width_px, 3) RGB.

    The centre column looks along the road, at `scene.heading`.

    Raises:
        ValueError: as `check_width`.
    """
    check_width(width_px)
    light = light_of(scene)
    lie = slope.slope_of(scene)
    above = sky.draw_sky(scene, light, width_px)
    base = np.concatenate([above, np.broadcast_to(light.haze, above.shape).astype(np.float32)])
    hills.draw_hills(base, scene, light, lie)
    hills.draw_woods(base, scene, light, lie)
    slope.lay_ground(base, ground.draw_ground(scene, light, width_px), lie)
    canvas = Canvas(base, light, lie.rise_m)
    marks.draw_marks(canvas, scene)
    things = _things(scene)
    canvas.shade(_shadows(things, light))
    for thing in sorted(things, key=lambda thing: -thing.distance_m):
        thing.draw(canvas)
    ground.lay_car(canvas.pixels, light, width_px)
    return developed(canvas.pixels)


def check_width(width_px: int) -> None:
    """Refuse what `render` can't draw.

    Raises:
        ValueError: the width is not a multiple of 4, or under 64.
    """
    if width_px < 64 or width_px % 4:
        raise ValueError(f"width_px: expected a multiple of 4 from 64 on, got: {width_px}")


def _things(scene: Scene) -> list[Thing]:
    def chance(room: str) -> np.random.Generator:
        return np.random.default_rng(hashed(scene.key, room))

    return [
        *plants.plants_of(scene, chance("plants")),
        *borders.borders_of(scene),
        *houses.houses_of(scene, chance("houses")),
        *roadside.poles_of(scene, chance("poles")),
        *roadside.bollards_of(scene),
        *roadside.lamps_of(scene),
        *landmarks.landmarks_of(scene, chance("landmarks")),
        *cars.cars_of(scene, chance("cars")),
        *signs.signs_of(scene, chance("signs")),
    ]


def _shadows(things: list[Thing], light: Light) -> list[NDArray[np.float64]]:
    outlines = (shadow_outline(light, t.shadow) for t in things if t.shadow and t.distance_m < 90)
    return [outline for outline in outlines if outline is not None]
