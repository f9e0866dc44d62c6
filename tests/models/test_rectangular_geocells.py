"""Rectangular geocells: they hold all points, tile the world, and none is too full."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely

from models.geocells import GeocellError
from models.rectangular_geocells import rectangular_geocells

STREETS = Path(__file__).parents[3] / "shared/data/meta/street_level_coordinates.csv"


def test_cells_tile_the_world_and_hold_as_many_points_as_asked() -> None:
    rng = np.random.default_rng(0)
    points = np.column_stack([rng.uniform(-80, 80, 500), rng.uniform(-180, 180, 500)])
    cells = rectangular_geocells(points, 25)
    counts = np.bincount(cells.locate(points), minlength=len(cells))
    assert counts.max() <= 25
    assert counts.min() >= 12
    assert shapely.area(cells.polygons).sum() == pytest.approx(360 * 180)
    assert shapely.union_all(cells.polygons).area == pytest.approx(360 * 180)


def test_the_longer_side_is_that_in_kilometres() -> None:
    """At 80 north, 20 degrees of longitude (386 km) are shorter than 10 of latitude (1,112 km)."""
    points = np.array([(75.0, 0.0), (75.0, 20.0), (85.0, 0.0), (85.0, 20.0)])
    cells = rectangular_geocells(points, 2)
    assert cells.locate(points).tolist() == [0, 0, 1, 1]


def test_points_that_coincide_stay_together() -> None:
    points = np.array([(1.0, 1.0)] * 5 + [(2.0, 1.0)])
    cells = rectangular_geocells(points, 2)
    assert np.bincount(cells.locate(points)).tolist() == [5, 1]


def test_points_a_single_bit_apart_are_cut() -> None:
    for low in (1.0, np.nextafter(1.0, 2)):  # the middle of the two rounds down, or up
        points = np.array([(0.0, low), (0.0, np.nextafter(low, 2))])
        assert rectangular_geocells(points, 1).centroids.shape == (2, 2)


def test_nothing_to_cut_is_refused() -> None:
    with pytest.raises(GeocellError, match="expected locations and max_points >= 1, got: 0 and 3"):
        rectangular_geocells(np.zeros((0, 2)), 3)


@pytest.mark.skipif(not STREETS.is_file(), reason="needs the shared data")
def test_real_street_level_places() -> None:
    with STREETS.open(encoding="utf-8") as file:
        rows = [(row["latitude"], row["longitude"]) for row in csv.DictReader(file)]
    points = np.unique(np.array([row for row in rows if all(row)], dtype=float), axis=0)
    cells = rectangular_geocells(points, 25)
    counts = np.bincount(cells.locate(points), minlength=len(cells))
    assert counts.sum() == len(points)
    assert counts.min() >= 1
    assert counts.max() <= 25
