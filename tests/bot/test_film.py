"""A film of a page that changes: one frame a change, in both kinds of file."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest
from PIL import Image
from playwright.async_api import Page

from bot import film
from bot.film import Film

COLOURS = ["#c0392b", "#c0392b", "#27ae60", "#2980b9"]


class FakePage:
    """Shows a colour after the other, then the last one."""

    def __init__(self) -> None:
        self.shots = 0
        self.seen = asyncio.Event()

    async def screenshot(self, **_: object) -> bytes:
        buffer = BytesIO()
        colour = COLOURS[min(self.shots, len(COLOURS) - 1)]
        Image.new("RGB", (64, 36), colour).save(buffer, "JPEG")
        self.shots += 1
        if self.shots > 2 * len(COLOURS):
            self.seen.set()
        return buffer.getvalue()


@pytest.fixture
async def filmed(monkeypatch: pytest.MonkeyPatch) -> Film:
    monkeypatch.setattr(film, "EVERY_S", 0.02)
    page = FakePage()
    camera = Film(cast("Page", page), 32)
    shooting = asyncio.create_task(camera.shoot())
    await page.seen.wait()
    shooting.cancel()
    return camera


@pytest.mark.parametrize("kind", ["gif", "webp"])
async def test_each_change_is_a_frame(filmed: Film, tmp_path: Path, kind: str) -> None:
    path = filmed.save(tmp_path / "new" / f"show.{kind}")
    with Image.open(path) as image:
        assert (image.size, getattr(image, "n_frames", 1)) == ((32, 18), 3)
        image.seek(1)
        pixel = image.convert("RGB").getpixel((16, 9))
    assert isinstance(pixel, tuple)
    assert max(abs(a - b) for a, b in zip(pixel, (0x27, 0xAE, 0x60), strict=True)) < 12
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_nothing_to_save() -> None:
    with pytest.raises(ValueError, match="film"):
        Film(cast("Page", FakePage()), 32).save(Path("show.gif"))
