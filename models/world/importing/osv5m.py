"""OpenStreetView-5M as its hub keeps it: `train.csv`, `test.csv`, `images/{train,test}/NN.zip`.

Mapillary photos, one a place, CC BY-SA 4.0 (Astruc et al., CVPR 2024). Any of the archives will do.
https://huggingface.co/datasets/osv5m/osv5m
"""

from __future__ import annotations

import csv
import heapq
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import Literal

from PIL import Image

from models.world.importing.metadata import photo_hfov_deg
from models.world.importing.source import BadPictureError, Remote, Skipped, Source, checked_place
from models.world.importing.table import TableError

LICENCE = "CC-BY-SA-4.0"
COLUMNS = ("id", "latitude", "longitude", "sequence", "captured_at", "creator_username")
MAX_BYTES = 64 * 2**20
"""Of one picture, unpacked."""

Part = Literal["train", "test"]
Row = dict[str, str]


def find_in_osv5m(folder: Path, part: Part, count: int) -> Iterator[Source | Skipped]:
    """`count` photos of a part, drawn evenly from the archives that are there, by archive.

    The draw is the same in each run, and a larger one holds a smaller. The table is read once, row
    by row; of the archives only the ids are kept.

    Raises:
        TableError: there are no archives, or no table of this form.
    """
    archives = sorted((folder / "images" / part).glob("*.zip"))
    if not archives:
        raise TableError(f"{folder}: expected images/{part}/NN.zip in it, got none")
    broken, ids = _ids(archives)
    rows = (row for row in _rows(folder / f"{part}.csv") if row["id"] in ids)
    drawn = heapq.nsmallest(count, rows, key=lambda row: sha256(row["id"].encode()).digest())
    return _found(archives, broken, sorted((ids[row["id"]], row["id"], row) for row in drawn))


def _found(
    archives: list[Path], broken: list[Skipped], drawn: list[tuple[int, str, Row]]
) -> Iterator[Source | Skipped]:
    yield from broken
    for number, group in groupby(drawn, itemgetter(0)):
        with zipfile.ZipFile(archives[number]) as archive:
            names = {PurePosixPath(name).stem: name for name in archive.namelist()}
            for _, picture_id, row in group:
                try:
                    yield _source(row, _read(archive, names[picture_id]))
                except BadPictureError as error:
                    yield Skipped(f"osv5m {picture_id}", str(error))


def _ids(archives: list[Path]) -> tuple[list[Skipped], dict[str, int]]:
    """Archives that cannot be opened, and where each picture of the others lies."""
    broken: list[Skipped] = []
    ids: dict[str, int] = {}
    for number, path in enumerate(archives):
        try:
            with zipfile.ZipFile(path) as archive:
                names = [PurePosixPath(name) for name in archive.namelist()]
        except (OSError, zipfile.BadZipFile) as error:
            broken.append(Skipped(path.name, f"unreadable: {error}"))
            continue
        ids.update((name.stem, number) for name in names if name.suffix.lower() == ".jpg")
    return broken, ids


def _rows(table: Path) -> Iterator[Row]:
    try:
        with table.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = set(COLUMNS) - set(reader.fieldnames or ())
            if missing:
                raise TableError(f"{table}: expected columns {COLUMNS}, missing: {sorted(missing)}")
            for row in reader:
                yield {column: row[column] or "" for column in COLUMNS}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{table}: expected the table of OSV-5M, got: {error}") from error


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        if (size := archive.getinfo(name).file_size) > MAX_BYTES:
            raise BadPictureError(f"expected up to {MAX_BYTES} bytes, got: {size}")
        return archive.read(name)
    except (OSError, zipfile.BadZipFile, zlib.error) as error:
        raise BadPictureError(f"unreadable: {error}") from error


def _source(row: Row, data: bytes) -> Source:
    try:
        lat, lng = checked_place(float(row["latitude"]), float(row["longitude"]))
        with Image.open(io.BytesIO(data)) as image:
            size_px = image.size
    except BadPictureError:
        raise
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadPictureError(f"unreadable: {error}") from error
    return Source(
        name=f"osv5m {row['id']}",
        kind="photo",
        files=(),
        lat=lat,
        lng=lng,
        heading=None,
        hfov_deg=photo_hfov_deg(size_px, None),
        date=_day(row["captured_at"]),
        sequence=row["sequence"],
        licence=LICENCE,
        attribution=", ".join(filter(None, [row["creator_username"], "Mapillary"])),
        remote=Remote(f"osv5m {row['id']}", partial(bytes, data)),
    )


def _day(captured_at: str) -> str:
    """Of Mapillary's milliseconds since 1970, or of an ISO 8601 time; empty of anything else."""
    try:
        if captured_at.replace(".", "", 1).isdecimal():
            return datetime.fromtimestamp(float(captured_at) / 1000, UTC).date().isoformat()
        return datetime.fromisoformat(captured_at).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
