"""Tables of others: a benchmark's places and pictures, another system's guesses."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.evaluation.asked import Asked
from models.photo_tables import ID, LAT, LNG, SEQUENCE, TableError, column_of, columns_of, rows_of

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp"})

_NAMED = 5
"""Ids that an error names."""


def read_places(table: Path, name: str) -> Asked:
    """The photos of a benchmark, whose table has columns as `IMG_ID, LAT, LON`.

    Photos of one `sequence`, or of one `AUTHOR`, are drawn together for intervals.

    Raises:
        TableError: it is no such table, an id is repeated, or a place is none.
    """
    rows = list(rows_of(table))
    sequence = column_of(rows[0], SEQUENCE)
    points = _places(table, rows)
    return Asked(
        name,
        tuple(points),
        np.array(list(points.values()), dtype=np.float64),
        tuple(row[sequence] if sequence else "" for row in rows),
    )


def find_pictures(asked: Asked, folder: Path) -> tuple[Path, ...]:
    """The picture of each photo, anywhere in a folder; an id is a file name, or one but for `.jpg`.

    Raises:
        TableError: one is missing.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICTURES:
            found[path.stem] = found[path.name] = path
    _refuse(folder, "a picture for each id", "missing", (i for i in asked.ids if i not in found))
    return tuple(found[id_] for id_ in asked.ids)


def read_guesses(table: Path, asked: Asked, known: Iterable[str] = ()) -> NDArray[np.float64]:
    """Another system's guesses `(n, 2)`, from columns `id, lat, lng`.

    Guesses at `known` ids that are not asked for, such as another split's, are passed over.

    Raises:
        TableError: it is no such table, or ids are repeated, missing or unknown.
    """
    guesses = _places(table, list(rows_of(table)))
    unknown = set(guesses) - set(asked.ids) - set(known)
    _refuse(table, f"ids of {asked.name}", "unknown", sorted(unknown))
    lacking = (id_ for id_ in asked.ids if id_ not in guesses)
    _refuse(table, f"a guess for each of {asked.name}", "missing", lacking)
    return np.array([guesses[id_] for id_ in asked.ids], dtype=np.float64)


def _places(table: Path, rows: Sequence[dict[str, str]]) -> dict[str, tuple[float, float]]:
    """Places by id, in the order of the table."""
    columns = columns_of(table, rows[0], {"id": ID, "lat": LAT, "lng": LNG})
    ids = [row[columns["id"]] for row in rows]
    repeated = (id_ for id_, count in Counter(ids).items() if count > 1 or not id_)
    _refuse(table, "ids of their own", "repeated or empty", repeated)
    places = (_place(table, row, columns) for row in rows)
    return dict(zip(ids, places, strict=True))


def _place(table: Path, row: Mapping[str, str], columns: Mapping[str, str]) -> tuple[float, float]:
    id_, lat, lng = (row[columns[what]] for what in ("id", "lat", "lng"))
    try:
        point = float(lat), float(lng)
    except ValueError:
        point = math.nan, math.nan
    if not (abs(point[0]) <= 90 and abs(point[1]) <= 180):  # not a number is in no range
        raise TableError(f"{table}: expected a place on the globe for {id_}, got: {lat}, {lng}")
    return point


def _refuse(where: Path, expected: str, fault: str, ids: Iterable[str]) -> None:
    """Raise if there are any ids."""
    if found := list(ids):
        named = ", ".join(repr(id_) for id_ in found[:_NAMED])
        more = ", ..." if len(found) > _NAMED else ""
        raise TableError(f"{where}: expected {expected}, {fault}: {len(found)} ({named}{more})")
