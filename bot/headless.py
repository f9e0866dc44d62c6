"""Rounds without a browser: the arena's draw and its views, cut in Python out of the panoramas.

`docs/tournament.md` says how near these views are to the browser's; a test holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bot.game import Guess, View
from models.embed import HEADINGS
from models.world.pack import PackError, Panorama, pack_of
from models.world.pictures import read_panorama
from models.world.views import perspective_views

VIEW_PX = 512
JPEG_QUALITY = 90
"""Both as `bot.sites.arena` captures."""

KEPT_PANORAMAS = 64
"""Whose captured views stay in memory: a view has some 50 KB."""


class Rounds:
    """The seeded rounds of a pack, as the arena would play them."""

    def __init__(self, pack: str, split: str | None, count: int) -> None:
        """Of a pack at home or in a folder; `count` rounds a match.

        Raises:
            PackError: there is no such pack, or it has too few panoramas.
        """
        self._pack = pack_of(pack)
        self._among = self._pack.split(split) if split else self._pack.panoramas
        self._count = count
        self.diagonal_km = self._pack.diagonal_km
        if len(self._among) < count:
            of = f"split {split} of pack {pack}" if split else f"pack {pack}"
            raise PackError(f"{of}: expected {count} panoramas or more, got: {len(self._among)}")
        self._views = lru_cache(maxsize=KEPT_PANORAMAS)(self._captured)

    def of(self, seed: int) -> list[HeadlessScene]:
        """The scenes of one match, in the order of play."""
        drawn = draw(self._among, seed)[: self._count]
        return [HeadlessScene(self, seed, n, p) for n, p in enumerate(drawn, start=1)]

    def views(self, panorama: Panorama) -> list[View]:
        """JPEG views as the browser captures them."""
        return self._views(panorama)

    def squares(self, panorama: Panorama, side_px: int) -> NDArray[np.uint8]:
        """The same views before JPEG, `(n, side_px, side_px, 3)`."""
        return perspective_views(
            read_panorama(self._pack, panorama),
            headings(panorama),
            size_px=side_px,
            centre_heading=panorama.heading,
        )

    def _captured(self, panorama: Panorama) -> list[View]:
        squares = self.squares(panorama, VIEW_PX)
        return [
            View(heading, 0.0, _jpeg(square))
            for heading, square in zip(headings(panorama), squares, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class HeadlessScene:
    """A `Scene` of a pack. Where it is stays with who scores the guess."""

    _rounds: Rounds
    seed: int
    number: int
    _panorama: Panorama

    @property
    def key(self) -> str:
        """See `Scene`."""
        return self._panorama.id

    @property
    def location(self) -> Guess:
        """The truth."""
        return Guess(self._panorama.lat, self._panorama.lng)

    def squares(self, side_px: int) -> list[Image.Image]:
        """See `Scene`."""
        squares = self._rounds.squares(self._panorama, side_px)
        return [Image.fromarray(square) for square in squares]

    def views(self) -> list[View]:
        """See `Scene`."""
        return self._rounds.views(self._panorama)


def draw(among: Sequence[Panorama], seed: int) -> list[Panorama]:
    """All panoramas in the order in which the arena's matches of that seed take them.

    One of each drive comes first. It is `server.arena.shelf.draw`, which a bot may not know; a
    test compares the two.
    """
    shuffled = sorted(among, key=lambda p: sha256(f"{seed}/{p.id}".encode()).digest())
    seen: set[str] = set()
    first, again = list[Panorama](), list[Panorama]()
    for panorama in shuffled:
        drive = panorama.sequence or panorama.id
        (again if drive in seen else first).append(panorama)
        seen.add(drive)
    return first + again


def headings(panorama: Panorama) -> tuple[float, ...]:
    """Of its views: the published four, or the only one that a photo has."""
    return HEADINGS if panorama.hfov_deg >= 360 else (panorama.heading,)


def _jpeg(square: NDArray[np.uint8]) -> bytes:
    buffer = BytesIO()
    Image.fromarray(square).save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
