"""Tables of photos and their places as they are passed on: MP-16, YFCC100M, IM2GPS, OSV-5M."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ID = ("img_id", "img_file", "photoid", "photo_id", "id", "image_id", "image", "file", "filename")
LAT = ("lat", "latitude")
LNG = ("lng", "lon", "long", "longitude")
SEQUENCE = ("sequence", "author", "uid", "user_id")
"""Names of a column, in any case; the first that is there counts. The last: a drive, or whoever
took the photos, since those of one are alike."""

Row = dict[str, str]


class TableError(ValueError):
    """A table, or what lies beside it, is not what was expected."""


def rows_of(table: Path) -> Iterator[Row]:
    """Rows of a CSV or parquet table as text, with their columns' names in small letters.

    Raises:
        TableError: it is missing, broken or empty.
    """
    read = _parquet_rows if table.suffix.lower() == ".parquet" else _csv_rows
    empty = True
    try:
        for row in read(table):
            empty = False
            yield {name.strip().lower(): text.strip() for name, text in row}
    except (OSError, UnicodeDecodeError, csv.Error, pa.ArrowException) as error:
        raise TableError(f"{table}: expected a CSV table or a parquet one, got: {error}") from error
    if empty:
        raise TableError(f"{table}: expected a table with rows, got none")


def _csv_rows(table: Path) -> Iterator[Iterable[tuple[str, str]]]:
    with table.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            yield [(name, text or "") for name, text in row.items() if name]


def _parquet_rows(table: Path) -> Iterator[Iterable[tuple[str, str]]]:
    with pq.ParquetFile(table) as file:
        plain = [field.name for field in file.schema_arrow if not _holds_pictures(field.type)]
        for batch in file.iter_batches(columns=plain):
            for row in batch.to_pylist():
                yield [(name, "" if value is None else str(value)) for name, value in row.items()]


def _holds_pictures(kind: pa.DataType) -> bool:
    """Whether a column is bytes or a structure: no text to be, and too large to be read."""
    types = pa.types
    return any(
        is_such(kind) for is_such in (types.is_binary, types.is_large_binary, types.is_nested)
    )


def column_of(row: Mapping[str, str], names: Sequence[str]) -> str:
    """The first of the names that is a column; empty if none is."""
    return next((name for name in names if name in row), "")


def columns_of(
    table: Path, row: Mapping[str, str], wanted: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """The column of each thing that is wanted, by the names it may have.

    Raises:
        TableError: one is missing.
    """
    columns = {what: column_of(row, names) for what, names in wanted.items()}
    if lacking := [f"{what} ({', '.join(wanted[what])})" for what, c in columns.items() if not c]:
        got = ", ".join(row)
        raise TableError(f"{table}: expected columns {'; '.join(lacking)}, got: {got}")
    return columns
