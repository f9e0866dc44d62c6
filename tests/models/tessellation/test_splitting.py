"""Splitting one area: parts tile it, hang together, and hold their locations."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from models.tessellation.splitting import Limits, split

HORSESHOE = shapely.Polygon(
    [(0, 60), (9, 60), (9, 66), (6, 66), (6, 62), (3, 62), (3, 66), (0, 66)]
)


def inside(shape: shapely.Geometry, count: int, seed: int) -> np.ndarray:
    west, south, east, north = shape.bounds
    points = np.random.default_rng(seed).uniform((south, west), (north, east), (20 * count, 2))
    return points[shapely.contains_xy(shape, points[:, ::-1])][:count]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("count", [21, 61, 250])
@pytest.mark.parametrize("shape", [HORSESHOE, shapely.Point(20, 70).buffer(3)])
def test_parts_tile_the_area(shape: shapely.Geometry, count: int, seed: int) -> None:
    points = inside(shape, count, seed)
    parts = split(shape, points, Limits(10, 20, ((4, 0.05),)))
    polygons = np.array([polygon for polygon, _ in parts])
    assert shapely.area(polygons).sum() == pytest.approx(shape.area)
    assert shapely.union_all(polygons).area == pytest.approx(shape.area)
    assert (shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON).all()
    assert sorted(np.concatenate([rows for _, rows in parts]).tolist()) == list(range(count))
    for polygon, rows in parts:
        assert 10 <= len(rows) <= 20
        assert shapely.intersects_xy(polygon, points[rows][:, ::-1]).all()


def test_a_small_area_is_left_alone() -> None:
    points = inside(HORSESHOE, 20, 0)
    ((polygon, rows),) = split(HORSESHOE, points, Limits(10, 20, ()))
    assert polygon is HORSESHOE
    assert len(rows) == 20


def test_a_town_is_cut_out_of_its_countryside() -> None:
    country = shapely.box(0, 0, 10, 10)
    rng = np.random.default_rng(0)
    town = np.array([5.0, 5.0]) + rng.normal(0, 0.02, (15, 2))
    farms = rng.uniform(0, 10, (12, 2))
    parts = split(country, np.concatenate([town, farms]), Limits(10, 20, ((5, 0.05),)))
    assert sorted(len(rows) for _, rows in parts) == [12, 15]
    assert min(shapely.area([polygon for polygon, _ in parts])) < 15


def test_an_archipelago_moves_island_by_island() -> None:
    islands = [shapely.box(x, 0, x + 0.5, 0.5) for x in range(6)]
    points = np.concatenate([inside(island, 5, seed) for seed, island in enumerate(islands)])
    parts = split(shapely.MultiPolygon(islands), points, Limits(10, 20, ()))
    assert [len(rows) % 5 for _, rows in parts] == [0] * len(parts)
    assert all(10 <= len(rows) <= 20 for _, rows in parts)
