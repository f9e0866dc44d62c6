"""Panels with writing, as sprites."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from models.world.cues.signs import Signs
from models.world.cues.writing import Destination, Line
from models.world.renderer.canvas import Sprite
from models.world.renderer.fonts import LEFTWARD, TEXT_PX, TO, drawable, font_of
from models.world.style import Rgb

LINE_PX = TEXT_PX * 5 // 4
_SECOND = 0.72
"""Height of the lines below the first one, to the first."""
_GAP_PX = TEXT_PX // 2
_SHAFT_PX, _HEAD_PX = TEXT_PX // 10, TEXT_PX // 4


@lru_cache(maxsize=1024)
def lettering(line: Line, capitals: bool = False, scale: float = 1.0) -> Image.Image:
    """A line in its font, white on black, as wide as it is and at least a line high."""
    size_px = round(TEXT_PX * scale)
    text = line.text.upper() if capitals and line.script == "Latn" else line.text
    words = [(drawable(w, line.script), font_of(line.script, size_px)) for w in text.split(TO)]
    words = words[::-1] if line.script in LEFTWARD else words
    parts = [words[0], (TO, font_of("Latn", size_px)), *words[1:]] if words[1:] else words
    boxes = [font.getbbox(shown, anchor="ls") for shown, font in parts]
    top, bottom = math.floor(min(b[1] for b in boxes)), math.ceil(max(b[3] for b in boxes))
    width = math.ceil(sum(b[2] - b[0] for b in boxes))
    mask = Image.new("L", (max(1, width), max(round(LINE_PX * scale), bottom - top)))
    across, baseline = 0.0, (mask.height - (bottom - top)) // 2 - top
    for (shown, font), box in zip(parts, boxes, strict=True):
        ImageDraw.Draw(mask).text(
            (across - box[0], baseline), shown, fill=255, font=font, anchor="ls"
        )
        across += box[2] - box[0]
    return mask


def town_board(towns: tuple[Destination, ...], look: Signs) -> Sprite:
    """A town's beginning, or the way to some, an arrow at the left and distances at the right."""
    blocks = [_stacked([*_names(town, look.capitals)]) for town in towns]
    numbers = [lettering(Line(town.distance, "Cyrl")) for town in towns if town.distance]
    arrow = 2 * _HEAD_PX + _GAP_PX if numbers else 0
    names_px = max(block.width for block in blocks)
    width = arrow + names_px + (_GAP_PX + max(n.width for n in numbers) if numbers else 0)
    inside = Image.new("L", (width, sum(block.height for block in blocks)))
    down = 0
    for number, block in enumerate(blocks):
        across = arrow if numbers else (width - block.width) // 2
        inside.paste(block, (across, down))
        if numbers:
            _arrow(ImageDraw.Draw(inside), down, block.height)
            middle = down + (block.height - numbers[number].height) // 2
            inside.paste(numbers[number], (width - numbers[number].width, middle))
        down += block.height
    return _panel(inside, look)


def shop_board(lines: tuple[Line, ...], ground: Rgb, ink: Rgb) -> Sprite:
    """Lines of one size, one below the other."""
    return _panel(_stacked([lettering(line) for line in lines]), Signs(ground, ink, ink))


def _names(town: Destination, capitals: bool) -> list[Image.Image]:
    scales = [1.0, *[_SECOND] * (len(town.names) - 1)]
    return [lettering(n, capitals, s) for n, s in zip(town.names, scales, strict=True)]


def _stacked(masks: list[Image.Image]) -> Image.Image:
    out = Image.new("L", (max(m.width for m in masks), sum(m.height for m in masks)))
    down = 0
    for mask in masks:
        out.paste(mask, ((out.width - mask.width) // 2, down))
        down += mask.height
    return out


def _arrow(draw: ImageDraw.ImageDraw, down: int, height: int) -> None:
    """Straight on, at the left."""
    top = down + (height - TEXT_PX) // 2
    neck, foot = top + _HEAD_PX, top + TEXT_PX
    draw.polygon([(_HEAD_PX, top), (0, neck), (2 * _HEAD_PX, neck)], fill=255)
    draw.rectangle((_HEAD_PX - _SHAFT_PX, neck, _HEAD_PX + _SHAFT_PX, foot), fill=255)


def _panel(inside: Image.Image, look: Signs) -> Sprite:
    """The writing in its colours on a rimmed ground, premultiplied RGBA."""
    width, height = inside.width + TEXT_PX, inside.height + TEXT_PX // 2
    rim, corner = TEXT_PX // 12, TEXT_PX // 5 if look.round else 0
    picture = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(picture)
    box = (0, 0, width - 1, height - 1)
    draw.rounded_rectangle(box, corner, _bytes(look.ground), _bytes(look.border), rim)
    picture.paste(_bytes(look.ink), (TEXT_PX // 2, TEXT_PX // 4), inside)
    return np.asarray(picture, dtype=np.float32) / np.float32(255)


def _bytes(colour: Rgb) -> tuple[int, int, int]:
    r, g, b = (round(255 * c) for c in colour)
    return r, g, b
