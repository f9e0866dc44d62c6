"""A scene: everything a picture of the rendered world is drawn from.

Pure and deterministic in place, seed, day and `WORLD_VERSION`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from models.geography import climate, countries, places
from models.world import conventions
from models.world.conventions import Bollard, Building, Sign
from models.world.relief import relief_at
from models.world.seasons import Season, season_at
from models.world.style import Rgb, drift, gradient, hashed, mixed, style_field, uniform
from models.world.sun import sun_position

WORLD_VERSION = 1
"""Part of every scene's seed: raise it when pictures change."""

LOWEST_SUN_DEG = 7.0


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours that drift over the Earth; sRGB in [0, 1]."""

    soil: Rgb
    grass: Rgb
    leaf: Rgb
    asphalt: Rgb
    wall: Rgb
    roof: Rgb
    trim: Rgb
    """Window frames, doors, shop fronts."""
    pole: Rgb
    shoulder: Rgb
    zenith: Rgb
    haze: Rgb


@dataclass(frozen=True, slots=True)
class Road:
    """The road the camera drives on."""

    paved: bool
    width_m: float
    left: bool
    """Traffic keeps left."""
    bend: float
    """Slope of the road's line far away, sideways metres a metre, to the right if positive."""
    centre: Rgb
    double: bool
    edge: Rgb | None
    dash_m: float
    gap_m: float
    pavement: bool
    """Raised pavements for people on both sides."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to see at one place on one day."""

    lat: float
    lng: float
    seed: int
    day: date
    hour: float
    """Local solar time."""
    heading: float
    """Of the road, and so of the picture's centre column; degrees clockwise from north."""
    country: str
    admin1: str
    town: str
    """Nearest place of the table, as its sign names it."""
    town_km: float
    region: str
    zone: str
    season: Season
    sun_altitude: float
    sun_heading: float
    cloudiness: float
    haziness: float
    urbanity: float
    """0 wilderness to 1 city."""
    relief: float
    """0 plain to 1 high mountains on the horizon."""
    palette: Palette
    road: Road
    building: Building
    window_m: float
    """Width of a window."""
    pole: str
    bollard: Bollard
    sign: Sign
    plants: tuple[float, float, float]
    """Drifting choices inside the climate's plant list, each in [0, 1]."""

    @property
    def key(self) -> str:
        """Names this very scene; the seed of everything scattered by chance."""
        return _key(self.lat, self.lng, self.seed, self.day)


def _key(lat: float, lng: float, seed: int, day: date) -> str:
    return f"{WORLD_VERSION}/{seed}/{lat:.5f}/{lng:.5f}/{day.isoformat()}"


def heading_at(lat: float, lng: float, seed: int, day: date) -> float:
    """`Scene.heading` alone, without the cost of the scene."""
    return round(360 * uniform(_key(lat, lng, seed, day), "heading"), 2) % 360


def scene_at(lat: float, lng: float, seed: int, day: date) -> Scene:
    """The scene at a place; `seed` picks hour, road heading and all that stands about by chance."""
    key = _key(lat, lng, seed, day)
    table = places.places()
    distances_km, rows = table.nearest((lat, lng))
    row = int(rows[0, 0])
    country = str(table.countries[row])
    zone = _zone(lat, lng)
    season = season_at(zone, lat, day)
    hour, altitude, sun_heading = _daylight(lat, day, uniform(key, "hour"))
    urbanity = _urbanity(float(places.population_density((lat, lng))[0]))
    region = countries.region_of(country)
    return Scene(
        lat=lat,
        lng=lng,
        seed=seed,
        day=day,
        hour=hour,
        heading=heading_at(lat, lng, seed, day),
        country=country,
        admin1=table.admin1[row],
        town=table.names[row],
        town_km=float(distances_km[0, 0]),
        region=region,
        zone=zone,
        season=season,
        sun_altitude=altitude,
        sun_heading=sun_heading,
        cloudiness=float(np.clip(season.wetness * 0.45 + 0.5 * uniform(key, "clouds") - 0.1, 0, 1)),
        haziness=0.15 + 0.7 * style_field("haze", lat, lng, 3000) * (1 - 0.5 * urbanity),
        urbanity=urbanity,
        relief=relief_at(lat, lng),
        palette=_palette(lat, lng, zone, conventions.building_of(region)),
        road=_road(lat, lng, country, urbanity, key),
        building=conventions.building_of(region),
        window_m=0.7 + 1.1 * style_field("window", lat, lng, 800),
        pole=_pole(lat, lng, country),
        bollard=conventions.bollard_of(country),
        sign=conventions.sign_of(country),
        plants=tuple(
            style_field(f"plants{i}", lat, lng, s) for i, s in enumerate((3000, 800, 300))
        ),  # type: ignore[arg-type]
    )


def _zone(lat: float, lng: float) -> str:
    """The climate; on islands too small for the raster, one that fits the latitude."""
    zone = str(climate.climate_zones((lat, lng))[0])
    return zone if zone != climate.OCEAN else ("Af" if abs(lat) < 27 else "Cfb")


