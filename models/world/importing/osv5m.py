"""OpenStreetView-5M as its hub keeps it: `train.csv`, `test.csv`, `images/{train,test}/NN.zip`.

Mapillary photos, one a place, CC BY-SA 4.0 (Astruc et al., CVPR 2024). Any of the archives will do.
https://huggingface.co/datasets/osv5m/osv5m
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Literal

from models.photo_tables import Row, TableError, columns_of, rows_of
from models.world.importing.archives import Pictures, Spot, find_pictures
from models.world.importing.photos import Photo, draw_photos, read_photos
from models.world.importing.source import Skipped, Source

LICENCE = "CC-BY-SA-4.0"
COLUMNS = ("id", "latitude", "longitude", "sequence", "captured_at", "creator_username")

Part = Literal["train", "test"]


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
    broken, pictures = find_pictures(archives)
    drawn = draw_photos(_photos(folder / f"{part}.csv", pictures), count)
    return chain(broken, read_photos(drawn))


def _photos(table: Path, pictures: Pictures) -> Iterator[tuple[Spot, Photo]]:
    for number, row in enumerate(rows_of(table)):
        if number == 0:
            columns_of(table, row, {column: (column,) for column in COLUMNS})
        if spots := pictures.of_stem(row["id"]):
            yield spots[0], _photo(row)


def _photo(row: Row) -> Photo:
    return Photo(
        name=f"osv5m {row['id']}",
        lat=row["latitude"],
        lng=row["longitude"],
        date=row["captured_at"],
        sequence=row["sequence"],
        licence=LICENCE,
        attribution=", ".join(filter(None, [row["creator_username"], "Mapillary"])),
    )
