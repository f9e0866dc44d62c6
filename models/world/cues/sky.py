"""Cue: where the sun stands, how cloudy and hazy it is, and how blue the sky."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.cues.season import season_of
from models.world.setting import Setting
from models.world.style import Rgb, gradient, uniform
from models.world.sun import lit_hours, sun_position

_ZENITHS = ((0.16, 0.36, 0.7), (0.22, 0.45, 0.78), (0.3, 0.5, 0.72), (0.2, 0.4, 0.62))
_HAZES = ((0.8, 0.85, 0.9), (0.86, 0.84, 0.8), (0.74, 0.82, 0.9), (0.85, 0.87, 0.85))


@dataclass(frozen=True, slots=True)
class Sky:
    """Sun and air."""

    hour: float
    """Local solar time."""
    sun_altitude: float
    """Degrees above the horizon."""
    sun_heading: float
    """Degrees clockwise from north."""
    cloudiness: float
    haziness: float
    zenith: Rgb
    haze: Rgb


def sky_of(setting: Setting) -> Sky:
    """The sky over the place at the setting's hour, else at one of daylight."""
    style, key = setting.style, setting.key
    hours = lit_hours(setting.lat, setting.day)
    chance = hours[int(uniform(key, "hour") * len(hours))]
    hour = chance if setting.hour is None else setting.hour
    altitude, heading = sun_position(setting.lat, setting.day, hour)
    cloudiness = season_of(setting).wetness * 0.45 + 0.5 * uniform(key, "clouds") - 0.1
    return Sky(
        hour=hour,
        sun_altitude=altitude,
        sun_heading=heading,
        cloudiness=min(max(cloudiness, 0.0), 1.0),
        haziness=0.15 + 0.7 * style.field("haze", 3000) * (1 - 0.5 * setting.urbanity),
        zenith=gradient(_ZENITHS, style.field("zenith", 3000)),
        haze=gradient(_HAZES, style.field("haze tint", 3000)),
    )
