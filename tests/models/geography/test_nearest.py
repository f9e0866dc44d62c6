"""The nearest area, against distances one can compute by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from models.geography.nearest import nearest_area

BOXES = np.array([shapely.box(0, 0, 1, 1), shapely.box(-180, 60, -179, 61)])


def test_nearest_by_kilometres_not_degrees() -> None:
    """At 60 north, 1.2 degrees of longitude (67 km) are nearer than 1 of latitude (111 km)."""
    boxes = np.array([shapely.box(0, 59, 1, 61), shapely.box(0, 61.5, 4, 62.5)])
    rows, land = nearest_area(boxes, [(60.5, 2.2)])
    assert rows.tolist() == [0]
    assert land == pytest.approx(np.array([(60.5, 1.0)]))


def test_the_point_on_land() -> None:
    rows, land = nearest_area(BOXES, [(0.5, 1.5), (2.0, 3.0)])
    assert rows.tolist() == [0, 0]
    assert land == pytest.approx(np.array([(0.5, 1.0), (1.0, 1.0)]))


def test_across_the_antimeridian() -> None:
    rows, land = nearest_area(BOXES, [(60.5, 179.5)])
    assert rows.tolist() == [1]
    assert land == pytest.approx(np.array([(60.5, -180.0)]))


def test_nobody_asks() -> None:
    rows, land = nearest_area(BOXES, np.empty((0, 2)))
    assert (rows.shape, land.shape) == ((0,), (0, 2))
