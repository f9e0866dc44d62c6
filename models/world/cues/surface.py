"""Cue: what the road is made of, how wide it is, and whether people walk beside it."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.setting import Setting
from models.world.style import Rgb, uniform

_ASPHALTS = (
    (0.26, 0.26, 0.28),
    (0.4, 0.39, 0.38),
    (0.5, 0.47, 0.44),
    (0.34, 0.36, 0.4),
    (0.46, 0.42, 0.42),
)
_SHOULDERS = (
    (0.55, 0.5, 0.42),
    (0.7, 0.62, 0.5),
    (0.46, 0.36, 0.28),
    (0.62, 0.44, 0.32),
    (0.5, 0.5, 0.5),
)
_UNPAVED_REGIONS = frozenset(("africa", "south asia", "central asia", "latin america"))


@dataclass(frozen=True, slots=True)
class Surface:
    """The road the camera drives on."""

    paved: bool
    width_m: float
    bend: float
    """Slope of the road's line far away, sideways metres a metre, to the right if positive."""
    pavement: bool
    """Raised pavements for people on both sides."""
    asphalt: Rgb
    shoulder: Rgb
    """Gravel beside the road; the soil shows through."""
    wear: float
    """0 smooth to 1 cracked and mended all over."""


def surface_of(setting: Setting) -> Surface:
    """The road at the place; many are unpaved in the country, most of all in poor regions."""
    style, key, urbanity = setting.style, setting.key, setting.urbanity
    often = 0.45 if setting.region in _UNPAVED_REGIONS else 0.15
    unpaved = often * (1 - urbanity) * 1.6 * style.drift("paving")
    paved = urbanity > 0.6 or uniform(key, "paved") >= unpaved
    return Surface(
        paved=paved,
        width_m=5.6 + 2.6 * style.drift("width") + (1.5 if urbanity > 0.7 else 0),
        bend=0.5 * (uniform(key, "bend") - 0.5),
        pavement=paved and urbanity > 0.45,
        asphalt=style.colour("asphalt", _ASPHALTS),
        shoulder=style.colour("shoulder", _SHOULDERS),
        wear=0.65 * style.drift("wear") + (0.35 if setting.region in _UNPAVED_REGIONS else 0.1),
    )
