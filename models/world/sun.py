"""Where the sun stands. Solar time, no refraction: within half a degree of an almanac."""

from __future__ import annotations

import math
from datetime import date

LOWEST_SUN_DEG = 7.0
"""Of pictures that are taken by daylight."""
_LOWEST_SINE = math.sin(math.radians(LOWEST_SUN_DEG))

_QUARTERS = [
    (hour, math.cos(math.radians(15 * (hour - 12)))) for hour in (7 + n / 4 for n in range(45))
]
"""Hours, and the cosines of the sun's hour angles: asked for with every place that is drawn."""


def declination_deg(day: date) -> float:
    """The sun's declination (Cooper 1969)."""
    return 23.45 * math.sin(math.radians(360 * (284 + day.timetuple().tm_yday) / 365))


def sun_position(lat: float, day: date, hour: float) -> tuple[float, float]:
    """Altitude, and heading of the sun, degrees, at `hour` of local solar time (12: noon)."""
    phi, delta = math.radians(lat), math.radians(declination_deg(day))
    angle = math.radians(15 * (hour - 12))
    sine = math.sin(phi) * math.sin(delta) + math.cos(phi) * math.cos(delta) * math.cos(angle)
    east = -math.cos(delta) * math.sin(angle)
    north = math.cos(phi) * math.sin(delta) - math.sin(phi) * math.cos(delta) * math.cos(angle)
    return _altitude_deg(sine), math.degrees(math.atan2(east, north)) % 360


def lit_hours(lat: float, day: date) -> list[float]:
    """Hours from 7 to 18, a quarter apart, with the sun well up; noon on days without any."""
    phi, delta = math.radians(lat), math.radians(declination_deg(day))
    level, swing = math.sin(phi) * math.sin(delta), math.cos(phi) * math.cos(delta)
    lit = [hour for hour, cosine in _QUARTERS if level + swing * cosine >= _LOWEST_SINE]
    return lit or [12.0]


def _altitude_deg(sine: float) -> float:
    return math.degrees(math.asin(max(-1.0, min(1.0, sine))))
