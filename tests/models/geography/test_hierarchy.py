"""The default polygons tile the land."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from models.geography.admin import AdminAreas, ByAreas, by_places
from models.geography.borders import area_of
from models.geography.hierarchy import GeoNamesAreas
from models.geography.places import places

pytestmark = pytest.mark.slow  # makes the polygons of the whole Earth


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a file of another format lies, so that the polygons are made anew."""
    path = tmp_path_factory.mktemp("home") / "areas.parquet"
    pq.write_table(pa.table({"id": ["old"]}).replace_schema_metadata({"format": "0"}), path)
    return path


@pytest.fixture(scope="module")
def source(path: Path) -> GeoNamesAreas:
    return GeoNamesAreas(path)


@pytest.fixture(scope="module")
def levels(source: GeoNamesAreas) -> list[AdminAreas]:
    return [source.polygons(level) for level in (0, 1, 2)]


@pytest.fixture(scope="module")
def land(levels: list[AdminAreas]) -> np.ndarray:
    """100,000 points, uniform over the land."""
    z = np.random.default_rng(1).uniform(-1, 1, (400_000, 2))
    points = np.stack([np.degrees(np.arcsin(z[:, 0])), 180 * z[:, 1]], axis=1)
    points = points[area_of(levels[0].polygons, points) >= 0]
    assert 0.27 < len(points) / 400_000 < 0.31  # 29.2 % of the Earth is land
    return points[:100_000]


def test_every_land_point_lies_in_exactly_one_area_of_each_level(
    levels: list[AdminAreas], land: np.ndarray
) -> None:
    tree = shapely.STRtree(shapely.points(land[:, ::-1]))
    for areas in levels:
        _, point = tree.query(areas.polygons, predicate="intersects")
        assert (np.bincount(point, minlength=len(land)) == 1).all()


def test_areas_add_up_to_their_parents(levels: list[AdminAreas]) -> None:
    for upper, lower in pairwise(levels):
        row_of = {id_: row for row, id_ in enumerate(upper.ids.tolist())}
        parent = [row_of[id_] for id_ in lower.parents.tolist()]
        sums = np.bincount(parent, shapely.area(lower.polygons), minlength=len(upper))
        np.testing.assert_allclose(sums, shapely.area(upper.polygons), rtol=1e-3, atol=1e-4)


def test_columns(levels: list[AdminAreas]) -> None:
    countries, states, counties = levels
    assert [len(countries), len(states) > 3500, len(counties) > 25_000] == [248, True, True]
    for areas in levels:
        assert len(set(areas.ids.tolist())) == len(areas)
        assert shapely.is_valid(areas.polygons).all()
        assert not shapely.is_empty(areas.polygons).any()
        west, south, east, north = shapely.total_bounds(areas.polygons)
        assert (west, south, east) == (-180, -90, 180)
        assert 83 < north < 84  # the north of Greenland
    row = states.ids.tolist().index("US/Wyoming")
    # A box in truth.
    wyoming = shapely.box(-111.05, 41, -104.05, 45)
    assert shapely.area(shapely.intersection(states.polygons[row], wyoming)) > 0.9 * wyoming.area


def test_places_lie_in_their_own_areas(levels: list[AdminAreas]) -> None:
    table = places()
    some = np.random.default_rng(0).choice(len(table), 10_000, replace=False)
    rows = area_of(levels[1].polygons, table.points[some])
    found = levels[1].names[rows] == np.array(table.admin1)[some]
    assert found[rows >= 0].mean() > 0.98


def test_polygons_and_nearest_places_answer_alike(source: GeoNamesAreas, land: np.ndarray) -> None:
    areas, nearest = ByAreas(source)(land[:20_000]), by_places(land[:20_000])
    assert (areas.countries == nearest.countries).all()
    assert (areas.admin1_ids == nearest.admin1_ids).mean() > 0.99
    assert (areas.admin2_ids == nearest.admin2_ids).mean() > 0.99
    assert (areas.admin2 == nearest.admin2).mean() > 0.99


def test_at_sea_there_is_no_area(source: GeoNamesAreas) -> None:
    found = ByAreas(source)([(0, -150), (48.8584, 2.2945)])
    assert found.countries.tolist() == ["", "FR"]
    assert found.admin2_ids.tolist() == ["", "FR/Île-de-France/Hauts-de-Seine"]


def test_a_current_file_is_only_read(levels: list[AdminAreas], path: Path) -> None:
    """The one that lay there before was of another format: `test_columns` saw it made anew."""
    table = pq.read_table(path)
    assert table.schema.metadata[b"format"] != b"0"
    other = path.with_name("one.parquet")
    pq.write_table(table.slice(0, 1), other)
    assert len(GeoNamesAreas(other).polygons(0)) == 1
