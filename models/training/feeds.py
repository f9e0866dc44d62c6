"""Batches for the training loop, cut ahead of time by threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from models.captions import Facts, Grammar, caption
from models.tokens import Tokenizer
from models.training.recipe import Recipe
from models.training.sources import Rows, Source, dealt
from models.training.views import Pictures, training_views


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What a learner takes at once: panoramas, by row."""

    rows: Rows
    """`(b,)`."""
    views: Pictures | NDArray[np.float32]
    """`(b, v, size_px, size_px, 3)`; of a frozen tower its embeddings `(b, d)`."""
    headings: NDArray[np.float64] | None = None
    """`(b, v)`, degrees clockwise from north."""
    tokens: Tensor | None = None
    """`(b, v, t)` of the views' captions."""


class Feed(Protocol):
    """Batches of an epoch."""

    def order(self, rng: np.random.Generator, ranks: int) -> list[Rows]:
        """As `Source.order`."""
        ...

    def batches(self, parts: Sequence[Rows], key: tuple[int, ...]) -> Iterator[Batch]:
        """The batch of each part; all chance comes from `key` and the row."""
        ...


class Views:
    """Disturbed views of a source's panoramas."""

    def __init__(self, source: Source, recipe: Recipe, size_px: int) -> None:
        self._source, self._recipe, self._size_px = source, recipe, size_px

    def order(self, rng: np.random.Generator, ranks: int) -> list[Rows]:
        """As `Source.order`."""
        return self._source.order(rng, ranks)

    def batches(self, parts: Sequence[Rows], key: tuple[int, ...]) -> Iterator[Batch]:
        """As `Feed.batches`; the next ones are cut while the caller works on one."""
        yield from _ahead(partial(self.cut, key=key), parts)

    def cut(self, rows: Rows, key: tuple[int, ...]) -> Batch:
        """One batch."""
        drawn = [self._views(int(row), np.random.default_rng((*key, int(row)))) for row in rows]
        views, headings = zip(*drawn, strict=True)
        return Batch(rows, np.stack(views), np.stack(headings))

    def _views(self, row: int, rng: np.random.Generator) -> tuple[Pictures, NDArray[np.float64]]:
        panorama = self._source.panoramas[row]
        views, headings = training_views(
            self._source.picture(row),
            rng,
            views=self._recipe.views,
            size_px=self._size_px,
            with_=self._recipe.augmentation,
            photo=panorama.hfov_deg < 360,
        )
        return views, (headings + panorama.heading) % 360


@dataclass(frozen=True, slots=True, eq=False)
class Captions:
    """What is said of views, made up anew each time."""

    facts: Sequence[Facts]
    """Of each panorama, by row."""
    grammar: Grammar
    tokenizer: Tokenizer

    def added(self, batch: Batch, key: tuple[int, ...]) -> Batch:
        """The batch with captions; all chance comes from `key` and the row."""
        assert batch.headings is not None
        texts = [
            caption(self.facts[row], self.grammar, rng, heading)
            for row, headings in zip(batch.rows, batch.headings, strict=True)
            # Other chances than those of the views.
            for rng in [np.random.default_rng((*key, int(row), 1))]
            for heading in headings.tolist()
        ]
        return replace(batch, tokens=self.tokenizer(texts).view(*batch.headings.shape, -1))


class CaptionedViews(Views):
    """Views with captions made up for each of them."""

    def __init__(self, source: Source, recipe: Recipe, size_px: int, captions: Captions) -> None:
        super().__init__(source, recipe, size_px)
        self._captions = captions

    def cut(self, rows: Rows, key: tuple[int, ...]) -> Batch:
        """One batch."""
        return self._captions.added(super().cut(rows, key), key)


class Embeddings:
    """Embeddings `(n, d)` of a tower that does not change: each is computed only once."""

    def __init__(self, embeddings: NDArray[np.float32]) -> None:
        self._embeddings = embeddings

    def order(self, rng: np.random.Generator, ranks: int) -> list[Rows]:
        """All rows, shuffled and dealt."""
        return dealt(rng.permutation(len(self._embeddings)), ranks)

    def batches(self, parts: Sequence[Rows], key: tuple[int, ...]) -> Iterator[Batch]:
        """As `Feed.batches`; there is no chance in it."""
        del key
        for rows in parts:
            yield Batch(rows, np.asarray(self._embeddings[rows]))


def _threads() -> int:
    """Of this process: with `torchrun`, the machine is shared with its other processes."""
    return max(2, (os.cpu_count() or 2) // int(os.environ.get("LOCAL_WORLD_SIZE", "1")))


def _ahead(cut: partial[Batch], parts: Sequence[Rows]) -> Iterator[Batch]:
    """`cut` of each part, in order, as many ahead of the caller as there are threads."""
    threads = _threads()
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque(pool.submit(cut, rows) for rows in parts[:threads])
        try:
            for index in range(len(parts)):
                batch = waiting.popleft().result()
                if index + threads < len(parts):
                    waiting.append(pool.submit(cut, parts[index + threads]))
                yield batch
        finally:
            for left in waiting:  # the caller stopped early
                left.cancel()
