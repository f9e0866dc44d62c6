"""A page filmed into a small animated picture."""

from __future__ import annotations

import asyncio
import time
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from PIL import Image
from playwright.async_api import Error, Page

KINDS = (".gif", ".webp")
"""Of files."""
EVERY_S = 0.25
MAX_FRAMES = 600
COLOURS = 96
"""Of a GIF's frame; fewer make it smaller."""
WEBP_QUALITY = 62
LAST_S = 3.0
"""How long the last frame stays."""


class Film:
    """Pictures of a page, each with its time; the same picture is kept once."""

    def __init__(self, page: Page, width_px: int) -> None:
        self._page = page
        self._width_px = width_px
        self._frames: list[tuple[float, Image.Image]] = []

    async def shoot(self) -> None:
        """Take pictures until cancelled, the page closes, or there are enough."""
        last = b""
        while len(self._frames) < MAX_FRAMES:
            started = time.monotonic()
            try:
                shot = await self._page.screenshot(type="jpeg", quality=92)
            except Error:
                return
            if shot != last:
                last = shot
                self._frames.append((started, await asyncio.to_thread(self._small, shot)))
            await asyncio.sleep(max(0.0, EVERY_S - (time.monotonic() - started)))

    def save(self, path: Path, speed: float = 1.0) -> Path:
        """As `.gif` or `.webp`, by the path's end; `speed` 2: twice as fast.

        Raises:
            ValueError: there is nothing to save, or no such kind of file.
        """
        if not self._frames or path.suffix not in KINDS:
            raise ValueError(f"film: expected frames and {' or '.join(KINDS)}, got: {path.name}")
        times = [at for at, _ in self._frames]
        lengths_s = [b - a for a, b in pairwise(times)]
        lengths_ms = [round(1000 * s / speed) for s in lengths_s] + [round(1000 * LAST_S)]
        first, *rest = [self._coloured(image, path) for _, image in self._frames]
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".partial-{path.name}")
        first.save(
            partial,
            save_all=True,
            append_images=rest,
            duration=lengths_ms,
            loop=0,
            optimize=True,
            quality=WEBP_QUALITY,  # of a GIF: not heeded
            method=4,
        )
        partial.rename(path)
        return path

    def _small(self, shot: bytes) -> Image.Image:
        with Image.open(BytesIO(shot)) as image:
            height_px = round(image.height * self._width_px / image.width)
            return image.convert("RGB").resize((self._width_px, height_px), Image.Resampling.BOX)

    @staticmethod
    def _coloured(image: Image.Image, path: Path) -> Image.Image:
        if path.suffix == ".webp":
            return image
        # Without dithering, what stands still is the same in the next frame and costs nothing.
        return image.quantize(COLOURS, dither=Image.Dither.NONE)
