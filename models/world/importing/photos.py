"""Photos of a data set: drawn from its table, read, and told with what the table says of them."""

from __future__ import annotations

import heapq
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from operator import attrgetter

from models.world.importing.archives import Spot, read_pictures
from models.world.importing.metadata import read_metadata, source_of
from models.world.importing.source import BadPictureError, Remote, Skipped, Source, checked_place

_MILLISECONDS = re.compile(r"[0-9]{11,}(\.[0-9]*)?")
"""Since 1970, from that April on. Fewer digits are a year, a day, or seconds: nothing tells."""


@dataclass(frozen=True, slots=True)
class Photo:
    """What a table says of a photo, as text."""

    name: str
    """What people are told it is."""
    lat: str
    lng: str
    date: str = ""
    """ISO 8601, or milliseconds since 1970."""
    sequence: str = ""
    licence: str = ""
    attribution: str = ""


def draw_photos(
    photos: Iterable[tuple[Spot, Photo]], count: int | None
) -> list[tuple[Spot, Photo]]:
    """`count` of them, all for None: the same in each run, and a larger draw holds a smaller."""
    if count is None:
        return list(photos)
    return heapq.nsmallest(count, photos, key=lambda pair: sha256(pair[1].name.encode()).digest())


def read_photos(drawn: Iterable[tuple[Spot, Photo]]) -> Iterator[Source | Skipped]:
    """Sources of photos, in the order in which they lie."""
    for photo, data in read_pictures(drawn):
        try:
            yield _source(photo, data)
        except BadPictureError as error:
            yield Skipped(photo.name, str(error))


def _source(photo: Photo, data: bytes | BadPictureError) -> Source:
    """The table rules, and the picture fills in.

    Its key is what is in it, so that a photo that is listed twice is found out.
    """
    if isinstance(data, BadPictureError):
        raise data
    place = checked_place(_number(photo, "lat"), _number(photo, "lng"))
    told = source_of(read_metadata(io.BytesIO(data)), photo.name, place)
    return replace(
        told,
        date=_day(photo.date) or told.date,
        sequence=photo.sequence,
        licence=photo.licence,
        attribution=photo.attribution or told.attribution,
        remote=Remote(sha256(data).hexdigest(), partial(bytes, data), at_hand=True),
    )


def _number(photo: Photo, what: str) -> float | None:
    text = attrgetter(what)(photo)
    try:
        return float(text) if text else None
    except ValueError as error:
        raise BadPictureError(f"expected a number as {what}, got: {text!r}") from error


def _day(taken: str) -> str:
    """Of milliseconds since 1970, or of an ISO 8601 time; empty of anything else."""
    try:
        if _MILLISECONDS.fullmatch(taken):
            return datetime.fromtimestamp(float(taken) / 1000, UTC).date().isoformat()
        return datetime.fromisoformat(taken).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
