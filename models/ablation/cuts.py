"""Views of a pack, cut once: the trainings of all seeds draw from them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.training.feeds import Batch, Captions, Views
from models.training.recipe import Recipe
from models.training.sources import Rows, dealt, source_of
from models.training.validation import validation_views
from models.training.views import Pictures
from models.world.pack import Pack, Panorama

VIEWS = 4
"""Of a panorama."""

_AT_ONCE = 64
"""Panoramas cut together."""


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """Disturbed views of `n` training panoramas."""

    views: Pictures
    """`(copies, n, 4, size_px, size_px, 3)`."""
    headings: NDArray[np.float64]
    """`(copies, n, 4)`, degrees clockwise from north."""


class KeptViews:
    """A `Feed` of some views of each panorama, all of one of its copies."""

    def __init__(self, cuts: Cuts, views: int, captions: Captions | None = None) -> None:
        self._cuts, self._count, self._captions = cuts, views, captions

    def order(self, rng: np.random.Generator, ranks: int) -> list[Rows]:
        """All rows, shuffled and dealt."""
        return dealt(rng.permutation(self._cuts.views.shape[1]), ranks)

    def batches(self, parts: Sequence[Rows], key: tuple[int, ...]) -> Iterator[Batch]:
        """As `Feed.batches`."""
        for rows in parts:
            batch = self._cut(rows, key)
            yield self._captions.added(batch, key) if self._captions else batch

    def _cut(self, rows: Rows, key: tuple[int, ...]) -> Batch:
        drawn = [self._draw(int(row), np.random.default_rng((*key, int(row)))) for row in rows]
        views, headings = zip(*drawn, strict=True)
        return Batch(rows, np.stack(views), np.stack(headings))

    def _draw(self, row: int, rng: np.random.Generator) -> tuple[Pictures, NDArray[np.float64]]:
        copy = int(rng.integers(len(self._cuts.views)))
        some = np.sort(rng.permutation(VIEWS)[: self._count])
        return self._cuts.views[copy, row][some], self._cuts.headings[copy, row][some]


def disturbed_cuts(
    pack: Pack, panoramas: Sequence[Panorama], recipe: Recipe, size_px: int, copies: int
) -> Cuts:
    """Cut training panoramas; of the recipe count the four views and their disturbances."""
    feed = Views(source_of(pack, panoramas), recipe, size_px)
    count = len(panoramas)
    views = np.empty((copies, count, VIEWS, size_px, size_px, 3), dtype=np.uint8)
    headings = np.empty((copies, count, VIEWS))
    parts = [np.arange(count)[i : i + _AT_ONCE] for i in range(0, count, _AT_ONCE)]
    for copy in range(copies):
        for rows, batch in zip(parts, feed.batches(parts, (recipe.seed, copy)), strict=True):
            views[copy, rows], headings[copy, rows] = batch.views, batch.headings
        print(f"cut {copy + 1} of {copies} disturbed copies", file=sys.stderr)
    return Cuts(views, headings)


def plain_cuts(pack: Pack, panoramas: Sequence[Panorama], size_px: int) -> Pictures:
    """Undisturbed views `(n, 4, size_px, size_px, 3)` to the compass."""
    views = np.empty((len(panoramas), VIEWS, size_px, size_px, 3), dtype=np.uint8)
    for first in range(0, len(panoramas), _AT_ONCE):
        some = panoramas[first : first + _AT_ONCE]
        views[first : first + len(some)] = validation_views(pack, some, size_px).numpy()
    print(f"cut {len(panoramas)} panoramas", file=sys.stderr)
    return views
