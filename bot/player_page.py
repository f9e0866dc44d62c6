"""A page as a player has it: eyes, mouse and keys. Adapters of other people's sites get no more.

There is no way here to hear requests and answers, to run code of an adapter's, or to read the
page's variables, storage or cookies: so nothing can be peeked at.
"""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from playwright.async_api import CDPSession, Error, Page

from bot import looking
from bot.game import GameError
from bot.picture import Picture, decoded
from bot.sight import Box, Glance, Nuisance, Sighting, Thing, TilePicture

PATIENCE_S = 20.0
"""For what a page does by itself."""

LISTENS_S = 2.0
"""Within this, what is pressed shows that it was."""

GLANCE_S = 0.08
"""Between two glances."""

CALM_S = 2.5
"""Within it, what lies over a page is pressed away only once: it may need a moment to go."""

T = TypeVar("T")


class PlayerPage:
    """One page of one site; what fails is named, with a picture of it beside the error."""

    def __init__(self, site: str, page: Page, cdp: CDPSession, evidence: Path) -> None:
        """`open` makes one; `evidence`: folder for pictures of what failed."""
        self.site = site
        self.nuisances: tuple[Nuisance, ...] = ()
        """Pressed away whenever they are seen."""
        self._page = page
        self._cdp = cdp
        self._evidence = evidence
        self._world: int | None = None
        self._calm_until_s = 0.0

    @classmethod
    async def open(cls, site: str, page: Page, address: str, evidence: Path) -> Self:
        """Go to an address.

        Raises:
            GameError: it cannot be reached.
        """
        try:
            await page.goto(address, wait_until="domcontentloaded")
        except Error as error:
            found = " ".join(error.message.split())[:160]
            raise GameError(f"{site}: expected a page at {address}, got: {found}") from None
        return cls(site, page, await page.context.new_cdp_session(page), evidence)

    @property
    def address(self) -> str:
        """What the address bar shows."""
        return self._page.url

    # Eyes.

    async def glance(self, things: Sequence[Thing]) -> Glance:
        """Which of the things are shown at this moment."""
        seen = await self._run(looking.LOOK, [(t.selector, t.words) for t in things])
        return Glance({t: _sighting(s) for t, s in zip(things, seen, strict=True) if s})

    async def count(self, things: Sequence[Thing]) -> list[int]:
        """How many elements each thing's selector finds, shown or not."""
        return [int(n) for n in await self._run(looking.COUNT, [t.selector for t in things])]

    async def tiles(self, thing: Thing) -> list[TilePicture]:
        """Pictures that a map is made of."""
        found = await self._run(looking.TILES, thing.selector)
        return [TilePicture(address, Box(*box)) for address, box in found]

    async def words(self) -> str:
        """All text on the page."""
        return str(await self._run(looking.WORDS))

    async def window(self) -> Box:
        """The part of the page that is seen."""
        width, height = await self._run(looking.WINDOW)
        return Box(0, 0, width, height)

    async def picture(self, box: Box) -> Picture:
        """RGB `(height, width, 3)` of a part of the window, one pixel per CSS px."""
        clip = {"x": box.left, "y": box.top, "width": box.width, "height": box.height, "scale": 1}
        jpeg = await self._shot({"format": "jpeg", "quality": 92, "clip": clip})
        size = (max(1, round(box.width)), max(1, round(box.height)))
        picture = decoded(jpeg, size)
        if picture is None:
            raise GameError(f"{self.site}: expected a picture of {box}, got: none")
        return picture

    @asynccontextmanager
    async def hidden(self, selectors: Sequence[str]) -> AsyncIterator[None]:
        """Without the interface, for pictures. What is hidden can still be read and dragged over.

        Cut away rather than made invisible: a compass keeps its box.
        """
        css = ", ".join(selectors) + " { clip-path: inset(50%) !important; }" if selectors else ""
        await self._run(looking.HIDE, css)
        try:
            await self._run(looking.PAINTED)
            yield
        finally:
            await self._run(looking.SHOW)

    # Hands.

    async def press(self, thing: Thing, *, patience_s: float = PATIENCE_S) -> None:
        """Click on the middle of a thing, once it is shown, enabled and nothing covers it.

        Raises:
            GameError: it does not come to that.
        """
        last = "nothing"

        def free(glance: Glance) -> Sighting | None:
            nonlocal last
            seen = glance.get(thing)
            if seen is None:
                last = "nothing"
            elif seen.cover or not seen.enabled:
                last = f"{seen.cover} over it" if seen.cover else "one that is disabled"
            else:
                return seen
            return None

        give_up_s = time.monotonic() + patience_s
        while (seen := free(await self.tidy_glance([thing]))) is None:
            if time.monotonic() > give_up_s:
                raise await self.broken(thing, last)
            if last == "the edge of the window over it":
                await self._run(looking.SCROLL, thing.selector)
            await asyncio.sleep(GLANCE_S)
        await self.click(*seen.box.centre)

    async def press_for(self, thing: Thing, shown: Thing) -> None:
        """Press a thing until another is shown: a page may show buttons before it listens to them.

        Raises:
            GameError: the other one does not come.
        """
        await self.press(thing)
        pressed_s = time.monotonic()
        give_up_s = pressed_s + PATIENCE_S
        while not (glance := await self.tidy_glance([thing, shown])).sees(shown):
            if time.monotonic() > give_up_s:
                raise await self.broken(shown, "nothing")
            if glance.sees(thing) and time.monotonic() > pressed_s + LISTENS_S:
                await self.press(thing)
                pressed_s = time.monotonic()
            await asyncio.sleep(GLANCE_S)

    async def choose(self, thing: Thing, words: str) -> None:
        """In a list of choices, type the beginning of one."""
        await self.until(lambda glance: glance.get(thing), [thing], thing)
        await self._run(looking.FOCUS, thing.selector)
        await self._hand(self._page.keyboard.type(words))

    async def click(self, x: float, y: float) -> None:
        """One press of the left button."""
        await self._hand(self._page.mouse.click(x, y))

    async def move(self, x: float, y: float, steps: int = 1) -> None:
        """Move the pointer."""
        await self._hand(self._page.mouse.move(x, y, steps=steps))

    async def wheel(self, delta_px: float) -> None:
        """Turn the wheel where the pointer is; negative: away from the player, which zooms in."""
        await self._hand(self._page.mouse.wheel(0, delta_px))

    async def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int) -> None:
        """Press, move in `steps`, rest, let go: without speed at the end nothing slides on."""
        await self.move(*start)
        await self._hand(self._page.mouse.down())
        try:
            await self.move(*end, steps=steps)
            await asyncio.sleep(0.06)
        finally:  # the clock may end it at any moment; a button that stays down would drag on
            await self._hand(self._page.mouse.up())

    # Patience.

    async def tidy_glance(self, things: Sequence[Thing]) -> Glance:
        """A glance; where something is seen to lie over the page, it is pressed away."""
        lying = [n.thing for n in self.nuisances]
        closers = [n.closer for n in self.nuisances if n.closer]
        glance = await self.glance([*things, *lying, *closers])
        if time.monotonic() > self._calm_until_s:
            for nuisance in self.nuisances:
                button = glance.get(nuisance.closer)
                if glance.sees(nuisance.thing) and button and not button.cover:
                    self._calm_until_s = time.monotonic() + CALM_S
                    await self.click(*button.box.centre)
                    break
        return glance

    async def until(
        self,
        seen: Callable[[Glance], T | None],
        things: Sequence[Thing],
        awaited: Thing,
        *,
        patience_s: float = PATIENCE_S,
    ) -> T:
        """Glance until `seen` makes something of it.

        Raises:
            GameError: it never does; `awaited` is named.
        """
        give_up_s = time.monotonic() + patience_s
        while (made := seen(await self.tidy_glance(things))) is None:
            if time.monotonic() > give_up_s:
                raise await self.broken(awaited, f"nothing in {patience_s:g} s")
            await asyncio.sleep(GLANCE_S)
        return made

    async def broken(self, thing: Thing, found: str) -> GameError:
        """The error that says what of the site is not as it was; a picture is put beside it."""
        try:
            seen = f"picture: {await self.keep_picture(thing.name)}"
        except GameError:
            seen = "no picture could be taken"
        return GameError(
            f"{self.site}: expected {thing.name} ({thing.selector}), got: {found}; {seen}"
        )

    async def keep_picture(self, name: str) -> Path:
        """Take a picture of the window; return its path."""
        file = re.sub(r"\W+", "-", f"{self.site} {name} {int(time.time() * 1000)}")
        path = self._evidence / f"{file}.jpg"
        self._evidence.mkdir(parents=True, exist_ok=True)
        path.write_bytes(await self._shot({"format": "jpeg", "quality": 70}))
        return path

    # The wire to Chromium.

    async def _hand(self, doing: Any) -> None:  # noqa: ANN401  an awaitable of Playwright's
        try:
            await doing
        except Error as error:
            raise GameError(f"{self.site}: expected an open page, got: {error.message}") from None

    async def _shot(self, wish: dict[str, Any]) -> bytes:
        try:
            shot = await self._cdp.send("Page.captureScreenshot", wish)
        except Error as error:
            text = f"{self.site}: expected a picture of the page, got: {error.message}"
            raise GameError(text) from None
        return base64.b64decode(shot["data"])

    async def _run(self, function: str, *arguments: object) -> Any:  # noqa: ANN401  JSON
        """One of `bot.looking`'s functions; again where the page has just gone to another one."""
        for _ in range(50):
            try:
                answer = await self._cdp.send(
                    "Runtime.callFunctionOn",
                    {
                        "functionDeclaration": function,
                        "executionContextId": await self._own_world(),
                        "arguments": [{"value": value} for value in arguments],
                        "returnByValue": True,
                        "awaitPromise": True,
                    },
                )
            except Error as error:
                self._world = None
                problem = error.message
                await asyncio.sleep(0.1)
                continue
            if "exceptionDetails" in answer:
                told = answer["exceptionDetails"].get("exception", {}).get("description", "?")
                raise GameError(f"{self.site}: expected a selector that is CSS, got: {told[:160]}")
            return answer["result"].get("value")
        raise GameError(f"{self.site}: expected a page that can be seen, got: {problem}")

    async def _own_world(self) -> int:
        if self._world is None:
            tree = await self._cdp.send("Page.getFrameTree")
            frame = tree["frameTree"]["frame"]["id"]
            wish = {"frameId": frame, "worldName": "homing"}
            made = await self._cdp.send("Page.createIsolatedWorld", wish)
            self._world = int(made["executionContextId"])
        return self._world


Opener = Callable[[str, str], Awaitable[PlayerPage]]
"""Opens a site's page, by its name, at an address."""


def _sighting(seen: dict[str, Any]) -> Sighting:
    box = Box(*seen["box"])
    return Sighting(box, seen["text"], seen["turned"], seen["cover"], seen["enabled"])
