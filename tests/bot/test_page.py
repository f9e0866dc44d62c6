"""A site's page whose server has none for us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest
from playwright.async_api import Page

from bot.game import GameError
from bot.sites.arena import ArenaGame
from bot.wishes import Wish


@dataclass
class Answer:
    ok: bool
    status: int


class Unbuilt:
    """A browser's page, on a server whose own pages are not built."""

    def set_default_timeout(self, _: float) -> None: ...

    async def goto(self, _: str) -> Answer:
        return Answer(ok=False, status=503)

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name}: nothing is waited for on a page that is not there")


async def test_a_page_that_is_not_there_is_said_at_once() -> None:
    page = cast("Page", Unbuilt())
    with pytest.raises(GameError, match="the page at http://h/play/M, got: HTTP 503"):
        await ArenaGame.join(page, "http://h/play/M", "hush")
    with pytest.raises(GameError, match="the page at http://h/, got: HTTP 503"):
        await ArenaGame.open(page, "http://h", "hush", Wish(pack="tiny"))
