"""Semantic geocells: admin areas, small ones merged and large ones split (PIGEON, section 3.1).

Cells follow the borders that people drew, and hold about as many training locations each:
- no cell crosses a country's border; a country with too few locations is one small cell;
- cells do not overlap, and cover the land of every country that has a location;
- a cell hangs together, but for islands, which go with the nearest land of their country.

The same locations make the same cells, in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from models.geo import haversine_km, wrap_lng
from models.geocells import GeocellError, Geocells, make_geocells
from models.geography.admin import AdminAreas, AdminSource
from models.geography.borders import area_of
from models.geography.nearest import nearest_area
from models.tessellation.merging import Numbers, merged
from models.tessellation.neighbours import coverage, links_of
from models.tessellation.splitting import Limits, Points, polygons_in, split

Polygons = NDArray[np.object_]

_TURN = np.array([360.0, 0.0])
"""Once round the Earth, in lng, lat."""

_NAMED = 0.25
"""A second area is named beside the first one where it has this share of a cell's locations."""


@dataclass(frozen=True, slots=True, eq=False)
class _Areas:
    """The parts of admin-2 areas, a polygon each, and the training locations in them."""

    table: AdminAreas
    rows: Numbers
    """`(parts,)` of the table."""
    polygons: Polygons
    """`(parts,)`"""
    points: Points
    """`(n, 2)`, on land."""
    part_of: Numbers
    """`(n,)`"""


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    polygon: shapely.Geometry
    members: Numbers
    """Rows of the locations."""


def semantic_geocells(points: Points, source: AdminSource, limits: Limits) -> Geocells:
    """Geocells for training locations `(n, 2)` from a source's admin-2 areas.

    A location in no area, as on a pier, belongs to the nearest area.

    Raises:
        GeocellError: there are no locations, or the limits leave no room: splitting what holds
            more than `most` needs `most + 1 >= 2 * least`.
    """
    if len(points) == 0 or not 1 <= limits.least <= (limits.most + 1) / 2:
        raise GeocellError(
            "expected locations, and least >= 1 and most >= 2 * least - 1, "
            f"got: {len(points)}, {limits.least} and {limits.most}"
        )
    order = np.lexsort(points.T)
    ordered = np.stack([points[order, 0], wrap_lng(points[order, 1])], axis=1)
    areas = _areas(ordered, source.polygons(2))
    cells = [cell for parts in _countries(areas) for cell in _cells_of(areas, parts, limits)]
    cells.sort(key=lambda cell: _rank(areas, cell))
    names = _names(areas, cells, source)
    ids = np.empty(len(ordered), dtype=np.int64)
    for number, cell in enumerate(cells):
        ids[cell.members] = number
    polygons = [cell.polygon for cell in cells]
    held = _held(np.array(polygons), ordered, ids)
    return make_geocells(ordered, held, polygons, lambda _: names)


def off_land(points: Points, source: AdminSource) -> Points:
    """Kilometres `(k,)` to the nearest area, for those of locations `(n, 2)` that are in none."""
    polygons = source.polygons(2).polygons
    outside = points[area_of(polygons, points) < 0]
    return haversine_km(outside, nearest_area(polygons, outside)[1])


def _areas(points: Points, table: AdminAreas) -> _Areas:
    shapes, rows = shapely.get_parts(table.polygons, return_index=True)
    shapes = coverage(shapes)
    part_of = area_of(shapes, points)
    outside = part_of < 0
    part_of[outside], landed = nearest_area(shapes, points[outside])
    on_land = points.copy()
    on_land[outside] = landed
    return _Areas(table, rows, shapes, on_land, part_of)


def _countries(areas: _Areas) -> Iterator[Numbers]:
    """The parts of each country that has a location."""
    countries = areas.table.countries[areas.rows]
    for country in np.unique(countries[areas.part_of]):
        yield np.flatnonzero(countries == country)


