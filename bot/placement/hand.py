"""The hand on any guess map: wheel, drag, click, then a look at where the pin landed."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.freshness import is_still
from bot.game import Guess
from bot.guess_map import CLICK_ZOOM, Click, Drag, MapView, Wheel, next_move, to_pixel, to_point
from bot.picture import Picture
from bot.placement.eyes import MapEyes
from bot.placement.pin import drawn_pin, pointed_at
from bot.player_page import PATIENCE_S, PlayerPage
from bot.sight import Box, Glance, Thing
from models.geo import haversine_km

MAX_CLICKS = 5
"""A click may be lost, two and three in a row as well; a pin that is off is placed once more."""

MAX_MOVES = 40

NOTCH_PX = 100.0
"""Of one click of a mouse wheel."""

SHARES = (1.0, 0.0, 0.25, 0.33, 0.42, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.25, 1.5, 2.0)
"""Of the levels that the wheel should make, those that it may have made; the likeliest first."""

WORLD_NOTCHES = 8
"""Outwards at a time, until nothing changes any more."""

GROWN_S = 0.45
"""A map that has not changed its size for so long under the pointer has grown."""

POINT_AGAIN_S = 2.0
"""So long a map is waited for to grow; then the pointer goes there once more."""

LOST_S = 4.0
"""A map that is not known for so long shows the world once more: it changed size when zoomed in."""

PIN_OFF_PX = 4.0
"""A pin seen this near the click is where the click was; a drawing has no finer foot."""

MAX_LAT = 84.9


@dataclass(frozen=True, slots=True)
class MapThings:
    """A site's guess map."""

    map: Thing
    """It grows when the pointer is on it, or does not."""
    tiles: Thing | None = None
    """`img`s it is made of; None: it is drawn in one piece, and its coasts are read."""
    pin: Thing | None = None
    """The pin, where it is an element; None: it is drawn, too."""
    grown: Thing | None = None
    """Shown once it has grown, where a site has such a mark."""


