"""Which country a point is in: Natural Earth's countries at 1:50 million (public domain).

The data file is `countries-50m.json` of the npm package world-atlas 2.0.2, zipped. It draws
territories far from their country as parts of it (French Guiana, Svalbard, Crimea); a part goes to
the country code that GeoNames gives nearly all of its places.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from babel.core import get_global
from numpy.typing import ArrayLike, NDArray
from shapely import affinity

from models.geo import wrap_lng
from models.geography.places import places

Geometries = NDArray[np.object_]

TERRITORIAL_SEA_DEG = 0.2
"""12 nautical miles of latitude: a point this near a coast still has a country."""

_NAMED = {
    "Somaliland": "SO",
    "Kosovo": "XK",
    "N. Cyprus": "CY",
    "Indian Ocean Ter.": "CX",
    "Siachen Glacier": "IN",
}
"""Features without an ISO number."""

_NEARLY_ALL = 0.9
_ISLET_DEG = 0.03
"""Half a side of the square that stands for a place too small for the map (Gibraltar, Tuvalu)."""


def _shapes(points: NDArray[np.float64]) -> Geometries:
    """Points (n, 2) as shapely's."""
    return np.asarray(shapely.points(np.stack([wrap_lng(points[:, 1]), points[:, 0]], axis=1)))


def area_of(polygons: Geometries, points: ArrayLike) -> NDArray[np.int64]:
    """Row (n,) of the polygon that holds each of the points (n, 2), -1 where none does.

    A point on a border belongs to the lower row. Longitudes may be of any size.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    rows = np.full(len(points), -1, dtype=np.int64)
    # The tree holds the points, since shapely prepares what it queries with.
    tree = shapely.STRtree(_shapes(points))
    polygon, point = tree.query(polygons, predicate="intersects")
    order = np.argsort(-polygon, kind="stable")
    rows[point[order]] = polygon[order]
    return rows


def _arcs(topology: dict[str, Any]) -> list[NDArray[np.float64]]:
    """The TopoJSON's lines, each (n, 2) of lng, lat."""
    scale, origin = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(arc, axis=0) * scale + origin for arc in topology["arcs"]]


