"""Where training pictures come from: a pack held in memory, or shards read as they are needed.

A source also says in which order an epoch shows its panoramas. The order is known before the
first picture is read and depends on the generator alone, so that a killed run finds its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.world.pack import Pack, Panorama
from models.world.pictures import Picture, in_shard, opened, picture_bytes

Rows = NDArray[np.int64]

MIXED = 8
"""Shards whose panoramas are shuffled together: more mix better and read less in a row."""


class Source(Protocol):
    """Pictures of panoramas, by row."""

    @property
    def panoramas(self) -> Sequence[Panorama]:
        """Row by row."""
        ...

    def picture(self, row: int) -> Picture:
        """The panorama's picture, RGB uint8 `(h, w, 3)`. Called from several threads at once.

        Raises:
            OSError: it cannot be read.
        """
        ...

    def order(self, rng: np.random.Generator, ranks: int) -> list[Rows]:
        """The rows that each of so many training processes sees in an epoch, all different."""
        ...


class Held:
    """All pictures in memory, compressed and opened when asked for.

    Open ones of 1024 px take 1.6 MB each, these a twentieth of that.
    """

    def __init__(self, pack: Pack, panoramas: Sequence[Panorama]) -> None:
        self.panoramas = panoramas
        self._paths = [pack.image_path(panorama) for panorama in panoramas]
        self._files = [picture_bytes(path) for path in self._paths]

    def picture(self, row: int) -> Picture:
        """As `Source.picture`."""
        return opened(self._files[row], self._paths[row])

    def order(self, rng: np.random.Generator, ranks: int) -> list[Rows]:
        """All rows, shuffled and dealt like cards: however many ranks, they share each batch."""
        return dealt(rng.permutation(len(self.panoramas)), ranks)


class Sharded:
    """Pictures in tar files, each read when it is asked for: for packs larger than memory."""

    def __init__(self, pack: Pack, panoramas: Sequence[Panorama]) -> None:
        self.panoramas = panoramas
        self._pack = pack
        shards = np.array([panorama.file.rpartition("/")[0] for panorama in panoramas])
        _, of_row = np.unique(shards, return_inverse=True)
        by_shard = np.argsort(of_row, kind="stable")
        ends = np.cumsum([0, *np.bincount(of_row)])
        self._shards = [by_shard[start:end] for start, end in pairwise(ends)]

    def picture(self, row: int) -> Picture:
        """As `Source.picture`."""
        path = self._pack.image_path(self.panoramas[row])
        return opened(picture_bytes(path), path)

    def order(self, rng: np.random.Generator, ranks: int) -> list[Rows]:
        """Each rank has shards of its own, and shuffles those of `MIXED` shards at a time.

        Raises:
            ValueError: there are fewer shards than ranks.
        """
        if len(self._shards) < ranks:
            raise ValueError(f"expected {ranks} or more shards, got: {len(self._shards)}")
        shuffled = rng.permutation(len(self._shards))
        return [self._mixed(shuffled[rank::ranks], rng) for rank in range(ranks)]

    def _mixed(self, shards: Rows, rng: np.random.Generator) -> Rows:
        groups = [shards[i : i + MIXED] for i in range(0, len(shards), MIXED)]
        rows = [np.concatenate([self._shards[shard] for shard in group]) for group in groups]
        return np.concatenate([rng.permutation(some) for some in rows])


def source_of(pack: Pack, panoramas: Sequence[Panorama]) -> Source:
    """Shards are read as they are needed; other packs are held in memory.

    Raises:
        OSError: a picture cannot be read.
    """
    sharded = bool(panoramas) and in_shard(pack.image_path(panoramas[0]))
    return Sharded(pack, panoramas) if sharded else Held(pack, panoramas)


def dealt(rows: Rows, ranks: int) -> list[Rows]:
    """Every `ranks`-th row to each rank."""
    return [rows[rank::ranks] for rank in range(ranks)]