class MapHand:
    """Places pins on one guess map."""

    def __init__(
        self,
        page: PlayerPage,
        things: MapThings,
        eyes: MapEyes,
        watch: tuple[Thing, ...],
        check: Callable[[Glance], None],
    ) -> None:
        """Make one.

        Args:
            page: with the map.
            things: the map's.
            eyes: for it.
            watch: what `check` wants to see.
            check: raises when the round is over; asked all the time.
        """
        self._page = page
        self._things = things
        self._eyes = eyes
        self._watch = watch
        self._check = check
        self._levels_per_notch = 1.0
        self.clicked: Guess | None = None
        """Where the last click of the last `place` was meant to be."""

    async def place(self, target: Guess, click_zoom: float = CLICK_ZOOM) -> Guess:
        """Put the pin on `target`; return where it really is, as seen.

        Raises:
            GameError: the map does not do as maps do.
        """
        target = Guess(min(max(target.lat, -MAX_LAT), MAX_LAT), target.lng)
        landed = self.clicked = None
        zoom = min(click_zoom, self._eyes.limit_zoom)
        for number in range(MAX_CLICKS):
            box, view, click = await self._aim(target, zoom)
            if number and landed is None:  # a pin that lies there already comes with no change
                await self._click(box, view, _aside(view, click))
            zoom = min(zoom, view.zoom)  # what went no closer goes no closer now
            off, landed = landed is not None, await self._click(box, view, click)
            if landed and (off or _apart_km(landed, target) < _near_km(view)):
                return landed
        if landed is None:
            pin = self._things.pin or Thing("a pin on the guess map", self._things.map.selector)
            raise await self._page.broken(pin, f"none after {MAX_CLICKS} clicks")
        return landed

    async def _aim(self, target: Guess, click_zoom: float) -> tuple[Box, MapView, Click]:
        """Zoom and drag until the target can be clicked."""
        await self._grow()
        if self.clicked is None and self._eyes.begin():
            await self._zoom_out()
        box, view = await self._still()
        stuck = 0
        for _ in range(MAX_MOVES):
            near = stuck > 1 or click_zoom - view.zoom < self._levels_per_notch / 2
            move = next_move(view, target, view.zoom if near else click_zoom)
            if isinstance(move, Click):
                return box, view, move
            await self._do(move, box, view)
            now_box, now = await self._still(changed_from=view)
            stuck = stuck + 1 if _is_same(view, now) else 0
            if isinstance(move, Wheel) and not stuck:
                self._learn(move, now.zoom - view.zoom)
            box, view = now_box, now
        raise await self._page.broken(self._things.map, f"{view} after {MAX_MOVES} moves")

    async def _zoom_out(self) -> None:
        """Until the map shows as much as it can; the pointer is on it."""
        before, still = await self._page.picture(await self._box()), 0
        for _ in range(8):
            for _ in range(WORLD_NOTCHES):
                await self._page.wheel(NOTCH_PX)
            await asyncio.sleep(0.4)
            now = await self._page.picture(await self._box())
            still = still + 1 if before.shape == now.shape and is_still(before, now) else 0
            if still == 2:  # one may be a page that is slow to listen
                return
            before = now

    async def _do(self, move: Wheel | Drag, box: Box, view: MapView) -> None:
        if isinstance(move, Drag):
            x, y = box.centre
            right, down = move.right_px / 2, move.down_px / 2
            await self._page.drag((x - right, y - down), (x + right, y + down), steps=8)
            middle = to_point(view, view.width_px / 2 - 2 * right, view.height_px / 2 - 2 * down)
            shown = MapView(middle.lat, middle.lng, view.zoom, view.width_px, view.height_px)
            self._eyes.told([shown])
            return
        await self._page.move(box.left + move.x_px, box.top + move.y_px)
        notches = self._notches(move)
        for _ in range(notches):
            await self._page.wheel(-NOTCH_PX if move.levels > 0 else NOTCH_PX)
            await asyncio.sleep(0.05)
        levels = math.copysign(notches * self._levels_per_notch, move.levels)
        self._eyes.told([_zoomed(view, move, levels * share) for share in SHARES])

    def _notches(self, move: Wheel) -> int:
        return max(1, min(5, int(abs(move.levels) / self._levels_per_notch)))

    def _learn(self, move: Wheel, levels: float) -> None:
        if levels * move.levels > 0:
            each = abs(levels) / self._notches(move)
            self._levels_per_notch = min(max(each, 0.05), 3.0)

    async def _click(self, box: Box, view: MapView, click: Click) -> Guess | None:
        """Where the pin is then; None: there is none, or the map was another one by then."""
        before = await self._page.picture(box)
        x, y = box.left + click.x_px, box.top + click.y_px
        await self._page.click(x, y)
        self.clicked = to_point(view, click.x_px, click.y_px)
        seen = await self._pin(before, box, click)
        now_box, now = await self._still()
        if seen is None or now_box != box:
            return None
        if _is_same(view, now) and abs(seen[0] - x) + abs(seen[1] - y) < 2 * PIN_OFF_PX:
            return to_point(view, click.x_px, click.y_px)
        return to_point(now, seen[0] - box.left, seen[1] - box.top)

    async def _pin(self, before: Picture, box: Box, click: Click) -> tuple[float, float] | None:
        """What the pin points at, px of the window; None: it does not appear."""
        x, y = box.left + click.x_px, box.top + click.y_px
        give_up_s = time.monotonic() + 1.5
        while time.monotonic() < give_up_s:
            if self._things.pin:
                glance = await self._page.glance([self._things.pin])
                pin = glance.get(self._things.pin)
                if pin:
                    return pointed_at(pin.box, x, y)
            else:
                after = await self._page.picture(box)
                spot = drawn_pin(before, after, click.x_px, click.y_px)
                if spot:
                    at = pointed_at(spot, click.x_px, click.y_px)
                    return at[0] + box.left, at[1] + box.top
            await asyncio.sleep(0.1)
        return None

    async def _grow(self) -> None:
        """A map may be small until the pointer is on it, and grow for a while."""
        box: Box | None = None
        since_s, give_up_s = 0.0, time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up_s:
            now = await self._box()
            still_s = time.monotonic() - since_s
            if now == box and still_s > GROWN_S and await self._is_grown():
                return
            # One that shrinks has left the pointer outside; one that does not grow has not seen it.
            if now != box or still_s > POINT_AGAIN_S:
                box, since_s = now, time.monotonic()
                await self._page.move(now.left + now.width / 2 - 1, now.centre[1])
                await self._page.move(*now.centre)
            await asyncio.sleep(0.08)
        raise await self._page.broken(
            self._things.grown or self._things.map, "one that still grows"
        )

    async def _is_grown(self) -> bool:
        if self._things.grown is None:
            return True
        return (await self._page.glance([self._things.grown])).sees(self._things.grown)

    async def _box(self) -> Box:
        """The map's, free of what may lie over it."""
        things = (self._things.map, *self._watch)

        def free(glance: Glance) -> Box | None:
            self._check(glance)
            seen = glance.get(self._things.map)
            return seen.box if seen and not seen.cover else None

        return await self._page.until(free, things, self._things.map)

    async def _still(self, changed_from: MapView | None = None) -> tuple[Box, MapView]:
        """What the map shows once two looks agree; a change, if one is due, is waited for a bit."""
        change_by_s, give_up_s = time.monotonic() + 1.2, time.monotonic() + PATIENCE_S
        last: tuple[Box, MapView] | None = None
        lost_s = time.monotonic() + LOST_S
        while time.monotonic() < give_up_s:
            box = await self._box()
            view = await self._eyes.look(box)
            if view is None:
                last = None
                if time.monotonic() > lost_s and self._eyes.begin():
                    await self._grow()
                    await self._zoom_out()
                    lost_s = time.monotonic() + LOST_S
            else:
                agreed = last is not None and last[0] == box and _is_same(last[1], view)
                waits = changed_from is not None and _is_same(changed_from, view)
                if agreed and not (waits and time.monotonic() < change_by_s):
                    return box, view
                last = box, view
            await asyncio.sleep(0.08)
        wanted = self._things.tiles or self._things.map
        raise await self._page.broken(wanted, f"no map that can be read in {PATIENCE_S:g} s")


