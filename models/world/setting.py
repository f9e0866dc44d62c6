"""The setting of a scene: what geography says of a place, what day it is, and its chance.

Cues are computed from a setting and from nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from models.geography import climate, countries, grids, places
from models.world.style import Style


@dataclass(frozen=True, slots=True)
class Setting:
    """One place at one time."""

    lat: float
    lng: float
    day: date
    hour: float | None
    """Local solar time; None: one by daylight, by chance."""
    key: str
    """Of all that is left to chance."""
    country: str
    """ISO 3166-1 alpha-2, that of the nearest place; so are `admin1` and `town`."""
    admin1: str
    town: str
    town_km: float
    """How far away the town is."""
    region: str
    """Of `countries.region_of`."""
    zone: str
    """Köppen-Geiger symbol, never `Ocean`."""
    temperature_c: tuple[float, ...]
    """(12,) means of January to December."""
    precipitation_mm: tuple[float, ...]
    """(12,) totals of January to December."""
    elevation_m: float
    urbanity: float
    """0 wilderness to 1 city."""
    style: Style


def setting_at(lat: float, lng: float, day: date, key: str, hour: float | None = None) -> Setting:
    """The setting at a place; `key` seeds what is left to chance."""
    table = places.places()
    distances_km, rows = table.nearest((lat, lng))
    row = int(rows[0, 0])
    country = str(table.countries[row])
    return Setting(
        lat=lat,
        lng=lng,
        day=day,
        hour=hour,
        key=key,
        country=country,
        admin1=table.admin1[row],
        town=table.names[row],
        town_km=float(distances_km[0, 0]),
        region=countries.region_of(country),
        zone=_zone(lat, lng),
        temperature_c=tuple(grids.temperature_c((lat, lng))[0].tolist()),
        precipitation_mm=tuple(grids.precipitation_mm((lat, lng))[0].tolist()),
        elevation_m=float(grids.elevation_m((lat, lng))[0]),
        urbanity=_urbanity(float(places.population_density((lat, lng))[0])),
        style=Style(lat, lng),
    )


def _zone(lat: float, lng: float) -> str:
    """The climate; on islands too small for the raster, one that fits the latitude."""
    zone = str(climate.climate_zones((lat, lng))[0])
    return zone if zone != climate.OCEAN else ("Af" if abs(lat) < 27 else "Cfb")


def _urbanity(density: float) -> float:
    """0 at 10 people per km2, 1 at 10,000, on a logarithmic scale."""
    return min(max((math.log10(density + 1) - 1) / 3, 0.0), 1.0)
