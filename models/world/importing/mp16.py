"""Photos beside a table of their places, as MP-16, YFCC100M and IM2GPS3k are passed on.

The table is CSV or parquet, with the columns of `models.photo_tables`; the photos lie below a
folder, as files, in zips or in tars, named by their ids.

An id may be a path. The picture that lies at that path is the photo's; where none does, the one of
its file name, if that is the only one of that name and no other photo of the table has it, too.
Another photo's picture would be a false place, so all else is left out, and told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
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
from models.world.importing.archives import (
    Pictures,
    Spot,
    containers_below,
    find_pictures,
    stem_of,
)
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

MISSING = "no picture"
DOUBTFUL = "several pictures of the name, or several photos of it,"

NAMED = 5
"""Photos left out for the same reason that are named."""


def find_in_photo_table(
    table: Path, folder: Path, count: int | None = None
) -> Iterator[Source | Skipped]:
    """`count` photos of a table, all for None, drawn evenly from those whose picture is there.

    The draw is the same in each run, and a larger one holds a smaller. How many lack a picture, or
    may have several, is told first.

    Raises:
        TableError: it is no such table, or none of its photos is there.
    """
    broken, pictures = find_pictures(containers_below(folder))
    listing = _Listing(table, folder, pictures)
    drawn = draw_photos(listing.photos(), count)
    if not drawn:
        raise TableError(f"{folder}: expected pictures of {table.name}, got none of {listing.rows}")
    return chain(broken, listing.left_out(), read_photos(drawn))


class _Listing:
    """A table under way, and what of it has no picture, or none that is surely its own."""

    def __init__(self, table: Path, folder: Path, pictures: Pictures) -> None:
        first = next(rows_of(table))
        self._columns = columns_of(table, first, {"id": ID, "lat": LAT, "lng": LNG})
        said = {what: column_of(first, names) for what, names in SAID.items()}
        self._said = {what: column for what, column in said.items() if column}
        self.table, self.folder, self.pictures, self.rows = table, folder, pictures, 0
        self._shared = self._shared_stems()
        self._counts: Counter[str] = Counter()
        self._examples: defaultdict[str, list[str]] = defaultdict(list)

    def photos(self) -> Iterator[tuple[Spot, Photo]]:
        """Those whose picture is there."""
        for row in rows_of(self.table):
            self.rows += 1
            spot = self._spot(row)
            if isinstance(spot, Spot):
                yield spot, self._photo(row)
            else:
                self._leave_out(spot, row)

    def left_out(self) -> list[Skipped]:
        """One line for each reason."""
        return [
            Skipped(
                self.table.name,
                f"{reason} below {self.folder} for {count} of its {self.rows} photos: "
                f"{', '.join(self._examples[reason])}{', ...' if count > NAMED else ''}",
            )
            for reason, count in self._counts.items()
        ]

    def _leave_out(self, reason: str, row: Row) -> None:
        self._counts[reason] += 1
        if self._counts[reason] <= NAMED:
            self._examples[reason].append(row[self._columns["id"]])

    def _spot(self, row: Row) -> Spot | str:
        """Where a photo's picture lies, or why it has none.

        MP-16's ids are paths (`34/8d/9055806529.jpg`), whose slashes some turn into underscores.
        """
        photo_id, find = row[self._columns["id"]], self.pictures
        named: list[Spot] = []
        if "/" in photo_id:
            named = find.at_path(photo_id) + find.of_stem(photo_id.replace("/", "_"))
        spots = named or find.of_stem(photo_id) or find.of_stem(row.get(KEY, ""))
        if not spots:
            return MISSING
        others = not named and stem_of(photo_id) in self._shared
        return DOUBTFUL if others or len(spots) > 1 else spots[0]

    def _shared_stems(self) -> set[str]:
        """Of pictures that several photos may mean."""
        first: dict[str, str] = {}
        shared = set()
        for row in rows_of(self.table):
            photo_id = row[self._columns["id"]]
            stem = stem_of(photo_id)
            if self.pictures.of_stem(stem) and first.setdefault(stem, photo_id) != photo_id:
                shared.add(stem)
        return shared

    def _photo(self, row: Row) -> Photo:
        about = {what: row[column] for what, column in self._said.items()}
        return Photo(*(row[self._columns[what]] for what in ("id", "lat", "lng")), **about)