def _aside(view: MapView, click: Click) -> Click:
    """Far enough away for a pin there to be another one."""
    quarter = round(view.width_px / 4)
    return Click(click.x_px + (quarter if click.x_px < 2 * quarter else -quarter), click.y_px)


def _zoomed(view: MapView, wheel: Wheel, levels: float) -> MapView:
    """The view after zooming: what is under the pointer stays."""
    fixed = to_point(view, wheel.x_px, wheel.y_px)
    there = MapView(fixed.lat, fixed.lng, view.zoom + levels, view.width_px, view.height_px)
    centre = to_point(there, view.width_px - wheel.x_px, view.height_px - wheel.y_px)
    return MapView(centre.lat, centre.lng, there.zoom, view.width_px, view.height_px)


def _is_same(a: MapView, b: MapView) -> bool:
    if abs(a.zoom - b.zoom) > 0.01 or (a.width_px, a.height_px) != (b.width_px, b.height_px):
        return False
    x, y = to_pixel(a, Guess(b.lat, b.lng))
    return abs(x - a.width_px / 2) + abs(y - a.height_px / 2) < 1


def _near_km(view: MapView) -> float:
    """Three px of the map at the equator, and what a pin may be off anyway."""
    return max(0.2, 3 * 40075 / view.world_px)


def _apart_km(a: Guess, b: Guess) -> float:
    return float(haversine_km((a.lat, a.lng), (b.lat, b.lng)))
