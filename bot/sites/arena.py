"""The arena: our own game, seen and played as a person does, through its page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Self
from urllib.parse import urlencode, urlsplit

from playwright.async_api import CDPSession, Page

from bot.arena_camera import ArenaCamera
from bot.arena_sides import SIDES, read_duel
from bot.game import GameError, Guess, Match, Round, RoundOver, RoundResult
from bot.invitation import Invitation, Seat, read_invitation, take_seat
from bot.page import PATIENCE_S, SitePage
from bot.pin_hand import MapPage, PinHand
from bot.wishes import Wish

# Selectors, as server/web has them.
START = "#start-match"
PACK = "#hud-pack"
ROUND_COUNT = "#hud-round"  # text: "1 / 5"
CLOCK = "#clock:not([hidden])"  # text: "0:57"
NO_PAN = "#compass:disabled"
NO_ZOOM = "#zoom-tools[hidden]"
SUBMIT = "#submit-guess"
NEXT = "#next-round"

# What the page publishes, in JavaScript.
PHASE = "document.body?.dataset.phase"  # lobby, loading, round, locked, result, over; no body: none
PANORAMA = "document.querySelector('#panorama').dataset"  # round, hfov, settled, heading
RESULT = "document.querySelector('#result').dataset"  # round, score, distanceKm, lat, guessLat, ...
ALARM = (  # both pages' own words for what playing on cannot mend
    "[...document.querySelectorAll('#problem, #trouble')].find(e => !e.hidden)?.innerText || ''"
)
OFFLINE = "document.body?.dataset.online === '0'"
GUESS_MAP = "document.querySelector('#guess-map')"
MAP = MapPage(
    box=GUESS_MAP,
    ready=f"{GUESS_MAP}.dataset.expanded === '1'",
    still=f"{GUESS_MAP}.dataset.moving === '0'",
    view=f"(d => [+d.lat, +d.lng, +d.zoom])({GUESS_MAP}.dataset)",
    pin=f"(d => d.pinLat ? [+d.pinLat, +d.pinLng] : null)({GUESS_MAP}.dataset)",
    wheel_px_per_level=100,
    max_lat=84.9,  # the map ends at 85
)

PRESSED = f"document.querySelector('{NEXT}').disabled"  # the others are waited for

VIEW_FOV_DEG = 90
MAX_SHOTS = 3
"""Of one view, until two looks at the counter agree that nothing has moved meanwhile."""

OTHERS_S = 600.0
"""For the other seats of a shared match: to sit down, to guess, to want the next round."""

NEXT_S = 3.0
"""For the button that wants the next round; it may go as the round comes by itself."""


class ArenaGame:
    """A match in the arena, on a page of its own. `open`, `join` or `invited` makes one."""

    def __init__(self, page: SitePage, cdp: CDPSession, match: Match, patience_s: float) -> None:
        """`patience_s` is for what the match's seats, and not the page alone, have to do."""
        self.match = match
        self.seat_token: str | None = None
        """Of a seat that was taken by invitation."""
        self._patience_s = patience_s
        self._page = page
        self._camera = ArenaCamera(page, cdp)
        self._number = 0
        self._playing = False

    @classmethod
    async def open(cls, page: Page, server_url: str, token: str, wish: Wish) -> Self:
        """Open a match from the home page."""
        arena = _arena_page(page)
        await arena.go(f"{server_url.rstrip('/')}/#{wish.fragment(token)}")
        await arena.until(
            f"document.querySelector('{START}')?.offsetParent", "the home page's form"
        )
        with arena.named(f"a button {START}, unlocked"):
            await page.locator(START).click()
        await arena.until("location.pathname.startsWith('/play/')", "a match to be opened")
        game = await cls._seated(arena)
        pack = await arena.read(_text(PACK))
        if pack != wish.pack:
            raise GameError(f"arena: expected a match on pack {wish.pack}, got: {pack}")
        return game

    @classmethod
    async def join(
        cls, page: Page, match_url: str, seat_token: str, patience_s: float = PATIENCE_S
    ) -> Self:
        """Take a seat in a match that is there already, in whichever round it is."""
        arena = _arena_page(page)
        await arena.go(f"{match_url}#{urlencode({'seat': seat_token})}")
        return await cls._seated(arena, patience_s)

    @classmethod
    async def invited(
        cls, page: Page, link: str, name: str, player_token: str | None = None
    ) -> Self:
        """Take a seat called `name` in a shared match, and wait until it is played."""
        invitation = read_invitation(link)
        seat = await take_seat(invitation, name, player_token)
        return await cls.seated(page, invitation, seat, name)

    @classmethod
    async def seated(cls, page: Page, invitation: Invitation, seat: Seat, name: str) -> Self:
        """Play in a seat that is taken already, called `name`."""
        game = await cls.join(page, invitation.match_url, seat.token, OTHERS_S)
        game.match = replace(game.match, player=name, seat=seat.number)
        game.seat_token = seat.token
        return game

    @classmethod
    async def _seated(cls, arena: SitePage, patience_s: float = PATIENCE_S) -> Self:
        await arena.until(
            f"['round', 'locked', 'result', 'over'].includes({PHASE})",
            "a match in play",
            patience_s=patience_s,
        )
        url = urlsplit(arena.page.url)
        count = re.search(r"/\s*(\d+)", await arena.read(_text(ROUND_COUNT)))
        match = Match(
            site="arena",
            id=url.path.rstrip("/").rsplit("/", 1)[-1],
            rounds=int(count[1]) if count else 0,
            url=f"{url.scheme}://{url.netloc}{url.path}",
        )
        cdp = await arena.page.context.new_cdp_session(arena.page)
        return cls(arena, cdp, match, patience_s)

    async def next_round(self) -> Round | None:
        """See `Game`; a round without a guess is waited out where it has a clock."""
        if self._playing:
            await self._wait_for_the_clock()
        if not await self._next_shown():
            return None
        duel = read_duel(await self._page.read(SIDES), self._number)
        while duel and duel.own_health <= 0:  # of three sides and more: the others play on
            if not await self._next_shown():
                return None
            duel = read_duel(await self._page.read(SIDES), self._number)
        self._playing = True
        left_s = await self.time_left_s()
        if await self._sees(NO_PAN) or await self._page.read(f"{PANORAMA}.hfov < 360"):
            heading = float(await self._page.read(f"{PANORAMA}.heading"))
            return Round(self._number, (heading % 360,), left_s, duel)
        return Round(self._number, time_left_s=left_s, duel=duel)

    async def _next_shown(self) -> bool:
        """Wait for a round that is not the last one; False: the match is over."""
        shown = f"{PHASE} === 'over' || {PHASE} === 'round' && +{PANORAMA}.round > {self._number}"
        pressed = ""
        while not await self._page.read(shown):  # results of rounds that others play come, too
            if result := await self._page.read(f"{PHASE} === 'result' ? {RESULT}.round : ''"):
                pressed = result
                await self._want_next()
            await self._page.until(
                f"{shown} || {PHASE} === 'result' && {RESULT}.round !== '{pressed}'",
                f"the panorama of round {self._number + 1}",
                patience_s=self._patience_s,
            )
        if await self._page.read(PHASE) == "over":
            return False
        self._number = int(await self._page.read(f"{PANORAMA}.round"))
        return True

    async def view(self, heading: float, pitch: float = 0.0) -> bytes:
        """See `Game`; the page's centred square, 90 degrees of it where zooming is allowed.

        Raises:
            RoundOver: the round has ended meanwhile.
        """
        self._need_round()
        try:
            return await self._view(heading, pitch)
        except GameError as error:
            if await self._page.read(self._runs):
                raise
            text = f"arena: expected round {self._number} to be running, got: its end"
            raise RoundOver(text) from error

    async def _view(self, heading: float, pitch: float) -> bytes:
        fov = "undefined" if await self._sees(NO_ZOOM) else VIEW_FOV_DEG
        for _ in range(MAX_SHOTS):
            settled = await self._camera.look(heading, pitch, fov)
            jpeg = await self._camera.shot()
            seen: dict[str, str] = await self._page.read(f"({{...{PANORAMA}}})")
            if seen.get("round") != str(self._number):
                break
            if seen["settled"] == str(settled):
                return jpeg
        raise GameError(
            f"arena: expected a still panorama of round {self._number}, got: round "
            f"{seen.get('round')}, view {seen.get('settled')} after {settled}"
        )

    async def place_guess(self, lat: float, lng: float) -> RoundResult:
        """See `Game`; the result comes when the last seat has guessed.

        Raises:
            RoundOver: the round ended before a pin lay on the map.
        """
        self._need_round()
        await self._page.read("document.body.classList.remove('capturing')")
        if not await self._page.read(self._runs):  # the next one may be on the screen
            return await self._result()
        try:
            await PinHand(self._page, MAP, unless=f"!({self._runs})").place(Guess(lat, lng))
            with self._page.named(f"a button {SUBMIT}, unlocked"):
                await self._page.page.locator(SUBMIT).click()
        except (GameError, ZeroDivisionError):  # a map that is put away has no width
            if await self._page.read(self._runs):
                raise
        return await self._result()

    async def time_left_s(self) -> float | None:
        """See `Game`."""
        # What it says, not what is drawn of it: it is hidden while the camera looks.
        said = await self._page.read(f"document.querySelector('{CLOCK}')?.textContent ?? ''")
        minutes, _, seconds = said.partition(":")
        return 60.0 * int(minutes) + int(seconds) if seconds else None

    async def _want_next(self) -> None:
        """Press "next", where it is to be pressed; a shared match may go on by itself."""
        if await self._page.read(f"{PHASE} !== 'result' || {PRESSED}"):
            return
        try:
            with self._page.named(f"a button {NEXT}"):
                await self._page.page.locator(NEXT).click(timeout=NEXT_S * 1000)
        except GameError:
            if await self._page.read(PHASE) == "result":
                raise

    async def _result(self) -> RoundResult:
        await self._page.until(
            self._ended,
            f"the result of round {self._number}",
            patience_s=self._patience_s,
        )
        self._playing = False
        data: dict[str, str] = await self._page.read(f"({{...{RESULT}}})")
        if not data["guessLat"]:
            raise RoundOver(f"arena: expected a guess in round {self._number}, got: time ran out")
        return RoundResult(
            round=int(data["round"]),
            guess=Guess(float(data["guessLat"]), float(data["guessLng"])),
            location=Guess(float(data["lat"]), float(data["lng"])),
            distance_km=float(data["distanceKm"]),
            score=int(data["score"]),
        )

    @property
    def _runs(self) -> str:
        """JavaScript: whether this round, and no later one, can be played."""
        return f"{PHASE} === 'round' && {PANORAMA}.round === '{self._number}'"

    @property
    def _ended(self) -> str:
        """JavaScript: whether this round's result has been shown; the page may be further on."""
        return f"{RESULT}.round === '{self._number}'"

    def _need_round(self) -> None:
        if not self._playing:
            raise GameError("arena: expected a running round, got: none; ask for the next one")

    async def _wait_for_the_clock(self) -> None:
        """Until the round ends by itself."""
        left_s = await self.time_left_s()
        if await self._page.read(self._ended):
            left_s = 0.0
        if left_s is None and await self._page.read(PHASE) == "round":
            raise GameError(f"arena: expected a guess for round {self._number}, got: none")
        await self._page.until(
            self._ended,
            f"the end of round {self._number}",
            patience_s=(left_s or 0) + 15,
        )
        self._playing = False

    async def _sees(self, selector: str) -> bool:
        return bool(await self._page.read(f"document.querySelector('{selector}') !== null"))


def _text(selector: str) -> str:
    """JavaScript: what people read there."""
    return f"document.querySelector('{selector}').innerText"


def _arena_page(page: Page) -> SitePage:
    return SitePage("arena", page, ALARM, OFFLINE)
