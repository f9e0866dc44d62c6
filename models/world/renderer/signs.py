"""Signs with writing: the nearest place's name, and shop boards in the country's own language."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from models.world.cues.writing import ENGLISH_DAYS, TO, Writing
from models.world.renderer.canvas import Canvas, Sprite
from models.world.renderer.fonts import TEXT_PX, Font, font_of, writable
from models.world.renderer.road import PAVEMENT_M, road_centre
from models.world.renderer.roadside import post
from models.world.renderer.things import Shadow, Thing
from models.world.scene import Scene
from models.world.style import Rgb


def place_text(writing: Writing) -> tuple[str, Font]:
    """What the town sign says, in letters that its font has."""
    font = font_of("Latn")
    assert font is not None  # Latin falls back to Pillow's own
    if writable(writing.town, font):
        return writing.town, font
    plain = "".join(c for c in writing.town if c.isascii())
    return plain or writing.fallback, font


def shop_text(writing: Writing) -> tuple[str, Font]:
    """What the shop board says; in English where the machine has no font for the script."""
    font = font_of(writing.script)
    if font is not None and writable(writing.shop.replace(TO, ""), font):
        return writing.shop, font
    latin = font_of("Latn")
    assert latin is not None
    return ENGLISH_DAYS, latin


def board(text: str, font: Font, ground: Rgb, ink: Rgb, border: Rgb) -> Sprite:
    """A panel with one line of text, premultiplied RGBA."""
    left, top, right, bottom = font.getbbox(text)
    size = (int(right - left) + TEXT_PX, int(max(bottom - top, TEXT_PX)) + TEXT_PX // 2)
    picture = Image.new("RGB", size, _bytes(border))
    draw = ImageDraw.Draw(picture)
    rim = TEXT_PX // 12
    draw.rectangle((rim, rim, size[0] - rim - 1, size[1] - rim - 1), fill=_bytes(ground))
    at = ((size[0] - (right - left)) / 2 - left, (size[1] - (bottom - top)) / 2 - top)
    draw.text(at, text, fill=_bytes(ink), font=font)
    panel = np.asarray(picture, dtype=np.float32) / 255
    return np.concatenate([panel, np.ones((*panel.shape[:2], 1), dtype=np.float32)], axis=2)


def _bytes(colour: Rgb) -> tuple[int, int, int]:
    r, g, b = (round(255 * c) for c in colour)
    return r, g, b


def signs_of(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """The town sign ahead on our side, and in towns a board in the local writing."""
    kerb = -1 if scene.side.left else 1
    aside = scene.surface.width_m / 2 + (PAVEMENT_M * 0.7 if scene.surface.pavement else 2.4)
    text, font = place_text(scene.writing)
    sign = scene.signs
    panel = board(text, font, sign.ground, sign.ink, sign.border)
    y = float(rng.uniform(9, 16))
    out = [_standing(scene, panel, kerb * (aside + 0.4), y, 2.0, 0.95, scene.poles.colour)]
    if scene.density.urbanity > 0.25:
        words, shop_font = shop_text(scene.writing)
        colours = (scene.architecture.wall, scene.architecture.roof)
        light, dark = sorted(colours, key=sum, reverse=True)
        shop = board(words, shop_font, _pale(light), _deep(dark), _deep(dark))
        out.append(
            _standing(
                scene,
                shop,
                -kerb * (aside + 2.2),
                -float(rng.uniform(7, 14)),
                2.3,
                1.0,
                scene.poles.colour,
            )
        )
    return out


def _pale(colour: Rgb) -> Rgb:
    return tuple(0.55 + 0.45 * c for c in colour)  # type: ignore[return-value]


def _deep(colour: Rgb) -> Rgb:
    return tuple(0.45 * c for c in colour)  # type: ignore[return-value]


def _standing(
    scene: Scene, panel: Sprite, offset: float, y: float, foot_m: float, height_m: float, metal: Rgb
) -> Thing:
    x = float(road_centre(scene, np.array(y))) + offset
    width = height_m * panel.shape[1] / panel.shape[0]
    x += math.copysign(max(0.0, width / 2 - 1.2), offset)

    def draw(canvas: Canvas) -> None:
        for side in (-0.32, 0.32):
            post(canvas, x + side * width, y, 0, foot_m + 0.1, 0.09, metal)
        lit = (canvas.light.ambient + 0.45 * canvas.light.sun).astype(np.float32)
        shown = panel.copy()
        shown[..., :3] = np.minimum(panel[..., :3] * np.maximum(lit, 0.6), 1)
        canvas.billboard(shown, (x, y, foot_m), (width, height_m))

    return Thing(math.hypot(x, y), draw, Shadow(x, y, foot_m, width / 3, 0.1))
