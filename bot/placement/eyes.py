"""Eyes for guess maps: what does one show? Tiles say it by their addresses, drawings by coasts."""

from __future__ import annotations

import asyncio
from typing import Protocol

from bot.freshness import is_still
from bot.guess_map import CLICK_ZOOM, MapView
from bot.picture import Picture
from bot.placement.coasts import GOOD_FIT, best_of, first_view
from bot.placement.tiles import view_of_tiles
from bot.player_page import PlayerPage
from bot.sight import Box, Thing


class MapEyes(Protocol):
    """Says what a map shows."""

    limit_zoom: float
    """Closer than this it need not be."""

    def begin(self) -> bool:
        """A map is looked at anew; whether it must show the world first, to be known."""

    async def look(self, box: Box) -> MapView | None:
        """None: not now, the map is moving."""

    def told(self, moved: list[MapView]) -> None:
        """What the hand has just done should show one of these, the first most likely."""


class TileEyes:
    """Reads maps of tiles."""

    limit_zoom = CLICK_ZOOM

    def __init__(self, page: PlayerPage, tiles: Thing) -> None:
        self._page = page
        self._tiles = tiles

    def begin(self) -> bool:
        """See `MapEyes`."""
        return False

    async def look(self, box: Box) -> MapView | None:
        """See `MapEyes`."""
        return view_of_tiles(await self._page.tiles(self._tiles), box)

    def told(self, moved: list[MapView]) -> None:
        """See `MapEyes`; tiles need no telling."""


class CoastEyes:
    """Reads maps drawn in one piece; each picture once, when it stands still."""

    limit_zoom = CLICK_ZOOM

    def __init__(self, page: PlayerPage) -> None:
        self._page = page
        self._picture: Picture | None = None
        self._read: Picture | None = None
        self._view: MapView | None = None
        self._expected: list[MapView] = []

    def begin(self) -> bool:
        """See `MapEyes`."""
        self._view, self._expected = None, []
        return True

    async def look(self, box: Box) -> MapView | None:
        """See `MapEyes`."""
        picture = await self._page.picture(box)
        before, self._picture = self._picture, picture
        if before is None or before.shape != picture.shape:
            self.begin()
            return None
        if not is_still(before, picture):
            return None
        unmoved = self._read is not None and is_still(self._read, picture)
        if self._view is None or (self._expected and not unmoved):
            expected, self._expected = self._expected, []
            self._read, self._view = picture, await asyncio.to_thread(_read, picture, expected)
        return self._view

    def told(self, moved: list[MapView]) -> None:
        """See `MapEyes`."""
        self._expected = moved


def _read(picture: Picture, expected: list[MapView]) -> MapView | None:
    if expected:
        return best_of(picture, expected)
    found = first_view(picture)
    return found.view if found.share > GOOD_FIT else None
