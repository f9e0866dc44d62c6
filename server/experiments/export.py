"""A study's data as files, without nicknames: matches and rounds as CSV, parquet, JSON lines."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path

import pyarrow as pa
from pyarrow import csv, parquet

from server.experiments.analysis.data import Data, MatchRow, RoundRow

_TYPES = {"int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}


def export(data: Data, folder: Path) -> list[Path]:
    """Write all six files into `folder`; return them."""
    written = []
    for name, kind, rows in (
        ("matches", MatchRow, data.matches),
        ("rounds", RoundRow, data.rounds),
    ):
        table = _table(kind, rows)
        lines = "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
        written += [
            save(folder / f"{name}.csv", partial(csv.write_csv, table)),
            save(folder / f"{name}.parquet", partial(parquet.write_table, table)),
            save_text(folder / f"{name}.jsonl", lines),
        ]
    return written


def save_text(path: Path, text: str) -> Path:
    """Write a text file; return its path."""
    return save(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def save(path: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` write beside `path`, then rename: the file is whole or absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _table(kind: type[MatchRow] | type[RoundRow], rows: Sequence[MatchRow | RoundRow]) -> pa.Table:
    """Columns with the types of the row's fields, also where all values are unknown."""
    columns = {}
    for field in fields(kind):
        type_ = _TYPES.get(str(field.type).partition(" ")[0], pa.string())
        columns[field.name] = pa.array([getattr(row, field.name) for row in rows], type_)
    return pa.table(columns)
