"""What commentary knows of a place: country, climate, side of the road, script of the signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale

from models.geography.climate import climate_zones
from models.geography.countries import country_name, drives_left
from models.geography.languages import scripts_at
from models.geography.places import countries_of

_CLIMATES = {
    "Af": "hot and wet all year",
    "Am": "hot and wet most of the year",
    "A": "hot with a dry season",
    "BW": "that of a desert",
    "BS": "that of a steppe",
    "Cs": "mild with dry summers",
    "Cw": "mild with dry winters",
    "C": "mild and rainy",
    "D": "snowy in winter",
    "E": "polar",
}
"""By the beginning of the Köppen-Geiger symbol, the longest that fits."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One place, in words."""

    country: str
    """English name."""
    climate: str
    """To go after "the climate is"; '': not known."""
    drives_left: bool
    script: str
    """English name of that of most signs: `Latin`, `Cyrillic`."""


def ground_of(points: Sequence[tuple[float, float]]) -> list[Ground]:
    """Of points (n, 2). The first call reads the tables (a second)."""
    if not points:
        return []
    zones = climate_zones(points).tolist()
    return [
        Ground(country_name(code), climate_words(zone), drives_left(code), _script(code))
        for code, zone in zip(countries_of(points).tolist(), zones, strict=True)
    ]


def climate_words(zone: str) -> str:
    """A Köppen-Geiger symbol in words; '' for the ocean."""
    return next((_CLIMATES[zone[:n]] for n in (2, 1) if zone[:n] in _CLIMATES), "")


@cache
def _script(country: str) -> str:
    code = scripts_at(country)[0]
    return str(Locale("en").scripts.get(code, code))
