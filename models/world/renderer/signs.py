"""Signs with writing: a town's name or the way to it, and shop boards."""

from __future__ import annotations

import math

import numpy as np

from models.world.renderer.boards import LINE_PX, shop_board, town_board
from models.world.renderer.canvas import Canvas, Sprite
from models.world.renderer.road import PAVEMENT_M, road_centre
from models.world.renderer.roadside import post
from models.world.renderer.things import Shadow, Thing
from models.world.scene import Scene
from models.world.style import Rgb, mixed

_LINE_M = 0.66
"""Height of a line."""
_WIDEST_M = 6.0


def signs_of(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """The town sign ahead on our side, and in towns a board in the local writing."""
    kerb = -1 if scene.side.left else 1
    aside = scene.surface.width_m / 2 + (PAVEMENT_M * 0.7 if scene.surface.pavement else 2.4)
    panel = town_board(scene.writing.towns, scene.signs)
    out = [_standing(scene, panel, kerb * (aside + 0.4), float(rng.uniform(7, 11)), 2.0)]
    if scene.density.urbanity > 0.25:
        colours = (scene.architecture.wall, scene.architecture.roof)
        light, dark = sorted(colours, key=sum, reverse=True)
        panel = shop_board(
            scene.writing.shop, mixed(light, (1, 1, 1), 0.55), mixed(dark, (0, 0, 0), 0.55)
        )
        out.append(_standing(scene, panel, -kerb * (aside + 2.2), -float(rng.uniform(6, 10)), 2.3))
    return out


def _standing(scene: Scene, panel: Sprite, offset: float, y: float, foot_m: float) -> Thing:
    """A panel on two posts, `offset` metres right of the road's middle."""
    scale = min(_LINE_M / LINE_PX, _WIDEST_M / panel.shape[1])
    width, height = panel.shape[1] * scale, panel.shape[0] * scale
    x = float(road_centre(scene, np.array(y))) + offset
    x += math.copysign(max(0.0, width / 2 - 1.2), offset)
    metal: Rgb = scene.poles.colour

    def draw(canvas: Canvas) -> None:
        for side in (-0.32, 0.32):
            post(canvas, x + side * width, y, 0, foot_m + 0.1, 0.09, metal)
        lit = (canvas.light.ambient + 0.45 * canvas.light.sun).astype(np.float32)
        shown = panel.copy()
        shown[..., :3] = np.minimum(panel[..., :3] * np.maximum(lit, 0.6), panel[..., 3:])
        canvas.billboard(shown, (x, y, foot_m), (width, height))

    return Thing(math.hypot(x, y), draw, Shadow(x, y, foot_m, width / 3, 0.1))
