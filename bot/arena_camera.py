"""Pictures of the arena's panorama: the page turned, its interface hidden, its square cut out."""

from __future__ import annotations

import base64
from typing import Any

from playwright.async_api import CDPSession

from bot.game import GameError
from bot.page import SitePage

PAINTED = (  # two frames on, what was asked for is on the screen, not only drawn
    "n => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(n))))"
)

VIEW_PX = 512
JPEG_QUALITY = 90


class ArenaCamera:
    """Looks where it is told."""

    def __init__(self, page: SitePage, cdp: CDPSession) -> None:
        self._page = page
        self._cdp = cdp

    async def look(self, heading: float, pitch: float, fov: float | str) -> int:
        """Turn there, the interface hidden; the number of the view that then stands still."""
        hide = "document.body.classList.add('capturing')"
        look = f"arena.look({heading}, {pitch}, {fov}).catch(String)"
        settled = await self._page.read(f"({hide}, {look}.then({PAINTED}))")
        if not isinstance(settled, int):
            raise GameError(f"arena: expected a view of {heading:g}, {pitch:g}, got: {settled}")
        return settled

    async def shot(self) -> bytes:
        """The centred square of the page, `VIEW_PX` wide."""
        width, height = await self._page.read("[innerWidth, innerHeight]")
        side = min(width, height)
        clip = {
            "x": (width - side) / 2,
            "y": (height - side) / 2,
            "width": side,
            "height": side,
            "scale": VIEW_PX / side,
        }
        wish: dict[str, Any] = {
            "format": "jpeg",
            "quality": JPEG_QUALITY,
            "optimizeForSpeed": True,
            "clip": clip,
        }
        with self._page.named("a picture of the page"):
            shot = await self._cdp.send("Page.captureScreenshot", wish)
        return base64.b64decode(shot["data"])
