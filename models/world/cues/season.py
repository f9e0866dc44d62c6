"""Cue: what time of year it looks like, from the months' temperature and rain.

A ledger of water is kept for two years in steps of a third of a month: rain and melt fill the soil,
plants empty it, cold stores snow. What it holds on the day is what one sees.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from models.world.setting import Setting
from models.world.sun import declination_deg

SOIL_MM = 150.0
"""Water a soil holds for plants: McCabe and Markstrom 2007, USGS Open-File Report 2007-1088."""
MELT_MM_PER_DEGREE_DAY = 2.5
"""Low end for open snow: Hock 2003, Journal of Hydrology 282, table 1."""
DAILY_SPREAD_C = 4.0
"""Deviation of days from their month's mean."""
COVERED_MM = 8.0
"""Snow, in mm of water, that covers half of the ground."""
UNMEASURED_SNOW = 0.3
"""Share of a mild month's rain that falls as snow in a frosty one, as the rain maps leave snow out.

A rule of thumb, set by hand and not measured.
"""

NEVER_COOL_C = 13.5
"""With a coldest month over this, rain makes the seasons."""

_STEPS = 36
_STEP_DAYS = 365.25 / _STEPS


@dataclass(frozen=True, slots=True)
class Season:
    """How the year stands at a place."""

    temperature_c: float
    wetness: float
    """0 parched to 1 soaked: water plants find over what they could use."""
    green: float
    """Share of living green in grass, 0 to 1."""
    autumn: float
    """0 to 1: how far deciduous leaves have turned."""
    bare: float
    """0 to 1: how many deciduous trees have lost their leaves, to cold or to drought."""
    snow: float
    """Share of the ground under snow, 0 to 1."""
    snow_mm: float
    """Snow that lies, in mm of water; some three times as many mm of old snow."""
    phase: float
    """Years since the warmest day, or the wettest where it is never cool; -0.5 to 0.5."""


def season_of(setting: Setting) -> Season:
    """The season at a setting's place and day."""
    return season_at(setting.temperature_c, setting.precipitation_mm, setting.lat, setting.day)


def season_at(
    temperature_c: Sequence[float], precipitation_mm: Sequence[float], lat: float, day: date
) -> Season:
    """The season on a day, from means and totals (12,) of January to December."""
    months = tuple(map(float, temperature_c))
    year = _year(months, tuple(map(float, precipitation_mm)), lat)
    at = (day.timetuple().tm_yday - 0.5) / _STEP_DAYS
    warmth, past = year.value(year.warmth, at), year.value(year.warmth, at - 3)
    wetness, snow_mm = year.value(year.wetness, at), year.value(year.snow_mm, at)
    falling = _ramp(past - warmth, 0.0, 2.0)
    cold = _ramp(warmth, 11, 7) * (1 - falling) + _ramp(warmth, 10, 5) * falling
    seasonal = _ramp(max(months) - min(months), 4, 10)
    tropical = _ramp(min(months), 11, 16)
    return Season(
        temperature_c=warmth,
        wetness=wetness,
        green=wetness * _ramp((warmth + past) / 2, -1, 7),
        autumn=_ramp(warmth, 14, 7) * falling * seasonal,
        bare=max(cold * seasonal, _ramp(wetness, 0.35, 0.08) * tropical),
        snow=snow_mm / (snow_mm + COVERED_MM) if snow_mm > 0.5 else 0.0,
        snow_mm=snow_mm,
        phase=(at / _STEPS - year.height + 0.5) % 1 - 0.5,
    )


@dataclass(frozen=True, slots=True)
class _Year:
    """A year in steps, each value that of the step's middle."""

    warmth: list[float]
    wetness: list[float]
    snow_mm: list[float]
    height: float
    """When in the year, 0 to 1, it is warmest or wettest."""

    def value(self, values: list[float], at: float) -> float:
        """Between the steps; `at` counts them from New Year and may lie outside the year."""
        step = math.floor(at - 0.5)
        part = at - 0.5 - step
        return values[step % _STEPS] * (1 - part) + values[(step + 1) % _STEPS] * part


