"""A scene without a pack, and an engine without a program."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from bot.game import View
from tests.bot.doubles import jpeg


@dataclass(frozen=True)
class FakeScene:
    """Four grey views."""

    seed: int
    number: int
    key: str | None = None

    def squares(self, side_px: int) -> list[Image.Image]:
        return [Image.new("RGB", (side_px, side_px), (self.number, 0, 0))] * 4

    def views(self) -> list[View]:
        return [View(heading, 0.0, jpeg(self.number)) for heading in (0.0, 90.0, 180.0, 270.0)]