def _cells_of(areas: _Areas, parts: Numbers, limits: Limits) -> Iterator[_Cell]:
    """The cells of one country."""
    shift = _shift(areas.polygons[parts])
    polygons = _shifted(areas.polygons[parts], shift)
    at = np.full(len(areas.polygons), -1)
    at[parts] = np.arange(len(parts))
    members = np.flatnonzero(at[areas.part_of] >= 0)
    home = at[areas.part_of[members]]
    points = areas.points[members] + np.stack([np.zeros(len(members)), shift[home]], axis=1)
    _, parents = np.unique(areas.table.parents[areas.rows[parts]], return_inverse=True)
    counts = np.bincount(home, minlength=len(parts))
    groups = merged(counts, parents, links_of(polygons), limits.least, limits.most)
    for group in range(groups.max() + 1):
        area = shapely.coverage_union_all(polygons[groups == group])
        mine = np.flatnonzero(groups[home] == group)
        for polygon, rows in split(area, points[mine], limits):
            yield _Cell(_between_antimeridians(polygon), members[mine[rows]])


def _shift(polygons: Polygons) -> Points:
    """Degrees `(n,)`, 0 or 360, by which polygons go east so that a country is in one stretch."""
    bounds = shapely.bounds(polygons)
    west, east = bounds[:, 0], bounds[:, 2]
    shift = np.where(west + east < 0, 360.0, 0.0)
    narrower = np.ptp(np.concatenate([west + shift, east + shift])) < east.max() - west.min()
    return shift if narrower else np.zeros(len(polygons))


def _shifted(polygons: Polygons, shift: Points) -> Polygons:
    moved = polygons.copy()
    for row in np.flatnonzero(shift):
        moved[row] = shapely.transform(polygons[row], lambda at: at + _TURN)
    return moved


def _between_antimeridians(shape: shapely.Geometry) -> shapely.Geometry:
    """What lies east of 180 degrees is brought back, as parts of its own."""
    if shapely.bounds(shape)[2] <= 180:
        return shape
    cut = shapely.intersection(
        shape, [shapely.box(0, -90, 180, 90), shapely.box(180, -90, 540, 90)]
    )
    here, beyond = (polygons_in(np.array([side])) for side in cut)
    beyond = shapely.transform(beyond, lambda at: at - _TURN)
    return shapely.MultiPolygon([*here, *beyond])


def _held(polygons: Polygons, points: Points, ids: Numbers) -> Numbers:
    """Cells of the locations, where rounding put one beyond its border that of the polygon."""
    outside = np.flatnonzero(~shapely.covers(polygons[ids], shapely.points(points[:, ::-1])))
    found = area_of(polygons, points[outside])
    ids = ids.copy()
    ids[outside[found >= 0]] = found[found >= 0]
    return ids


def _rank(areas: _Areas, cell: _Cell) -> tuple[str, str, int]:
    row = areas.rows[areas.part_of[cell.members[0]]]
    return str(areas.table.countries[row]), str(areas.table.parents[row]), int(cell.members[0])


def _names(areas: _Areas, cells: list[_Cell], source: AdminSource) -> list[str]:
    """As `Manche and Calvados, Normandy, France`, the areas with most locations first."""
    countries, states = source.polygons(0), source.polygons(1)
    country_of = dict(zip(countries.countries.tolist(), countries.names.tolist(), strict=True))
    state_of = dict(zip(states.ids.tolist(), states.names.tolist(), strict=True))
    names = []
    for cell in cells:
        rows, counts = np.unique(areas.rows[areas.part_of[cell.members]], return_counts=True)
        first, *others = rows[np.argsort(-counts, kind="stable")]
        also = [row for row in others[:1] if counts[rows == row] >= _NAMED * counts.sum()]
        code, parent = str(areas.table.countries[first]), str(areas.table.parents[first])
        words = [
            " and ".join(dict.fromkeys(areas.table.names[[first, *also]].tolist())),
            state_of.get(parent, ""),
            country_of.get(code, code),
        ]
        names.append(", ".join(dict.fromkeys(word for word in words if word)))
    return names
