"""Cue: how the edge of raised pavements is painted."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.colours import BLACK, BLUE, RED, WHITE, YELLOW
from models.world.habits import by_country
from models.world.setting import Setting
from models.world.style import Rgb, hashed

_CONCRETE, _GRANITE = (0.5, 0.5, 0.49), (0.4, 0.4, 0.42)
# What is common on main streets; colours often tell where one may park.
_KNOWN = by_country(
    {
        (_CONCRETE, _CONCRETE): "US CA AU NZ ZA NL BE PL CZ SK HU HR SI EE LV LT KR",
        (_GRANITE, _GRANITE): "GB IE FR DE AT CH LU DK SE NO FI IS PT IT JP",
        (WHITE, WHITE): "BR PY UY VE",
        (YELLOW, YELLOW): "ES MX PE GT CR EC CL",
        (BLACK, WHITE): "IN BD LK MY ID EG JO KE GH TZ UG MT VN KH PK RU TR",
        (BLACK, YELLOW): "AE SA QA KW OM BH IQ IR NG",
        (RED, WHITE): "TH PS TW AR",
        (BLUE, WHITE): "IL",
    }
)
_CHOICE = tuple(dict.fromkeys(_KNOWN.values()))


@dataclass(frozen=True, slots=True)
class Kerbs:
    """Two colours that take turns along the kerb, the same twice where it is plain."""

    first: Rgb
    second: Rgb
    stripe_m: float
    """Length of one stripe."""


def kerbs_of(setting: Setting) -> Kerbs:
    """The country's habit where it is known, else one hashed from its code."""
    key = hashed("kerb", setting.country)
    first, second = _KNOWN.get(setting.country, _CHOICE[key % len(_CHOICE)])
    return Kerbs(first, second, stripe_m=0.5 + 0.25 * (key // len(_CHOICE) % 5))