@lru_cache(maxsize=64)
def _year(temperature_c: tuple[float, ...], rain_mm: tuple[float, ...], lat: float) -> _Year:
    demand_mm = potential_evapotranspiration_mm(temperature_c, lat)
    supply_mm = _with_snow(temperature_c, rain_mm)
    warmth = _steps(temperature_c)
    wetness, snow_mm = _ledger(warmth, _steps(supply_mm), _steps(demand_mm))
    high = _steps(supply_mm) if min(temperature_c) >= NEVER_COOL_C else warmth
    return _Year(warmth, wetness, snow_mm, (int(np.argmax(high)) + 0.5) / _STEPS)


def aridity_of(setting: Setting) -> float:
    """Year's rain over what plants could use: under 0.2 arid, under 0.5 semi-arid (UNEP 1992)."""
    demand_mm = sum(potential_evapotranspiration_mm(setting.temperature_c, setting.lat))
    return sum(setting.precipitation_mm) / max(demand_mm, 1.0)


def potential_evapotranspiration_mm(temperature_c: Sequence[float], lat: float) -> list[float]:
    """Water (12,) plants could use in each month, mm.

    Thornthwaite 1948, Geographical Review 38, 55-94; over 26.5 degrees the fit of Willmott, Rowe
    and Mintz 1985, Journal of Climatology 5, 589-606.
    """
    heat = sum((max(t, 0.0) / 5) ** 1.514 for t in temperature_c)
    power = 6.75e-7 * heat**3 - 7.71e-5 * heat**2 + 1.792e-2 * heat + 0.49239
    out = []
    for month, t in enumerate(temperature_c, start=1):
        hot = -415.85 + 32.24 * t - 0.43 * t * t
        mild = 16 * (10 * max(t, 0.0) / heat) ** power if t > 0 else 0.0
        out.append((hot if t > 26.5 else mild) * _daylight_h(lat, month) / 12)
    return out


def _daylight_h(lat: float, month: int) -> float:
    slope = math.tan(math.radians(lat)) * math.tan(
        math.radians(declination_deg(date(2023, month, 15)))
    )
    return 24 / math.pi * math.acos(min(max(-slope, -1.0), 1.0))


def _with_snow(temperature_c: Sequence[float], rain_mm: Sequence[float]) -> list[float]:
    months = list(zip(temperature_c, rain_mm, strict=True))
    mild = [rain for t, rain in months if t >= 0] or [sum(rain_mm) / 12]
    least = UNMEASURED_SNOW * sum(mild) / len(mild)
    return [max(rain, least) if t < 0 else rain for t, rain in months]


def _steps(months: Sequence[float]) -> list[float]:
    """Months (12,) as values at the middles of `_STEPS` steps."""
    middles = np.arange(-0.5, 13)
    values = np.concatenate([months[-1:], months, months[:1]])
    return list(np.interp((np.arange(_STEPS) + 0.5) * 12 / _STEPS, middles, values).tolist())


def _ledger(
    warmth: list[float], supply_mm: list[float], demand_mm: list[float]
) -> tuple[list[float], list[float]]:
    """Wetness and snow in mm of each step of the second of two equal years.

    Soil after McCabe and Markstrom 2007: the emptier it is, the harder it gives.
    """
    share, soil, snow = 12 / _STEPS, SOIL_MM / 2, 0.0
    wetness, lying = [], []
    for t, supply, demand in zip(warmth * 2, supply_mm * 2, demand_mm * 2, strict=True):
        fall = supply * share * _ramp(t, 3, -1)
        snow += fall
        melt = snow * (1 - math.exp(-_melt_mm(t) / (snow + COVERED_MM)))
        lying.append(snow - melt / 2)
        snow -= melt
        water, need = supply * share - fall + melt, demand * share
        given = soil * min(1.0, max(need - water, 0) / SOIL_MM)
        soil = min(soil + max(water - need, 0), SOIL_MM) - given
        wetness.append(min(1.0, (water + given) / need) if need > 0.5 else 1.0)
    return wetness[_STEPS:], lying[_STEPS:]


def _melt_mm(warmth_c: float) -> float:
    """Of full cover in a step, from days that scatter round its mean (degree-days)."""
    z = warmth_c / DAILY_SPREAD_C
    above = math.exp(-z * z / 2) / math.sqrt(2 * math.pi) + z * (1 + math.erf(z / 2**0.5)) / 2
    return MELT_MM_PER_DEGREE_DAY * DAILY_SPREAD_C * above * _STEP_DAYS


def _ramp(value: float, zero: float, one: float) -> float:
    """0 at `zero`, 1 at `one`, straight between."""
    return min(max((value - zero) / (one - zero), 0.0), 1.0)
