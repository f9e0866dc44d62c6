"""Cue: the poles that carry wires, and street lamps."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.setting import Setting
from models.world.style import Rgb, hashed, uniform

KINDS = ("wood", "concrete", "steel", "twin")
LAMPS = ("arm", "arm", "double", "lantern")

_LAMP_COLOURS = ((0.6, 0.62, 0.63), (0.16, 0.2, 0.18), (0.42, 0.43, 0.44), (0.7, 0.7, 0.66))
_COLOURS = ((0.4, 0.3, 0.2), (0.62, 0.6, 0.56), (0.45, 0.43, 0.4), (0.55, 0.42, 0.3))


@dataclass(frozen=True, slots=True)
class Poles:
    """A line of poles along the road."""

    kind: str
    """One of `KINDS`."""
    spacing_m: float
    colour: Rgb
    """Of the poles, and of the posts that signs stand on."""
    lamp: str
    """Street lamps: one of `LAMPS`."""
    lamp_colour: Rgb
    lamp_spacing_m: float


def poles_of(setting: Setting) -> Poles:
    """Mostly the country's kind, at times its region's."""
    whose = setting.country if setting.style.field("pole kind", 800) <= 0.7 else setting.region
    return Poles(
        kind=KINDS[hashed("pole", whose) % len(KINDS)],
        spacing_m=30 + 18 * uniform("spacing", setting.country),
        colour=setting.style.colour("pole", _COLOURS),
        lamp=LAMPS[hashed("lamp", setting.country) % len(LAMPS)],
        lamp_colour=setting.style.colour("lamp", _LAMP_COLOURS),
        lamp_spacing_m=24 + 14 * setting.style.field("lamp", 200),
    )
