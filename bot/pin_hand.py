"""The hand on a Leaflet guess map: a real mouse that zooms, drags and clicks until the pin sits."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.game import GameError, Guess
from bot.guess_map import Click, Drag, MapView, Wheel, leaflet_wheel_px, next_move
from bot.page import SitePage
from models.geo import haversine_km

MAX_MOVES = 30
"""Four are usual."""

NEAR_KM = 0.2
"""A pin farther from where it should be is placed once more."""


@dataclass(frozen=True, slots=True)
class MapPage:
    """How a page publishes its guess map, in JavaScript."""

    box: str
    """The map's element."""
    ready: str
    """Whether it has grown to the size in which it is played, and is still."""
    still: str
    """Whether no movement is under way."""
    view: str
    """Array lat, lng, zoom of what it shows."""
    pin: str
    """Array lat, lng of the pin; null without one."""
    wheel_px_per_level: float
    max_lat: float
    """How far towards the poles pins can be placed."""


class PinHand:
    """Places pins on one guess map."""

    def __init__(self, site_page: SitePage, guess_map: MapPage, unless: str) -> None:
        """`unless`: JavaScript that is true when there is no more round to place a pin in."""
        self._page = site_page
        self._mouse = site_page.page.mouse
        self._map = guess_map
        self._unless = unless

    async def place(self, target: Guess) -> Guess:
        """Put the pin on `target`; return where it really is, within about 0.1 km.

        A target too near a pole is moved to where the map ends.

        Raises:
            GameError: the map does not do as maps do.
        """
        limit = self._map.max_lat
        target = Guess(min(max(target.lat, -limit), limit), target.lng)
        with self._page.named(f"a pin at {target}"):
            await self._grow()
            pin = await self._click(target)
            if _apart_km(pin, target) > NEAR_KM:
                pin = await self._click(target)
        return pin

    async def _grow(self) -> None:
        """A map that is small until the pointer is on it."""
        _, (left, top, width, height) = await self._look()
        await self._mouse.move(left - 20, top - 20)
        await self._mouse.move(left + width / 2, top + height / 2)
        await self._until(self._map.ready, "the guess map to grow under the pointer")

    async def _click(self, target: Guess) -> Guess:
        for _ in range(MAX_MOVES):
            published, (left, top, width, height) = await self._look()
            lat, lng, zoom = json.loads(published)
            view = MapView(lat, lng, zoom, width, height)
            move = next_move(view, target)
            match move:
                case Click(x, y):
                    await self._mouse.click(left + x, top + y)
                    return await self._pin()
                case Wheel(x, y, levels):
                    await self._mouse.move(left + x, top + y)
                    delta = leaflet_wheel_px(levels, self._map.wheel_px_per_level)
                    await self._mouse.wheel(0, -delta)
                case Drag(right, down):
                    await self._drag(left + width / 2, top + height / 2, right, down)
            await self._until(
                f"({self._map.still}) && JSON.stringify({self._map.view}) !== '{published}'",
                f"the guess map to obey {move}",
            )
        raise GameError(
            f"{self._page.site}: expected {target} on the guess map after {MAX_MOVES} moves of the "
            f"mouse, got: {view}"
        )

    async def _drag(self, x: float, y: float, right: float, down: float) -> None:
        await self._mouse.move(x - right / 2, y - down / 2)
        await self._mouse.down()
        # In one go: of a movement in steps Leaflet takes the speed, and slides on.
        await self._mouse.move(x + right / 2, y + down / 2)
        await self._mouse.up()

    async def _pin(self) -> Guess:
        await self._until(f"({self._map.pin}) !== null", "a pin where the guess map was clicked")
        lat, lng = await self._page.read(self._map.pin)
        return Guess(lat, lng)

    async def _look(self) -> tuple[str, tuple[float, float, float, float]]:
        """What the map shows, as JSON; and its left, top, width, height, px of the page."""
        box = f"(({self._map.box})).getBoundingClientRect()"
        view = f"JSON.stringify({self._map.view})"
        published, *sides = await self._page.read(
            f"(b => [{view}, b.left, b.top, b.width, b.height])({box})"
        )
        left, top, width, height = sides
        return published, (left, top, width, height)

    async def _until(self, condition: str, thing: str) -> None:
        await self._page.until(condition, thing, unless=self._unless)


def _apart_km(a: Guess, b: Guess) -> float:
    return float(haversine_km((a.lat, a.lng), (b.lat, b.lng)))
