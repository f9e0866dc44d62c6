"""Pictures whose place a CSV table tells.

Columns: `file` (relative to the folder), `kind` (`equirect`, `photo`, `pano4_face`), `lat`, `lng`;
optional: `heading_deg`, `hfov_deg`, `date`, `sequence`, `licence`, `attribution` (or, in its
place, `source_repository` and `note`) and `label`, how the place is known.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from itertools import groupby
from pathlib import Path, PurePosixPath

from models.photo_tables import TableError
from models.world.importing.metadata import read_metadata
from models.world.importing.source import BadPictureError, Kind, Skipped, Source, checked_place

COLUMNS = frozenset({"file", "kind", "lat", "lng"})

KNOWN_PLACE = frozenset({"", "gps", "gps_exif", "author"})
"""Labels of places that are good enough to be the truth of a round."""

FACE_KIND = "pano4_face"
FACE_TURNS = {"front": 0.0, "right": 90.0, "back": 180.0, "left": 270.0}
"""Clockwise from the front, by file name."""

KINDS: dict[str, Kind] = {"equirect": "equirect", "photo": "photo", FACE_KIND: "faces"}

Row = dict[str, str]


def find_in_table(table: Path, folder: Path, only: str = "*") -> list[Source | Skipped]:
    """The panoramas of a table, in its order; `only` is a glob on `file`.

    Raises:
        TableError: the table is missing, not CSV text, or lacks a column.
    """
    rows = [row for row in _rows(table) if fnmatch(row["file"], only)]
    return [_found(folder, name, list(group)) for name, group in groupby(rows, _panorama_name)]


def _rows(table: Path) -> list[Row]:
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = COLUMNS - set(reader.fieldnames or ())
            rows = [{k: (v or "").strip() for k, v in row.items() if k} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{table}: expected a CSV table, got: {error}") from error
    if missing:
        raise TableError(f"{table}: expected columns {sorted(COLUMNS)}, missing: {sorted(missing)}")
    return rows


def _panorama_name(row: Row) -> str:
    """Faces of one panorama lie in one folder, and follow each other in the table."""
    is_face = row["kind"] == FACE_KIND
    return PurePosixPath(row["file"]).parent.as_posix() if is_face else row["file"]


def _found(folder: Path, name: str, rows: list[Row]) -> Source | Skipped:
    try:
        return _source(folder, name, rows)
    except BadPictureError as error:
        return Skipped(name, str(error))


def _source(folder: Path, name: str, rows: list[Row]) -> Source:
    row = rows[0]
    if row["kind"] not in KINDS:
        raise BadPictureError(f"expected a kind of {', '.join(KINDS)}, got: {row['kind']!r}")
    if row.get("label", "") not in KNOWN_PLACE:
        raise BadPictureError(f"place known only by: {row['label']}")
    lat, lng = checked_place(_number(row, "lat"), _number(row, "lng"))
    source = Source(
        name=name,
        kind=KINDS[row["kind"]],
        files=tuple(folder / row["file"] for row in rows),
        lat=lat,
        lng=lng,
        heading=_number(row, "heading_deg"),
        date=row.get("date", ""),
        sequence=row.get("sequence", ""),
        licence=row.get("licence", ""),
        attribution=row.get("attribution") or _origin(row),
    )
    return _with_faces(source, rows) if source.kind == "faces" else _with_metadata(source, row)


def _with_metadata(source: Source, row: Row) -> Source:
    """What the table leaves open, the picture may tell."""
    says = read_metadata(source.files[0])
    told_deg = _number(row, "hfov_deg")
    return replace(
        source,
        heading=says.heading if source.heading is None else source.heading,
        date=source.date or says.date,
        hfov_deg=360.0 if source.kind == "equirect" else told_deg or says.hfov_deg,
        pitch=says.pitch if source.kind == "equirect" else 0.0,
        roll=says.roll if source.kind == "equirect" else 0.0,
        attribution=source.attribution or says.attribution,
    )


def _with_faces(source: Source, rows: Sequence[Row]) -> Source:
    """The picture made of them looks north; where no heading is known, to the front."""
    known = [_number(row, "heading_deg") for row in rows]
    headings = [heading % 360 for heading in known if heading is not None]
    north = 0.0 if len(headings) == len(rows) else None
    if north is None:
        names = [PurePosixPath(row["file"]).stem for row in rows]
        headings = [FACE_TURNS[name] for name in names if name in FACE_TURNS]
    if not _are_quarters(headings):
        raise BadPictureError(f"expected four faces 90 deg apart, got headings: {headings}")
    return replace(source, heading=north, face_headings=tuple(headings))


def _are_quarters(headings: Iterable[float]) -> bool:
    ordered = sorted(headings)
    gaps = [(b - a) % 360 for a, b in zip(ordered, [*ordered[1:], *ordered[:1]], strict=True)]
    return len(gaps) == 4 and all(abs(gap - 90) <= 1 for gap in gaps)


def _number(row: Row, column: str) -> float | None:
    text = row.get(column, "")
    try:
        return float(text) if text else None
    except ValueError as error:
        raise BadPictureError(f"expected a number as {column}, got: {text!r}") from error


def _origin(row: Row) -> str:
    return "; ".join(text for text in (row.get("source_repository"), row.get("note")) if text)