def _ring(numbers: list[int], arcs: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """A ring from its arcs; number ~i is arc i backwards, and arcs share their end points."""
    lines = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    return np.concatenate([lines[0], *(line[1:] for line in lines[1:])])


def _unwound(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """A ring without leaps across the antimeridian; one round the South Pole is closed there."""
    lng = np.unwrap(ring[:, 0], period=360)
    unwound = np.stack([lng, ring[:, 1]], axis=1)
    if abs(lng[-1] - lng[0]) < 180:
        return unwound
    return np.concatenate([unwound, [[lng[-1], -90], [lng[0], -90]]])


def _between_antimeridians(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """The polygons of a shape, cut where it leaves [-180, 180] and brought back there."""
    turned = [shape]
    west, _, east, _ = shapely.bounds(shape)
    if west < -180 or east > 180:
        moved = [affinity.translate(shape, xoff=turn) for turn in (-360, 0, 360)]
        turned = list(shapely.intersection(moved, shapely.box(-180, -90, 180, 90)))
    parts = shapely.get_parts(turned)
    return list(parts[shapely.area(parts) > 0])


def _code(feature: dict[str, Any]) -> str:
    if "id" in feature:
        return str(get_global("territory_aliases")[feature["id"]][0])
    return _NAMED[feature["properties"]["name"]]


def _parts() -> tuple[Geometries, NDArray[np.str_]]:
    """Each polygon of the map and the code of the country the map gives it to."""
    path = Path(__file__).parent / "data" / "countries-50m.json.gz"
    topology = json.loads(gzip.decompress(path.read_bytes()))
    arcs = _arcs(topology)
    polygons, codes = [], []
    for feature in topology["objects"]["countries"]["geometries"]:
        shapes = feature["arcs"] if feature["type"] == "MultiPolygon" else [feature["arcs"]]
        for shape in shapes:
            rings = [_unwound(_ring(numbers, arcs)) for numbers in shape]
            found = _between_antimeridians(shapely.make_valid(shapely.Polygon(rings[0], rings[1:])))
            polygons += found
            codes += [_code(feature)] * len(found)
    return np.array(polygons), np.array(codes)


def _as_geonames(codes: NDArray[np.str_], part_of: NDArray[np.int64]) -> NDArray[np.str_]:
    """Codes of the parts, corrected where nearly all places of a part have another one."""
    countries = places().countries
    corrected = codes.copy()
    order = np.argsort(part_of, kind="stable")
    parts, starts = np.unique(part_of[order], return_index=True)
    for part, mine in zip(parts.tolist(), np.split(order, starts[1:]), strict=True):
        if part < 0:  # at sea
            continue
        found, counts = np.unique(countries[mine], return_counts=True)
        if counts.max() >= _NEARLY_ALL * counts.sum():
            corrected[part] = found[counts.argmax()]
    return corrected


def _islets(
    polygons: Geometries, codes: NDArray[np.str_], part_of: NDArray[np.int64]
) -> dict[str, shapely.Geometry]:
    """Squares around places that the map leaves out: too far from its land, or of no country."""
    table = places()
    missing = ~np.isin(table.countries, codes)
    at_sea = np.flatnonzero(part_of < 0)
    points = shapely.points(table.points[at_sea][:, ::-1])
    near, _ = shapely.STRtree(polygons).query(points, "dwithin", distance=TERRITORIAL_SEA_DEG)
    missing[np.delete(at_sea, near)] = True
    lat, lng = table.points[missing].T
    reach = _ISLET_DEG
    squares = shapely.box(lng - reach, lat - reach, lng + reach, lat + reach)
    owners = table.countries[missing]
    return {str(code): shapely.union_all(squares[owners == code]) for code in np.unique(owners)}


@cache
def country_polygons() -> dict[str, shapely.Geometry]:
    """Land of each country by ISO 3166-1 alpha-2 code (XK Kosovo); x is lng, y is lat.

    No country crosses the antimeridian: what lies beyond is a part of its own.
    """
    polygons, codes = _parts()
    part_of = area_of(polygons, places().points)
    codes = _as_geonames(codes, part_of)
    islets = _islets(polygons, codes, part_of)
    taken = shapely.union_all(list(islets.values()))
    land = {
        str(code): shapely.difference(shapely.union_all(polygons[codes == code]), taken)
        for code in np.unique(codes)
    }
    return {
        code: shapely.union(land.get(code, shapely.Polygon()), islets.get(code, shapely.Polygon()))
        for code in sorted({*land, *islets})
    }


def country_at(points: ArrayLike) -> NDArray[np.str_]:
    """Codes (n,) of the countries of points (n, 2); at sea that of a coast near by, else empty."""
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    land = country_polygons()
    codes = np.array([*land, ""])
    rows = area_of(np.array(list(land.values())), points)
    at_sea = np.flatnonzero(rows < 0)
    rows[at_sea] = _coast_of(points[at_sea])
    return codes[rows]


@cache
def _coast() -> tuple[shapely.STRtree, NDArray[np.int64]]:
    """Every straight stretch of every border, and the row of its country."""
    parts, country = shapely.get_parts(list(country_polygons().values()), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    knots, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    stretches = shapely.linestrings(np.stack([knots[:-1], knots[1:]], axis=1)[same])
    return shapely.STRtree(stretches), country[part[ring[:-1][same]]]


def _coast_of(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Row (n,) of the country whose coast lies within reach of points at sea, else -1."""
    coast, countries = _coast()
    rows = np.full(len(points), -1, dtype=np.int64)
    sea = _shapes(points)
    point, stretch = coast.query_nearest(sea, max_distance=TERRITORIAL_SEA_DEG, all_matches=False)
    rows[point] = countries[stretch]
    return rows
