"""Geocells: which one holds a point, and the file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely

from models.geo import haversine_km
from models.geocells import GeocellError, load_geocells, make_geocells, save_geocells

POINTS = np.array([(10.0, 10.0), (12.0, 14.0), (10.0, 30.0)])
IDS = np.array([0, 0, 1])
BOXES = [shapely.box(0, 0, 20, 20), shapely.box(20, 0, 40, 20)]
"""x is lng: cell 0 spans lng 0 to 20, cell 1 lng 20 to 40, both lat 0 to 20."""


def test_centroid_and_spread() -> None:
    cells = make_geocells(POINTS, IDS, BOXES)
    # The spherical mean of two points is the middle of the great circle between them.
    distances = haversine_km(cells.centroids[0], POINTS[:2])
    assert distances[0] == pytest.approx(distances[1])
    assert distances.sum() == pytest.approx(haversine_km(POINTS[0], POINTS[1]))
    assert cells.spreads_km == pytest.approx([distances[0], 0], abs=1e-6)
    assert tuple(cells.centroids[1]) == pytest.approx((10, 30))


def test_locate() -> None:
    cells = make_geocells(POINTS, IDS, BOXES)
    inside, border, outside_east, outside_west = (5, 35), (5, 20), (50, 60), (-60, -40)
    assert cells.locate([inside, border, outside_east, outside_west]).tolist() == [1, 0, 1, 0]


def test_locate_outside_takes_the_nearest_area_not_the_nearest_centroid() -> None:
    points = np.array([(10.0, 1.0), (10.0, 1.0), (10.0, 30.0)])
    wide = make_geocells(points, IDS, [shapely.box(0, 0, 28, 20), shapely.box(28, 8, 40, 12)])
    assert wide.locate([(21, 27)]).tolist() == [0]  # 1 degree above it, 28 from its centroid


def test_locate_outside_takes_the_nearest_across_the_antimeridian() -> None:
    cells = make_geocells(
        np.array([(0.0, -179.0), (0.0, 150.0)]),
        np.array([0, 1]),
        [shapely.box(-180, -5, -175, 5), shapely.box(148, -5, 152, 5)],
    )
    assert cells.locate([(10, 179)]).tolist() == [0]


def test_names() -> None:
    named = make_geocells(POINTS, IDS, BOXES, namer=lambda points: ["Same"] * len(points))
    assert named.names == ("Same (1)", "Same (2)")
    assert make_geocells(POINTS, IDS, BOXES).names[1] == "10.0 N, 30.0 E"


def test_a_cell_without_locations_is_refused() -> None:
    with pytest.raises(
        GeocellError, match=r"expected a location in each geocell, got none in: \[1"
    ):
        make_geocells(POINTS, np.zeros(3, dtype=np.int64), BOXES)


def test_saved_and_loaded(tmp_path: Path) -> None:
    cells = make_geocells(POINTS, IDS, BOXES)
    found = load_geocells(save_geocells(cells, tmp_path / "cells.parquet"))
    assert found.names == cells.names
    assert np.array_equal(found.centroids, cells.centroids)
    assert np.array_equal(found.spreads_km, cells.spreads_km)
    assert shapely.equals_exact(found.polygons, cells.polygons).all()


def test_the_file_is_geoparquet(tmp_path: Path) -> None:
    path = save_geocells(make_geocells(POINTS, IDS, BOXES), tmp_path / "cells.parquet")
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    column = geo["columns"][geo["primary_column"]]
    assert column["encoding"] == "WKB"
    first = shapely.from_wkb(table[geo["primary_column"]][0].as_py())
    assert first.bounds == (0, 0, 20, 20)


def test_a_broken_or_foreign_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cells.parquet"
    with pytest.raises(GeocellError, match=r"cells\.parquet: expected geocells"):
        load_geocells(path)
    path.write_bytes(b"PAR1 but not really")
    with pytest.raises(GeocellError, match=r"cells\.parquet: expected geocells"):
        load_geocells(path)
    save_geocells(make_geocells(POINTS, IDS, BOXES), path)
    table = pq.read_table(path).replace_schema_metadata({"homing": '{"format": 9}'})
    pq.write_table(table, path)
    with pytest.raises(GeocellError, match=r"expected geocells format 1, got: .*9"):
        load_geocells(path)
