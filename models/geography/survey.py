"""Everything the program knows about points on Earth, in one call.

>>> found = survey([(48.8584, 2.2945), (-33.8568, 151.2153)])
>>> found.admin.admin1.tolist(), found.climate.tolist()
(['Île-de-France', 'New South Wales'], ['Cfb', 'Cfa'])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.geography import grids
from models.geography.admin import Located, by_places
from models.geography.climate import OCEAN, climate_zones
from models.geography.continents import continents_of
from models.geography.countries import country_name, drives_left
from models.geography.koppen import koppen_zones
from models.geography.languages import languages_at, scripts_at
from models.geography.places import places, population_density

Numbers = Callable[[ArrayLike], NDArray[np.float64]]
"""From points (n, 2) to (n,), or for months (n, 12)."""


@dataclass(frozen=True, slots=True)
class Layers:
    """Where the answers come from: the embedded data, or what a user puts in their place."""

    admin: Callable[[ArrayLike], Located] = by_places
    climate: Callable[[ArrayLike], NDArray[np.str_]] = climate_zones
    elevation_m: Numbers = grids.elevation_m
    temperature_c: Numbers = grids.temperature_c
    precipitation_mm: Numbers = grids.precipitation_mm
    population_density: Numbers = population_density


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """Columns, row i for point i. At sea the words are empty and the numbers those of the layer."""

    points: NDArray[np.float64]
    """(n, 2)"""
    admin: Located
    """Codes and names of country, admin-1 and admin-2."""
    country_names: NDArray[np.str_]
    continents: NDArray[np.str_]
    climate: NDArray[np.str_]
    """Köppen-Geiger symbols; `Ocean` at sea. Of islands that the layer lacks, from the months."""
    elevation_m: NDArray[np.float64]
    temperature_c: NDArray[np.float64]
    """(n, 12), January first."""
    precipitation_mm: NDArray[np.float64]
    """(n, 12), January first."""
    population_density: NDArray[np.float64]
    """People per km2."""
    driving_sides: NDArray[np.str_]
    """`left` or `right`."""
    languages: NDArray[np.object_]
    """Tuples of CLDR codes of the area's languages, that of the signs first."""
    scripts: NDArray[np.object_]
    """Tuples of ISO 15924 codes."""
    place_rows: NDArray[np.int64]
    """Nearest place's row in `places()`, at sea too."""
    place_km: NDArray[np.float64]
    _names: tuple[str, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.points)

    @property
    def place_names(self) -> list[str]:
        """Name of the nearest place of each point."""
        return [self._names[row] for row in self.place_rows.tolist()]


def survey(points: ArrayLike, layers: Layers | None = None) -> Survey:
    """All layers at points (n, 2), or at one point (2,).

    Any longitude is understood, as 190 for -170. The first call reads the tables (some 3 s).

    Raises:
        ValueError: the shape is another, or a latitude is not within [-90, 90].
    """
    layers = layers or Layers()
    points = _checked(points)
    admin = layers.admin(points)
    codes, at = np.unique(admin.countries, return_inverse=True)
    known = codes.tolist()
    distances_km, rows = places().nearest(points)
    temperature_c, precipitation_mm = layers.temperature_c(points), layers.precipitation_mm(points)
    climate = layers.climate(points)
    # Islands too small for the climate layer.
    lost = (climate == OCEAN) & (admin.countries != "")
    climate[lost] = koppen_zones(temperature_c[lost], precipitation_mm[lost], points[lost, 0])
    return Survey(
        points=points,
        admin=admin,
        country_names=np.array([country_name(code) for code in known], dtype=np.str_)[at],
        continents=continents_of(admin.countries, points),
        climate=climate,
        elevation_m=layers.elevation_m(points),
        temperature_c=temperature_c,
        precipitation_mm=precipitation_mm,
        population_density=layers.population_density(points),
        driving_sides=np.array([_side(code) for code in known], dtype=np.str_)[at],
        languages=_spoken(languages_at, admin),
        scripts=_spoken(scripts_at, admin),
        place_rows=rows[:, 0],
        place_km=distances_km[:, 0],
        _names=places().names,
    )


def _checked(points: ArrayLike) -> NDArray[np.float64]:
    points = np.atleast_2d(np.asarray(points, dtype=np.float64))
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points: expected shape (n, 2), got: {points.shape}")
    if not (np.isfinite(points).all() and (np.abs(points[:, 0]) <= 90).all()):
        raise ValueError("points: expected finite lat, lng with lat in [-90, 90], got others")
    return points


def _side(country: str) -> str:
    if not country:
        return ""
    return "left" if drives_left(country) else "right"


def _spoken(asked: Callable[[str, str], tuple[str, ...]], admin: Located) -> NDArray[np.object_]:
    """What holds for each point's country and admin-1; empty at sea."""
    column = np.empty(len(admin.countries), dtype=object)
    column[:] = [
        asked(country, admin1) if country else ()
        for country, admin1 in zip(admin.countries.tolist(), admin.admin1.tolist(), strict=True)
    ]
    return column
