"""Semantic geocells keep their promises, checked by brute force on small lands and on the world."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from models.geocells import GeocellError, Geocells
from models.geography.borders import area_of
from models.pigeon import PIGEON
from models.semantic_geocells import off_land, semantic_geocells
from models.tessellation.splitting import Limits
from tests.models.small_areas import SmallAreas, grid

LIMITS = Limits(5, 10, ((3, 0.05),))
TWO_LANDS = SmallAreas([*grid("AA", 0, 0, 4), *grid("BB", 4, 0, 4)])
"""Two countries of 4 x 4 squares, side by side."""


def counts_of(cells: Geocells, points: np.ndarray) -> np.ndarray:
    return np.bincount(cells.locate(points), minlength=len(cells))


def check(cells: Geocells, points: np.ndarray, source: SmallAreas) -> None:
    """No overlap, no gap, no foreign land, nobody outside."""
    countries = source.polygons(0)
    ids = cells.locate(points)
    assert shapely.is_valid(cells.polygons).all()
    total = shapely.area(cells.polygons).sum()
    assert shapely.union_all(cells.polygons).area == pytest.approx(total, abs=1e-9)
    country_of_cell = np.full(len(cells), -1)
    country_of_cell[ids] = area_of(countries.polygons, points)
    for row, land in enumerate(countries.polygons):
        mine = cells.polygons[country_of_cell == row]
        if len(mine):
            assert shapely.area(mine).sum() == pytest.approx(land.area, abs=1e-9)
            assert shapely.area(shapely.intersection(mine, land)).sum() == pytest.approx(land.area)
    assert shapely.covers(cells.polygons[ids], shapely.points(points[:, ::-1])).all()


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(30, 300), st.floats(0.05, 2))
def test_promises_hold_for_any_crowd(seed: int, count: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    towns = rng.uniform((0, 0), (4, 8), (5, 2))
    points = towns[rng.integers(5, size=count)] + rng.normal(0, spread, (count, 2))
    points = np.clip(points, (0.001, 0.001), (3.999, 7.999))
    cells = semantic_geocells(points, TWO_LANDS, LIMITS)
    check(cells, points, TWO_LANDS)
    # These lands are in one piece, so every cell is.
    assert (shapely.get_num_geometries(cells.polygons) == 1).all()
    counts = counts_of(cells, points)
    in_country = np.bincount((points[:, 1] > 4).astype(int), minlength=2)
    small = counts < LIMITS.least
    assert small.sum() == ((in_country > 0) & (in_country < LIMITS.least)).sum()
    assert ((counts <= LIMITS.most).mean()) > 0.9


def test_small_areas_join_within_their_state() -> None:
    """Two states with two areas of 3 each, at least 5 a cell: a cell for each state."""
    source = SmallAreas([*grid("AA", 0, 0, 2, states=2)])
    corners = np.array([(0.5, 0.5), (1.5, 0.5), (0.5, 1.5), (1.5, 1.5)])
    points = np.repeat(corners, 3, axis=0) + np.tile([[0.0, 0.0], [0.1, 0], [0, 0.1]], (4, 1))
    cells = semantic_geocells(points, source, LIMITS)
    assert [polygon.bounds for polygon in cells.polygons] == [(0, 0, 1, 2), (1, 0, 2, 2)]
    assert cells.names == ("A00 and A01, S0, AA", "A10 and A11, S1, AA")


def test_an_island_goes_with_the_nearest_land_of_its_own_country() -> None:
    """A small island of AA off the coast of BB."""
    island = ("AA", "S9", "Isle", shapely.box(4.5, 4.1, 4.6, 4.2))
    source = SmallAreas([*TWO_LANDS.rows, island])
    rng = np.random.default_rng(1)
    mainland = rng.uniform((0, 0), (4, 8), (200, 2))
    points = np.concatenate([mainland, [(4.15, 4.55)]])
    cells = semantic_geocells(points, source, LIMITS)
    check(cells, points, source)
    home = cells.locate([(4.15, 4.55)])[0]
    assert home == cells.locate([(3.99, 3.99)])[0]


def test_a_crowd_is_split_between_its_towns() -> None:
    """Two towns far from each other in one area; the border runs between them."""
    source = SmallAreas([("AA", "S", "A", shapely.box(0, 0, 10, 1))])
    rng = np.random.default_rng(0)
    west = np.array([0.5, 2]) + rng.normal(0, 0.05, (8, 2))
    east = np.array([0.5, 8]) + rng.normal(0, 0.05, (9, 2))
    points = np.concatenate([west, east])
    cells = semantic_geocells(points, source, LIMITS)
    assert sorted(counts_of(cells, points).tolist()) == [8, 9]
    assert len(set(cells.locate(west).tolist())) == 1


def test_over_the_antimeridian() -> None:
    """A country on both sides of it; the east has too few locations for a cell of its own."""
    rows = [
        ("FJ", "S", "West", shapely.box(177, -18, 180, -16)),
        ("FJ", "S", "East", shapely.box(-180, -18, -178, -16)),
    ]
    source = SmallAreas(rows)
    rng = np.random.default_rng(0)
    west = rng.uniform((-18, 177), (-16, 180), (8, 2))
    east = rng.uniform((-18, -180), (-16, -178), (4, 2))
    points = np.concatenate([west, east])
    cells = semantic_geocells(points, source, LIMITS)
    check(cells, points, source)
    assert sorted(counts_of(cells, points).tolist()) == [5, 7]
    bounds = shapely.bounds(cells.polygons)
    # The one that spans it touches the meridian from both sides.
    assert ((bounds[:, 0] == -180) & (bounds[:, 2] == 180)).sum() == 1
    one = semantic_geocells(points[5:], SmallAreas(rows), LIMITS)
    assert len(one) == 1
    assert one.polygons[0].area == pytest.approx(10)


def test_the_order_of_locations_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    points = rng.uniform((0, 0), (4, 8), (150, 2))
    first = semantic_geocells(points, TWO_LANDS, LIMITS)
    again = semantic_geocells(points[rng.permutation(150)], TWO_LANDS, LIMITS)
    assert first.names == again.names
    assert shapely.equals_exact(first.polygons, again.polygons).all()
    assert np.array_equal(first.centroids, again.centroids)


def test_locations_at_sea_belong_to_the_nearest_area() -> None:
    source = SmallAreas(grid("AA", 0, 0, 2))
    points = np.array([(0.5, 0.5), (1.5, 1.5), (1.0, 2.1), (-0.2, 0.5)])
    cells = semantic_geocells(points, source, Limits(1, 1, ()))
    assert len(cells) == 4
    # A tenth and two tenths of a degree at the equator.
    assert off_land(points, source) == pytest.approx([11.12, 22.24], abs=0.02)


def test_coinciding_locations_cannot_be_parted() -> None:
    source = SmallAreas(grid("AA", 0, 0, 2))
    points = np.array([(0.5, 0.5)] * 30 + [(1.5, 1.5)] * 6)
    cells = semantic_geocells(points, source, LIMITS)
    assert sorted(counts_of(cells, points).tolist()) == [6, 30]
    check(cells, points, source)


def test_overlapping_areas_are_parted() -> None:
    rows = [
        ("AA", "S", "A", shapely.box(0, 0, 2, 2)),
        ("BB", "S", "B", shapely.box(1, 0, 4, 2)),
    ]
    points = np.array([(1.0, 0.5), (1.0, 3.0)])
    cells = semantic_geocells(points, SmallAreas(rows), LIMITS)
    assert shapely.area(cells.polygons).tolist() == pytest.approx([4, 4])


@pytest.mark.parametrize(
    ("count", "limits"), [(0, LIMITS), (9, Limits(0, 5, ())), (9, Limits(6, 10, ()))]
)
def test_what_cannot_be_done_is_refused(count: int, limits: Limits) -> None:
    with pytest.raises(GeocellError, match=f"got: {count}, {limits.least} and {limits.most}"):
        semantic_geocells(np.ones((count, 2)), TWO_LANDS, limits)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_world() -> None:
    """20,000 photographed places and the embedded areas, made once for all who ask for them."""
    from models.geography.hierarchy import GeoNamesAreas
    from models.world.sampling import draw_places

    source = GeoNamesAreas()
    points = np.array([(spot.lat, spot.lng) for spot in draw_places(20_000, seed=1)])
    limits = Limits(PIGEON.min_points, PIGEON.max_points, PIGEON.optics_rounds)
    cells = semantic_geocells(points, source, limits)
    countries = source.polygons(0)
    inner = shapely.get_coordinates(shapely.point_on_surface(cells.polygons))[:, ::-1]
    country = area_of(countries.polygons, inner)

    assert shapely.is_valid(cells.polygons).all()
    one, other = shapely.STRtree(cells.polygons).query(cells.polygons, predicate="intersects")
    pairs = one < other
    shared = shapely.intersection(cells.polygons[one[pairs]], cells.polygons[other[pairs]])
    assert shapely.area(shared).sum() < 1e-9  # square degrees

    # Of points uniform over the land each is in one cell, and that is one of its country.
    z = np.random.default_rng(0).uniform(-1, 1, (100_000, 2))
    land = np.stack([np.degrees(np.arcsin(z[:, 0])), 180 * z[:, 1]], axis=1)
    true = area_of(countries.polygons, land)
    land, true = land[np.isin(true, country)], true[np.isin(true, country)]
    tree = shapely.STRtree(shapely.points(land[:, ::-1]))
    cell, point = tree.query(cells.polygons, predicate="intersects")
    assert (np.bincount(point, minlength=len(land)) == 1).all()
    assert (country[cell] == true[point]).all()

    # Who is in an area is in the cell that owns him.
    ids = cells.locate(points)
    held = shapely.covers(cells.polygons[ids], shapely.points(points[:, ::-1]))
    assert (held == (area_of(source.polygons(2).polygons, points) >= 0)).all()

    # Only whole countries are too small.
    counts = np.bincount(ids, minlength=len(cells))
    in_country = np.bincount(country, counts, minlength=len(countries))[country]
    assert (counts == in_country)[counts < limits.least].all()
    able = in_country >= limits.least
    assert (counts[able] <= limits.most).mean() > 0.97

    # Two parts of a cell never lie on one landmass.
    parts, cell = shapely.get_parts(cells.polygons, return_index=True)
    masses = shapely.get_parts(countries.polygons)
    middle = shapely.get_coordinates(shapely.point_on_surface(parts))[:, ::-1]
    both = np.stack([cell, area_of(masses, middle)], axis=1)
    assert len(np.unique(both, axis=0)) == len(both)
