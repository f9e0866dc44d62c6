"""One reading of CSV and parquet, whatever the columns are called."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.photo_tables import ID, LAT, LNG, TableError, columns_of, rows_of

WANTED = {"id": ID, "lat": LAT, "lng": LNG}


def test_parquet_reads_as_csv_does(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("photoid,Latitude,Longitude,uid\n77,48.25,-2.5,\n", "utf-8")
    columns = {"photoid": [77], "Latitude": [48.25], "Longitude": [-2.5], "uid": [None]}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    expected = {"photoid": "77", "latitude": "48.25", "longitude": "-2.5", "uid": ""}
    assert list(rows_of(tmp_path / "t.csv")) == [expected]
    assert list(rows_of(tmp_path / "t.parquet")) == [expected]
    assert columns_of(tmp_path, expected, WANTED) == {
        "id": "photoid",
        "lat": "latitude",
        "lng": "longitude",
    }


def test_what_is_no_table_is_named(tmp_path: Path) -> None:
    for name in ("gone.csv", "gone.parquet"):
        with pytest.raises(TableError, match=rf"{name}: expected a CSV table or a parquet one"):
            list(rows_of(tmp_path / name))
    (tmp_path / "t.parquet").write_bytes(b"IMG_ID,LAT,LON\n")
    with pytest.raises(TableError, match="expected a CSV table or a parquet one"):
        list(rows_of(tmp_path / "t.parquet"))
    with pytest.raises(TableError, match=r"expected columns lng \(lng, lon, .*\), got: id, lat"):
        columns_of(tmp_path, {"id": "a", "lat": "1"}, WANTED)


def test_pictures_in_a_parquet_table_are_not_read(tmp_path: Path) -> None:
    """As Hugging Face packs data sets: a thousand pictures would be text of a thousand pictures."""
    row = {"id": 1, "lat": 2.5, "image": {"bytes": b"JPEG", "path": "a"}, "raw": b"JPEG"}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "t.parquet")
    assert list(rows_of(tmp_path / "t.parquet")) == [{"id": "1", "lat": "2.5"}]
