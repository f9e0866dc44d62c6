"""Photos beside a table of their places, as MP-16, YFCC100M and IM2GPS3k are passed on.

The table is CSV or parquet, with the columns of `models.photo_tables`; the photos lie below a
folder, as files, in zips or in tars, named by their ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from models.photo_tables import (
    ID,
    LAT,
    LNG,
    SEQUENCE,
    Row,
    TableError,
    column_of,
    columns_of,
    rows_of,
)
from models.world.importing.archives import Spot, containers_below, find_pictures, stem_of
from models.world.importing.photos import Photo, draw_photos, read_photos
from models.world.importing.source import Skipped, Source

KEY = "key"
"""YFCC100M's other name of a photo, by which its pictures are stored."""

SAID = {
    "date": ("date", "datetaken", "date_taken", "captured_at"),
    "sequence": SEQUENCE,
    "licence": ("licence", "license", "licensename", "licenseurl"),
    "attribution": ("attribution", "unickname", "author", "uid"),
}
"""What a table may say besides, by the names of a `Photo`."""

NAMED = 5
"""Photos without a picture that are named."""


def find_in_photo_table(
    table: Path, folder: Path, count: int | None = None
) -> Iterator[Source | Skipped]:
    """`count` photos of a table, all for None, drawn evenly from those whose picture is there.

    The draw is the same in each run, and a larger one holds a smaller. How many lack a picture is
    told first.

    Raises:
        TableError: it is no such table, or none of its photos is there.
    """
    broken, spots = find_pictures(containers_below(folder))
    listing = _Listing(table, folder)
    drawn = draw_photos(listing.photos(spots), count)
    if not drawn:
        raise TableError(f"{folder}: expected pictures of {table.name}, got none of {listing.rows}")
    return chain(broken, listing.lacking(), read_photos(drawn))


class _Listing:
    """A table under way, and what of it has no picture."""

    def __init__(self, table: Path, folder: Path) -> None:
        self.table, self.folder = table, folder
        self.rows = self.missing = 0
        self.examples: list[str] = []

    def photos(self, spots: Mapping[str, Spot]) -> Iterator[tuple[Spot, Photo]]:
        """Those whose picture is there."""
        for row in rows_of(self.table):
            if self.rows == 0:
                columns = columns_of(self.table, row, {"id": ID, "lat": LAT, "lng": LNG})
                said = {what: column_of(row, names) for what, names in SAID.items()}
            self.rows += 1
            spot = _spot(spots, row[columns["id"]], row.get(KEY, ""))
            if spot is None:
                self._miss(row[columns["id"]])
                continue
            about = {what: row[column] for what, column in said.items() if column}
            yield spot, _photo(row, columns, about)

    def lacking(self) -> list[Skipped]:
        """One line for all photos without a picture."""
        if not self.missing:
            return []
        more = ", ..." if self.missing > NAMED else ""
        reason = f"no picture below {self.folder} for {self.missing} of its {self.rows} photos"
        return [Skipped(self.table.name, f"{reason}: {', '.join(self.examples)}{more}")]

    def _miss(self, photo_id: str) -> None:
        self.missing += 1
        if self.missing <= NAMED:
            self.examples.append(photo_id)


def _spot(spots: Mapping[str, Spot], photo_id: str, key: str) -> Spot | None:
    """MP-16's ids are paths (`34/8d/9055806529.jpg`), whose slashes some turn into underscores."""
    names = (photo_id, photo_id.replace("/", "_"), key)
    return next((spots[stem] for stem in map(stem_of, names) if stem in spots), None)


def _photo(row: Row, columns: Mapping[str, str], about: Mapping[str, str]) -> Photo:
    return Photo(row[columns["id"]], row[columns["lat"]], row[columns["lng"]], **about)
