"""Country, admin-1 and admin-2 of points: by the nearest place, or by anybody's polygons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from models.geo import to_unit_vectors
from models.geography.borders import area_of, country_at
from models.geography.countries import country_name
from models.geography.places import places

LEVELS = (0, 1, 2)
"""Country, admin-1, admin-2."""


@dataclass(frozen=True, slots=True, eq=False)
class AdminAreas:
    """The areas of one level, a column each; row i of all columns is one area."""

    ids: NDArray[np.str_]
    """Unique; a path as `FR/Normandy/Manche` where the source has no codes of its own."""
    parents: NDArray[np.str_]
    """Ids one level up; empty for countries."""
    names: NDArray[np.str_]
    countries: NDArray[np.str_]
    """ISO 3166-1: alpha-2, or what the source has."""
    polygons: NDArray[np.object_]
    """shapely geometries in degrees; x is lng, y is lat."""

    def __len__(self) -> int:
        return len(self.ids)


class AdminSource(Protocol):
    """Where polygons come from: `hierarchy.GeoNamesAreas`, or a file of `admin_files`."""

    def polygons(self, level: int) -> AdminAreas:
        """The areas of level 0 (countries), 1 or 2. No point lies inside two of one level."""


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """What points are in, columns (n,) of strings, all empty at sea."""

    countries: NDArray[np.str_]
    admin1_ids: NDArray[np.str_]
    admin1: NDArray[np.str_]
    admin2_ids: NDArray[np.str_]
    admin2: NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Districts:
    """The distinct admin-2 areas of the places, a column each, and the one of every place."""

    countries: NDArray[np.str_]
    admin1: NDArray[np.str_]
    admin2: NDArray[np.str_]
    admin1_ids: NDArray[np.str_]
    """As `FR/Normandy`."""
    admin2_ids: NDArray[np.str_]
    """As `FR/Normandy/Manche`."""
    of_place: NDArray[np.int64]
    """(places,) row of each place's area."""


def joined(parents: ArrayLike, names: ArrayLike) -> NDArray[np.str_]:
    """Ids one level down."""
    pairs = zip(np.asarray(parents).tolist(), np.asarray(names).tolist(), strict=True)
    return np.array([f"{parent}/{name}" for parent, name in pairs], dtype=np.str_)


@cache
def districts() -> Districts:
    """Admin areas as the places name them.

    A place whose admin-2 GeoNames leaves open is in one that bears its admin-1's name: the rest
    of it. So is a place without an admin-1, in one that bears its country's.
    """
    table = places()
    keys = []
    for country, state, county in zip(
        table.countries.tolist(), table.admin1, table.admin2, strict=True
    ):
        admin1 = state or country_name(country)
        keys.append((country, admin1, county or admin1))
    distinct = sorted(set(keys))
    row_of = {key: row for row, key in enumerate(distinct)}
    names = [np.array(column, dtype=np.str_) for column in zip(*distinct, strict=True)]
    admin1_ids = joined(names[0], names[1])
    admin2_ids = joined(admin1_ids, names[2])
    of_place = np.array([row_of[key] for key in keys])
    return Districts(names[0], names[1], names[2], admin1_ids, admin2_ids, of_place)


@cache
def _trees() -> dict[str, tuple[cKDTree, NDArray[np.int64]]]:
    """The places of each country and their rows in the table."""
    table = places()
    order = np.argsort(table.countries, kind="stable")
    codes, starts = np.unique(table.countries[order], return_index=True)
    rows = np.split(order, starts[1:])
    return {
        str(code): (cKDTree(to_unit_vectors(table.points[mine])), mine)
        for code, mine in zip(codes, rows, strict=True)
    }


def by_places(points: ArrayLike) -> Located:
    """Areas of points (n, 2): the country by its borders, in it those of the nearest place."""
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    countries = country_at(points)
    table = districts()
    rows = np.full(len(points), -1, dtype=np.int64)
    for code in np.unique(countries):
        if code in _trees():
            tree, places_there = _trees()[str(code)]
            mine = countries == code
            rows[mine] = table.of_place[places_there[tree.query(to_unit_vectors(points[mine]))[1]]]
    return _with_rest(countries, rows)


def _with_rest(countries: NDArray[np.str_], rows: NDArray[np.int64]) -> Located:
    """Columns from rows of `districts()`; -1 is a country's whole, or the sea."""
    table = districts()
    codes, at = np.unique(countries, return_inverse=True)
    names = np.array([country_name(code) for code in codes.tolist()], dtype=np.str_)
    wholes = joined(codes, names)
    whole_ids = {1: wholes, 2: joined(wholes, names)}
    whole_ids = {level: np.where(codes == "", "", ids) for level, ids in whole_ids.items()}
    known = rows >= 0

    def column(found: NDArray[np.str_], whole: NDArray[np.str_]) -> NDArray[np.str_]:
        return np.where(known, found[rows], whole[at])

    return Located(
        countries=countries,
        admin1_ids=column(table.admin1_ids, whole_ids[1]),
        admin1=column(table.admin1, names),
        admin2_ids=column(table.admin2_ids, whole_ids[2]),
        admin2=column(table.admin2, names),
    )


class ByAreas:
    """Areas of points by a source's admin-2 polygons: `survey`'s answer for a user's own file."""

    def __init__(self, source: AdminSource) -> None:
        self._levels = [source.polygons(level) for level in LEVELS]

    def __call__(self, points: ArrayLike) -> Located:
        """Columns of points (n, 2); a level in whose areas a point is not, is empty."""
        columns: list[NDArray[np.str_]] = []
        for areas in self._levels:
            rows = area_of(areas.polygons, points)
            # Row -1 is the empty string at the end.
            columns += [np.append(areas.ids, "")[rows], np.append(areas.names, "")[rows]]
        rows = area_of(self._levels[0].polygons, points)
        codes = np.append(self._levels[0].countries, "")[rows]
        return Located(codes, *columns[2:])
