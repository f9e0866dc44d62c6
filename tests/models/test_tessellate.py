"""`homing geocells` on a table of locations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from PIL import Image

from models.geocell_map import SEA, save_map
from models.geocells import GeocellError, load_geocells, make_geocells
from models.geography.admin_files import Overture
from models.tessellate import admin_source, main, read_points, tessellate
from models.tessellation.splitting import Limits
from tests.models.small_areas import SmallAreas, grid


@pytest.mark.parametrize("header", ["lat,lng", "id,longitude,latitude"])
def test_read_points(tmp_path: Path, header: str) -> None:
    path = tmp_path / "points.csv"
    row = "1,2" if header == "lat,lng" else "7,2,1"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    assert read_points(path).tolist() == [[1, 2]]


def test_read_parquet(tmp_path: Path) -> None:
    path = tmp_path / "points.parquet"
    pq.write_table(pa.table({"lng": [2.5], "lat": [1.5]}), path)
    assert read_points(path).tolist() == [[1.5, 2.5]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x,y\n1,2\n", "expected columns lat, lng, got: "),
        ("lat,lng\n1,2\n91,2\n", r"expected latitudes .* got in row 2: \[91"),
        ("lat,lng\nhere,there\n", "expected a table of locations"),
    ],
)
def test_a_wrong_table_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "points.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GeocellError, match=rf"points\.csv: {message}"):
        read_points(path)


def test_admin_source(tmp_path: Path) -> None:
    assert admin_source(f"overture:{tmp_path}") == Overture(tmp_path)
    for wrong in ("mine:x", "gadm:/nowhere", "gadm"):
        with pytest.raises(GeocellError, match=rf"admin: expected gadm\|.*, got: {wrong}"):
            admin_source(wrong)


def test_tessellate_writes_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = np.random.default_rng(0).uniform(0, 4, (50, 2))
    points[0] = (4.1, 2)
    path = tmp_path / "cells.parquet"
    cells = tessellate(points, SmallAreas(grid("AA", 0, 0, 4)), Limits(5, 10, ()), path)
    assert load_geocells(path).names == cells.names
    out = capsys.readouterr().out
    assert "geocells for 50 locations, 100.0% hold 5 to 10, 0 fewer, 0 more" in out
    assert "1 locations in no area went to the nearest one: half of them within 11.1 km" in out


def test_the_map(tmp_path: Path) -> None:
    """Two cells in two colours, the sea around them, a dot for each location."""
    points = np.array([(0.0, -90.0), (0.0, 90.0)])
    boxes = [shapely.box(-170, -80, 0, 80), shapely.box(0, -80, 170, 80)]
    cells = make_geocells(points, np.array([0, 1]), boxes)
    with Image.open(save_map(cells, points, tmp_path / "map.png", width_px=360)) as picture:
        assert picture.size == (360, 180)
        west, east = picture.getpixel((60, 60)), picture.getpixel((300, 60))
        assert len({west, east, SEA}) == 3
        assert picture.getpixel((2, 90)) == SEA
        assert picture.getpixel((90, 90)) != west


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lands = SmallAreas(grid("AA", 0, 0, 4))
    monkeypatch.setattr("models.tessellate.GeoNamesAreas", lambda: lands)
    table, out, plot = (tmp_path / name for name in ("p.csv", "cells.parquet", "map.png"))
    rows = np.random.default_rng(0).uniform(0, 4, (100, 2))
    table.write_text("lat,lng\n" + "\n".join(f"{a},{b}" for a, b in rows), encoding="utf-8")
    wish = ["--points", str(table), "--min", "10", "--max", "20", "--out", str(out)]
    assert main([*wish, "--plot", str(plot)]) == 0
    assert 5 <= len(load_geocells(out)) <= 10
    with Image.open(plot) as picture:
        assert picture.size == (4096, 2048)
    assert main(["--points", str(tmp_path / "none.csv"), "--out", str(out)]) == 1
    assert main([*wish[:3], "50", "--max", "60", "--out", str(out)]) == 1  # no room to split
