"""Where to look for pictures: a box on the map, looked through evenly."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from models.world.importing.source import BadPictureError, Skipped, Source, StoppedError

MAX_CELLS = 40_000
"""Each costs at least one request where nothing is found."""

WELL_SPREAD = 1024
"""Cells enough to spread pictures over a box, however many are wanted."""

MIN_SIDE_DEG = 1e-4
"""11 m: a cell that small is not quartered."""

Item = dict[str, Any]
"""A picture's description, as the provider gives it."""


@dataclass(frozen=True, slots=True)
class Area:
    """A box in degrees; `west` lies east of `east` where it spans the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def __str__(self) -> str:
        """As the providers' `bbox` wants it: W,S,E,N."""
        return ",".join(f"{side:.7f}" for side in (self.west, self.south, self.east, self.north))

    def cells(self, wanted: int, max_deg2: float = math.inf) -> list[Area]:
        """A grid of at least `wanted` cells (up to `WELL_SPREAD`), each under `max_deg2`.

        Raises:
            ValueError: that would be more than `MAX_CELLS`.
        """
        cells = [cell for part in self._parts() for cell in part._grid(wanted, max_deg2)]
        if len(cells) > MAX_CELLS:
            raise ValueError(
                f"expected a box of at most {MAX_CELLS * max_deg2:g} square degrees, got: {self}"
            )
        return cells

    def quarters(self) -> list[Area]:
        """Its four quarters, or none where they would be too small."""
        return [] if self.north - self.south < MIN_SIDE_DEG else self._divided(2, 2)

    def _parts(self) -> list[Area]:
        if self.west <= self.east:
            return [self]
        west, south, east, north = self.west, self.south, self.east, self.north
        return [Area(west, south, 180.0, north), Area(-180.0, south, east, north)]

    def _grid(self, wanted: int, max_deg2: float) -> list[Area]:
        width, height = self.east - self.west, self.north - self.south
        spread = math.ceil(math.sqrt(min(wanted, WELL_SPREAD)))
        least = math.floor(math.sqrt(width * height / max_deg2)) + 1
        side = max(spread, least)
        if side * side > MAX_CELLS:
            return [self] * (MAX_CELLS + 1)
        return self._divided(side, side)

    def _divided(self, columns: int, rows: int) -> list[Area]:
        xs = [self.west + (self.east - self.west) * i / columns for i in range(columns + 1)]
        ys = [self.south + (self.north - self.south) * i / rows for i in range(rows + 1)]
        return [
            Area(xs[i], ys[j], xs[i + 1], ys[j + 1]) for j in range(rows) for i in range(columns)
        ]


def parse_area(text: str) -> Area:
    """Read `W,S,E,N`.

    Raises:
        ValueError: it is not such a box.
    """
    parts = text.split(",")
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError as error:
        raise ValueError(f"expected W,S,E,N in degrees, got: {text}") from error
    if not (-90 <= south < north <= 90 and abs(west) <= 180 and abs(east) <= 180 and west != east):
        raise ValueError(f"expected W,S,E,N in degrees, south below north, got: {text}")
    return Area(west, south, east, north)


@dataclass(frozen=True, slots=True)
class Search:
    """How to look at one provider."""

    provider: str
    """Its word in the names of pictures."""
    pages: Callable[[Area], Iterable[list[Item]]]
    """A cell's answers, as they are paged. Raises BadPictureError where they cannot be had."""
    page_size: int
    """A lone page of so many is taken for a part, and the cell's quarters are searched as well."""
    read: Callable[[Item], Source | None]
    """The picture of an item, None where it is not wanted. Raises BadPictureError or pydantic's
    ValidationError where it is none."""


def search(cells: list[Area], how: Search) -> Iterator[Source | Skipped]:
    """What lies in `cells`, one from each in turn, so that whoever stops early has them spread.

    The order is the same in each run. The search ends when all is found, or when nothing was in two
    rounds of all cells.

    Raises:
        StoppedError: while iterating, the provider cannot be searched.
    """
    order = random.Random(0).sample(cells, len(cells))  # noqa: S311  an order, not a secret
    seen: set[str] = set()
    waiting = deque(_in_cell(cell, how, seen) for cell in order)
    patience = max(200, 2 * len(cells))
    misses = 0
    while waiting and misses < patience:
        cell = waiting.popleft()
        for found in cell:
            misses = misses + 1 if found is None else 0
            if found is not None:
                yield found
            waiting.append(cell)
            break


def _in_cell(cell: Area, how: Search, seen: set[str]) -> Iterator[Source | Skipped | None]:
    """A cell's pictures; None after a page without any, which gives the others their turn."""
    todo = deque([cell])
    while todo:
        part = todo.popleft()
        sizes = []
        for page in _pages(part, how):
            sizes.append(len(page))
            wanted = [found for item in _new(page, seen) if (found := _read(item, how))]
            yield from wanted
            if not wanted:
                yield None
        if len(sizes) == 1 and sizes[0] >= how.page_size:
            todo.extend(part.quarters())


def _pages(cell: Area, how: Search) -> Iterator[list[Item]]:
    try:
        yield from how.pages(cell)
    except BadPictureError as error:
        raise StoppedError(f"the search failed: {error}") from error


def _read(item: Item, how: Search) -> Source | Skipped | None:
    name = f"{how.provider} {item.get('id')}"
    try:
        return how.read(item)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return Skipped(name, f"expected a picture's description, {where}: {first['msg']}")
    except BadPictureError as error:
        return Skipped(name, str(error))


def _new(page: list[Item], seen: set[str]) -> list[Item]:
    """Items not met before, mixed: those that follow each other often show the same street."""
    fresh = [item for item in page if str(item.get("id")) not in seen]
    seen.update(str(item.get("id")) for item in fresh)
    return sorted(fresh, key=lambda item: sha256(str(item.get("id")).encode()).digest())


def items_of(answer: object, key: str) -> list[Item]:
    """The list of objects that an answer holds under `key`.

    Raises:
        BadPictureError: it holds none.
    """
    items = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(items, list):
        raise BadPictureError(f"expected an object with a list {key}, got another answer")
    return [item for item in items if isinstance(item, dict)]
