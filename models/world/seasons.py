"""What time of year it looks like: temperature, green and snow from climate zone and date.

Rough monthly shapes by Köppen letter, good enough to paint by, no climatology.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

_MEAN_C = {"A": 26, "Bh": 25, "Bk": 12, "Ca": 16, "Cb": 12, "Cc": 7}
_MEAN_C |= {"Da": 9, "Db": 5, "Dc": -3, "Dd": -10, "ET": -4, "EF": -20}
_SWING_C = {"A": 2, "Bh": 9, "Bk": 14, "Ca": 9, "Cb": 7, "Cc": 6}
_SWING_C |= {"Da": 15, "Db": 14, "Dc": 17, "Dd": 26, "ET": 11, "EF": 12}
_WETNESS = {"Af": 1.0, "Am": 0.95, "As": 0.7, "Aw": 0.7, "BW": 0.08, "BS": 0.35, "EF": 0.1}


@dataclass(frozen=True, slots=True)
class Season:
    """How the year stands at a place."""

    temperature_c: float
    wetness: float
    """0 parched to 1 soaked."""
    green: float
    """Share of living green in grass and leaves, 0 to 1."""
    autumn: float
    """0 to 1: how far deciduous leaves have turned."""
    bare: float
    """0 to 1: how many deciduous trees have lost their leaves."""
    snow: float
    """Share of the ground under snow, 0 to 1."""


def season_at(zone: str, lat: float, day: date) -> Season:
    """The season in a climate zone; the southern hemisphere is half a year off."""
    warmth = math.cos(2 * math.pi * (day.timetuple().tm_yday - 203) / 365.25)
    warmth = warmth if lat >= 0 else -warmth
    falling = -math.sin(2 * math.pi * (day.timetuple().tm_yday - 203) / 365.25) < 0
    falling = falling if lat >= 0 else not falling
    thermal = _thermal_key(zone)
    temperature = _MEAN_C[thermal] + _SWING_C[thermal] * warmth
    wetness = _wetness(zone, warmth)
    chill = _ramp(temperature, 13, 3) if zone[0] in "CD" else 0.0
    return Season(
        temperature_c=temperature,
        wetness=wetness,
        green=wetness * _ramp(temperature, -3, 9),
        autumn=chill if falling else 0.0,
        bare=_ramp(temperature, 9, 3) if zone[0] in "CDE" else 0.0,
        snow=_ramp(temperature, 0, -5) * min(1.0, 2.5 * wetness),
    )


def _thermal_key(zone: str) -> str:
    if zone in ("ET", "EF"):
        return zone
    if zone[0] == "A":
        return "A"
    return zone[0] + zone[-1] if zone[0] in "BCD" else "Cb"


def _wetness(zone: str, warmth: float) -> float:
    base = _WETNESS.get(zone, _WETNESS.get(zone[:2], 0.9))
    if zone[1] == "s":
        return base * (0.65 - 0.3 * warmth)
    if zone[1] == "w":
        return base * (0.7 + 0.3 * warmth)
    return base


def _ramp(value: float, zero: float, one: float) -> float:
    """0 at `zero`, 1 at `one`, straight between."""
    return min(max((value - zero) / (one - zero), 0.0), 1.0)
