"""Looks around in a panorama as a player does: drags it, reads the compass, waits for it."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable

import cv2

from bot.freshness import is_blank, is_coarse, is_same_place, is_still
from bot.layout import Layout
from bot.picture import Picture
from bot.player_page import GLANCE_S, PATIENCE_S, PlayerPage
from bot.sight import Box, Glance, Thing

VIEW_PX = 512
JPEG_QUALITY = 90

NEAR_DEG = 1.5
"""A view this near its heading is the view."""

MAX_DRAGS = 10

STILL_GLANCES = 100
"""At a compass; two that agree are enough."""

FRAME_S = 0.12
"""Between two frames that must agree."""

SHARP_S = 3.0
"""So long a picture without detail is waited on to sharpen; then the place is a foggy one."""

FRESH_S = 12.0
"""So long a picture is waited for that is there, still, and not of the round before."""


class Camera:
    """The panorama of one page."""

    def __init__(
        self, page: PlayerPage, layout: Layout, glance: Callable[[], Awaitable[Glance]]
    ) -> None:
        """`glance` sees the layout's watched things, and raises when the round is over."""
        self._page = page
        self._layout = layout
        self._glance = glance
        self._px_per_deg: float | None = None
        self._blind_heading = 0.0
        self._taken: dict[float, Picture] = {}
        self._before: list[Picture] = []

    def new_round(self) -> None:
        """What has been seen so far is of the round before."""
        self._before = list(self._taken.values()) or self._before
        self._taken = {}
        self._blind_heading = 0.0

    async def heading(self) -> float:
        """Where the compass says that the view looks, in [0, 360); by count where there is none."""
        compass = self._layout.compass
        if compass is None:
            return self._blind_heading % 360
        last: float | None = None
        for _ in range(STILL_GLANCES):
            seen = (await self._glance()).get(compass)
            now = seen.turned_deg if seen else None
            if now is not None and last is not None and abs(now - last) < 0.05:
                return -now % 360
            last = now
            await asyncio.sleep(0.05)
        raise await self._page.broken(compass, "none that stands still and can be read")

    async def can_turn(self) -> bool:
        """Try to, a little; without a compass it is taken for granted."""
        if self._layout.compass is None:
            return True
        async with self._page.hidden(self._layout.hide):
            start = await self.heading()
            for _ in range(3):
                box = await self._box()
                await self._drag(box, box.width * 0.1)
                if abs(_turn_deg(start, await self.heading())) > 1:
                    return True
        return False

    async def view(self, heading: float) -> bytes:
        """JPEG, `VIEW_PX` square: that direction, interface hidden, surely of this round."""
        async with self._page.hidden(self._layout.hide):
            await self._turn_to(heading)
            picture = await self._fresh(heading)
        self._taken[heading] = picture
        square = cv2.resize(picture, (VIEW_PX, VIEW_PX), interpolation=cv2.INTER_AREA)
        quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        return cv2.imencode(".jpg", square[:, :, ::-1], quality)[1].tobytes()

    async def _turn_to(self, heading: float) -> None:
        now = await self.heading()
        for _ in range(MAX_DRAGS):
            if abs(_turn_deg(now, heading)) < NEAR_DEG:
                return
            now = await self._turn_by(now, _turn_deg(now, heading))
        left_deg = _turn_deg(now, heading)
        compass = self._layout.compass or Thing("a compass", self._layout.panorama.selector)
        raise await self._page.broken(
            compass, f"{left_deg:.1f} degrees off after {MAX_DRAGS} drags"
        )

    async def _turn_by(self, start: float, turn_deg: float) -> float:
        """Drag, and learn from how far that turned; the heading then."""
        box = await self._box()
        per_deg = self._px_per_deg or box.width / self._layout.hfov_deg
        drag_px = max(-0.6 * box.width, min(0.6 * box.width, -turn_deg * per_deg))
        await self._drag(box, drag_px)
        self._blind_heading -= drag_px / per_deg
        now = await self.heading()
        turned_deg = _turn_deg(start, now)
        learned = -drag_px / turned_deg if abs(turned_deg) > 5 else 0.0
        if 0.4 < learned / per_deg < 2.5:
            self._px_per_deg = learned
        return now

    async def _drag(self, box: Box, right_px: float) -> None:
        x, y = box.left + box.width / 2, box.top + box.height * 0.45
        await self._page.drag((x - right_px / 2, y), (x + right_px / 2, y), steps=3)

    async def _box(self) -> Box:
        """The panorama's, when nothing lies over it and it is not loading."""
        give_up_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up_s:
            glance = await self._glance()
            seen = glance.get(self._layout.panorama)
            found = "nothing" if seen is None else f"{seen.cover or 'something'} over it"
            if seen and not seen.cover and self._is_tidy(glance):
                return seen.box
            await asyncio.sleep(GLANCE_S)
        raise await self._page.broken(self._layout.panorama, found)

    async def _fresh(self, heading: float) -> Picture:
        """Two frames agree, are not blank, are sharp, and differ from what was seen elsewhere."""
        start_s = still_s = time.monotonic()
        last: Picture | None = None
        while time.monotonic() < start_s + FRESH_S:
            box = await self._box()
            picture = await self._page.picture(self._clip(box))
            if last is None or not is_still(last, picture):
                still_s, found = time.monotonic(), "a picture that moves"
            elif is_blank(picture):
                found = "a blank picture"
            elif is_coarse(picture) and time.monotonic() < still_s + SHARP_S:
                found = "a coarse picture"
            elif self._is_stale(picture, heading):
                found = "the picture of another view"
            elif await self._box() == box:
                return picture
            last = picture
            await asyncio.sleep(FRAME_S)
        raise await self._page.broken(self._layout.panorama, found)

    def _is_stale(self, picture: Picture, heading: float) -> bool:
        others = [taken for h, taken in self._taken.items() if abs(_turn_deg(h, heading)) > 30]
        return any(is_same_place(other, picture) for other in (*self._before, *others))

    def _is_tidy(self, glance: Glance) -> bool:
        lying = [nuisance.thing for nuisance in self._layout.nuisances]
        return not any(glance.sees(thing) for thing in (*lying, *self._layout.loading))

    def _clip(self, box: Box) -> Box:
        """The centred square that is 90 degrees wide, or as much of it as there is."""
        side = box.width / math.tan(math.radians(min(self._layout.hfov_deg, 150) / 2))
        return box.square(float(math.floor(min(side, box.width, box.height))))


def _turn_deg(start: float, end: float) -> float:
    """From one heading to another the short way, clockwise positive."""
    return (end - start + 180) % 360 - 180
