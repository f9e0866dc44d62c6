"""Cue: guide posts along country roads."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.colours import BLACK, BLUE, GREY, ORANGE, RED, WHITE, YELLOW
from models.world.setting import Setting
from models.world.style import Rgb, hashed, uniform


@dataclass(frozen=True, slots=True)
class Bollards:
    """A row of posts on both edges; `height_m` 0 where there are none."""

    post: Rgb
    band: Rgb
    height_m: float
    width_m: float
    spacing_m: float


_NONE = Bollards(WHITE, WHITE, 0, 0, 30)


def bollards_of(setting: Setting) -> Bollards:
    """The country's own; two in three countries have them."""
    country = setting.country
    key = hashed("bollard", country)
    if key % 3 == 0:
        return _NONE
    post = (WHITE, WHITE, YELLOW, GREY, BLACK)[key // 3 % 5]
    band = (RED, BLACK, ORANGE, BLUE, YELLOW)[key // 15 % 5]
    return Bollards(
        post=post,
        band=band if band != post else WHITE,
        height_m=0.7 + key // 75 % 4 * 0.12,
        width_m=0.12 + key // 300 % 3 * 0.04,
        spacing_m=12 + 22 * uniform("bollard spacing", country),
    )
