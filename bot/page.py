"""A site's page: reading it, acting on it, waiting for it; what fails is named."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urldefrag

from playwright.async_api import Error, Page
from playwright.async_api import TimeoutError as WaitedTooLong

from bot.game import GameError

PATIENCE_S = 15.0
"""For what a page does by itself."""

OFFLINE_PATIENCE_S = 120.0
"""On top, for a server that goes and comes: enough for one that is started again."""

SLICE_S = 5.0
"""So often a page that is waited for is asked whether it reaches its server."""

_FRAGMENT = re.compile(r"#\w+=[^\s\"]*")
"""With values, as an address has it; a selector has none."""


class SitePage:
    """A page with the site's name for its errors."""

    def __init__(self, site: str, page: Page, alarm: str, offline: str) -> None:
        """A page that is open on the site, or about to be.

        Args:
            site: its name.
            page: of Playwright.
            alarm: JavaScript, what a page that has given up tells people, else ''.
            offline: JavaScript, whether the page cannot reach its server.
        """
        page.set_default_timeout(PATIENCE_S * 1000)
        self.site = site
        self.page = page
        self._alarm = alarm
        self._offline = offline

    async def go(self, address: str) -> None:
        """Open a page; what stands behind the `#` is secret and in no error.

        Raises:
            GameError: it is not there.
        """
        place, _ = urldefrag(address)
        with self.named(f"the page at {place}"):
            answer = await self.page.goto(address)
        if answer is not None and not answer.ok:
            raise GameError(f"{self.site}: expected the page at {place}, got: HTTP {answer.status}")

    async def read(self, expression: str) -> Any:  # noqa: ANN401  whatever the page says
        """Value of a JavaScript expression."""
        with self.named("a page that can be read"):
            return await self.page.evaluate(f"() => ({expression})")

    async def until(
        self, condition: str, thing: str, *, unless: str = "false", patience_s: float = PATIENCE_S
    ) -> None:
        """Wait until a JavaScript condition holds; `thing` says in words what is awaited.

        Raises:
            GameError: `unless` came true first, the page has given up, or patience is at an end,
                which waits longer while the page cannot reach its server.
        """
        ending = f"() => ({condition}) ? 'yes' : ({unless}) ? 'no' : ({self._alarm}) || null"
        with self.named(thing):
            said = await self._waited(ending, patience_s)
        if said is None:
            text = f"{self.site}: expected {thing} within {patience_s:g} s, got: "
            raise GameError(text + f"nothing, and {await self._line()}")
        if said != "yes":
            found = await self.read("document.body.innerText") if said == "no" else said
            raise GameError(f"{self.site}: expected {thing}, got: {_short(str(found))}")

    async def _waited(self, ending: str, patience_s: float) -> str | None:
        """What `ending` gave; None: nothing. Patience begins anew whenever the page is offline."""
        give_up_s = time.monotonic() + patience_s + OFFLINE_PATIENCE_S
        online_s = 0.0
        while online_s < patience_s and time.monotonic() < give_up_s:
            slice_s = min(SLICE_S, patience_s - online_s)
            try:
                waited = await self.page.wait_for_function(ending, timeout=slice_s * 1000)
                return str(await waited.json_value())
            except WaitedTooLong:
                online_s = 0.0 if await self.read(self._offline) else online_s + slice_s
        return None

    async def _line(self) -> str:
        offline = await self.read(self._offline)
        return f"its server {'cannot be reached' if offline else 'answers'}"

    @contextmanager
    def named(self, thing: str) -> Iterator[None]:
        """Turn Playwright's errors into the site's: `thing` is what was expected."""
        try:
            yield
        except Error as error:
            # Playwright's text may repeat an address with its token: the fragment goes.
            found = _short(_FRAGMENT.sub("", error.message.split(" at http")[0]))
            raise GameError(f"{self.site}: expected {thing}, got: {found}") from None


def _short(text: str) -> str:
    return " ".join(text.split())[:160]