def _daylight(lat: float, day: date, chance: float) -> tuple[float, float, float]:
    """An hour with the sun up, its altitude and heading; noon on days that have no such hour."""
    hours = np.linspace(7, 18, 45)
    lit = [h for h in hours if sun_position(lat, day, float(h))[0] >= LOWEST_SUN_DEG]
    hour = float(lit[int(chance * len(lit))]) if lit else 12.0
    altitude, heading = sun_position(lat, day, hour)
    return hour, altitude, heading


def _urbanity(density: float) -> float:
    """0 at 10 people per km2, 1 at 10,000, on a logarithmic scale."""
    return float(np.clip((math.log10(density + 1) - 1) / 3, 0, 1))


_ARID = ((0.72, 0.42, 0.24), (0.8, 0.66, 0.46), (0.86, 0.79, 0.64), (0.62, 0.5, 0.4))
_MOIST = ((0.6, 0.28, 0.16), (0.5, 0.36, 0.22), (0.36, 0.27, 0.18), (0.45, 0.42, 0.34))
_GRASSES = (
    (0.3, 0.42, 0.14),
    (0.42, 0.52, 0.2),
    (0.22, 0.46, 0.2),
    (0.5, 0.5, 0.22),
    (0.26, 0.38, 0.18),
)
_LEAVES = (
    (0.14, 0.3, 0.1),
    (0.24, 0.4, 0.12),
    (0.1, 0.28, 0.16),
    (0.32, 0.38, 0.16),
    (0.16, 0.24, 0.08),
)
_ASPHALTS = (
    (0.26, 0.26, 0.28),
    (0.4, 0.39, 0.38),
    (0.5, 0.47, 0.44),
    (0.34, 0.36, 0.4),
    (0.46, 0.42, 0.42),
)
_TRIMS = (
    (0.88, 0.88, 0.86),
    (0.25, 0.4, 0.6),
    (0.5, 0.3, 0.2),
    (0.2, 0.42, 0.3),
    (0.8, 0.7, 0.5),
)
_POLES = ((0.4, 0.3, 0.2), (0.62, 0.6, 0.56), (0.45, 0.43, 0.4), (0.55, 0.42, 0.3))
_SHOULDERS = (
    (0.55, 0.5, 0.42),
    (0.7, 0.62, 0.5),
    (0.46, 0.36, 0.28),
    (0.62, 0.44, 0.32),
    (0.5, 0.5, 0.5),
)
_ZENITHS = ((0.16, 0.36, 0.7), (0.22, 0.45, 0.78), (0.3, 0.5, 0.72), (0.2, 0.4, 0.62))
_HAZES = ((0.8, 0.85, 0.9), (0.86, 0.84, 0.8), (0.74, 0.82, 0.9), (0.85, 0.87, 0.85))


def _palette(lat: float, lng: float, zone: str, building: Building) -> Palette:
    """One drifting field a colour; all independent, so together they tell where one is."""

    def at(name: str) -> float:
        return float(np.clip((drift(name, lat, lng) - 0.5) * 1.4 + 0.5, 0, 1))

    soils = _ARID if zone[0] == "B" else _MOIST
    return Palette(
        soil=gradient(soils, at("soil")),
        grass=gradient(_GRASSES, at("grass")),
        leaf=gradient(_LEAVES, at("leaf")),
        asphalt=gradient(_ASPHALTS, at("asphalt")),
        wall=gradient(building.walls, at("wall")),
        roof=gradient(building.tiles, at("roof")),
        trim=gradient(_TRIMS, at("trim")),
        pole=gradient(_POLES, at("pole")),
        shoulder=mixed(gradient(_SHOULDERS, at("shoulder")), gradient(soils, at("soil")), 0.35),
        zenith=gradient(_ZENITHS, style_field("zenith", lat, lng, 3000)),
        haze=gradient(_HAZES, style_field("haze tint", lat, lng, 3000)),
    )


def _road(lat: float, lng: float, country: str, urbanity: float, key: str) -> Road:
    poor = countries.region_of(country) in ("africa", "south asia", "central asia", "latin america")
    unpaved = (0.45 if poor else 0.15) * (1 - urbanity) * 1.6 * drift("paving", lat, lng)
    return Road(
        paved=urbanity > 0.6 or uniform(key, "paved") >= unpaved,
        width_m=5.6 + 2.6 * drift("width", lat, lng) + (1.5 if urbanity > 0.7 else 0),
        left=countries.drives_left(country),
        bend=float(0.5 * (uniform(key, "bend") - 0.5)),
        centre=conventions.centre_colour(country),
        double=conventions.centre_is_double(country),
        edge=conventions.edge_colour(country),
        dash_m=1.5 + 4.5 * style_field("dash", lat, lng, 800),
        gap_m=2 + 7 * style_field("gap", lat, lng, 800),
        pavement=urbanity > 0.45,
    )


def _pole(lat: float, lng: float, country: str) -> str:
    """Mostly the country's kind, at times its region's."""
    if style_field("pole kind", lat, lng, 800) > 0.7:
        return conventions.POLES[hashed("pole", countries.region_of(country)) % 4]
    return conventions.POLES[hashed("pole", country) % 4]
