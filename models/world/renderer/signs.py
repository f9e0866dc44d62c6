"""Signs with writing: the nearest place's name, and shop boards in the country's own language."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from babel import Locale, UnknownLocaleError
from PIL import Image, ImageDraw, ImageFont

from models.geography import countries
from models.world.renderer.canvas import Canvas, Sprite
from models.world.renderer.road import PAVEMENT_M, road_centre
from models.world.renderer.roadside import post
from models.world.renderer.things import Shadow, Thing
from models.world.scene import Scene
from models.world.style import Rgb

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_TEXT_PX = 64
_TO = "\N{EN DASH}"
_NOTO = {
    "Arab": "Arabic",
    "Deva": "Devanagari",
    "Beng": "Bengali",
    "Thaa": "Thaana",
    "Khmr": "Khmer",
}
_NOTO |= {"Mymr": "Myanmar", "Laoo": "Lao", "Thai": "Thai", "Geor": "Georgian", "Armn": "Armenian"}
_NOTO |= {"Ethi": "Ethiopic", "Hebr": "Hebrew", "Sinh": "Sinhala", "Tibt": "Tibetan"}
_CJK = frozenset(("Hans", "Hant", "Jpan", "Kore"))


@cache
def font_of(script: str) -> Font | None:
    """A font that writes the script; None where the machine has none. Latin always has one."""
    for name in _font_files(script):
        try:
            return ImageFont.truetype(name, _TEXT_PX)
        except OSError:
            continue
    return ImageFont.load_default(_TEXT_PX) if script == "Latn" else None


def _font_files(script: str) -> tuple[str, ...]:
    if script in _CJK:
        return ("wqy-microhei.ttc", "DroidSansFallbackFull.ttf")
    if script in _NOTO:
        family = "Serif" if script == "Tibt" else "Sans"
        return (f"Noto{family}{_NOTO[script]}-Bold.ttf", f"Noto{family}{_NOTO[script]}-Regular.ttf")
    return (
        ("NotoSans-Bold.ttf", "DejaVuSans-Bold.ttf") if script in ("Latn", "Cyrl", "Grek") else ()
    )


def writable(text: str, font: Font) -> bool:
    """Whether the font has a glyph for each letter (an unknown one draws the font's empty box)."""
    missing = bytes(font.getmask("\uffff"))
    return all(
        bytes(font.getmask(letter)) != missing for letter in set(text) if not letter.isspace()
    )


def place_text(scene: Scene) -> tuple[str, Font]:
    """What the town sign says, in letters that its font has."""
    font = font_of("Latn")
    assert font is not None  # Latin falls back to Pillow's own
    if writable(scene.town, font):
        return scene.town, font
    plain = "".join(c for c in scene.town if c.isascii())
    return plain or scene.country, font


@cache
def shop_text(country: str) -> tuple[str, str]:
    """Opening days in the country's language (CLDR), or in English; with the script's code."""
    script = countries.script_of(country)
    try:
        locale = Locale.parse(countries.language_of(country).replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale, script = Locale("en"), "Latn"
    days = locale.days["format"]["wide"]
    text, font = f"{days[0]} {_TO} {days[5]}", font_of(script)
    if font is None or not writable(text.replace(_TO, ""), font):
        return f"Monday {_TO} Saturday", "Latn"
    return text, script


def board(text: str, font: Font, ground: Rgb, ink: Rgb, border: Rgb) -> Sprite:
    """A panel with one line of text, premultiplied RGBA."""
    left, top, right, bottom = font.getbbox(text)
    size = (int(right - left) + _TEXT_PX, int(max(bottom - top, _TEXT_PX)) + _TEXT_PX // 2)
    picture = Image.new("RGB", size, _bytes(border))
    draw = ImageDraw.Draw(picture)
    rim = _TEXT_PX // 12
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
    kerb = -1 if scene.road.left else 1
    aside = scene.road.width_m / 2 + (PAVEMENT_M * 0.7 if scene.road.pavement else 2.4)
    text, font = place_text(scene)
    sign = scene.sign
    panel = board(text, font, sign.ground, sign.ink, sign.border)
    y = float(rng.uniform(9, 16))
    out = [_standing(scene, panel, kerb * (aside + 0.4), y, 2.0, 0.95, scene.palette.pole)]
    if scene.urbanity > 0.25:
        words, script = shop_text(scene.country)
        shop_font = font_of(script)
        assert shop_font is not None
        colours = (scene.palette.wall, scene.palette.roof)
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
                scene.palette.pole,
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
