"""A match at any site whose layout is known, through what a player sees and can do."""

from __future__ import annotations

import asyncio
import time
from typing import Self
from urllib.parse import urlsplit

from bot.camera import Camera
from bot.consent import check_room
from bot.game import GameError, Guess, Match, Round, RoundOver, RoundResult
from bot.layout import Layout, clock_s, distance_km, phase_of, points, round_and_count
from bot.placement.eyes import CoastEyes, MapEyes, TileEyes
from bot.placement.hand import MapHand
from bot.placement.truth import DrawnResult, seen_location
from bot.player_page import GLANCE_S, PlayerPage
from bot.sight import Box, Glance, Thing

START_S = 120.0
"""For the first round: in a party it begins when the host says so."""

ROUND_S = 90.0
"""For the next round where the site goes on by itself: others may still be thinking."""

SUBMIT_S = 6.0
"""A guess button that is still there after so long was not pressed. Sooner would guess twice."""

COUNTED_S = 0.6
"""A result that has not changed for so long has been counted up."""

NEXT_S = 3.0
"""So long a press of "next" has to show."""


class SeenGame:
    """Fulfils `bot.game.Game`. `seated` makes one."""

    def __init__(self, page: PlayerPage, layout: Layout, match: Match) -> None:
        self.match = match
        self._page = page
        self._layout = layout
        things = layout.guess_map
        self._eyes: MapEyes = TileEyes(page, things.tiles) if things.tiles else CoastEyes(page)
        self._hand = MapHand(page, things, self._eyes, layout.watched, self._check)
        self._camera = Camera(page, layout, self._glance)
        self._number = 0
        self._announced = 0
        self._between = True
        """No round is running: the next one that is seen is new."""
        self._playing = False
        self._can_turn: bool | None = None if layout.turns else False
        self._pin: Guess | None = None
        self._submitted = False

    @classmethod
    async def seated(cls, page: PlayerPage, layout: Layout) -> Self:
        """Press what leads to the first round, and wait for it.

        Raises:
            GameError: there is none, or it is not a private game.
        """
        page.nuisances = layout.nuisances
        pressed_s: dict[Thing, float] = {}
        give_up_s = time.monotonic() + START_S
        while time.monotonic() < give_up_s:
            things = (*layout.watched, *layout.start)
            glance = await page.tidy_glance(things)
            if phase_of(layout, glance) in {"round", "result", "over"}:
                break
            for thing in layout.start:
                if glance.sees(thing) and time.monotonic() > pressed_s.get(thing, 0.0) + NEXT_S:
                    await page.press(thing)
                    pressed_s[thing] = time.monotonic()
                    break
        else:
            raise await page.broken(layout.panorama, f"no round in {START_S:g} s")
        check_room(layout.site, page.address, await page.words(), layout.doors)
        _, count = round_and_count(glance.text(layout.round_number))
        url = urlsplit(page.address)
        match = Match(
            site=layout.site,
            id=_match_id(url.path, layout.site),
            rounds=layout.rounds if count is None else count,
            url=f"{url.scheme}://{url.netloc}{url.path}",
        )
        return cls(page, layout, match)

    async def next_round(self) -> Round | None:
        """See `Game`; a round without a guess is waited out where it has a clock."""
        if self._playing:
            await self._wait_out()
        glance = await self._to_round()
        if glance is None:
            return None
        check_room(self._layout.site, self._page.address, "", self._layout.doors)
        self._between = False
        self._playing, self._submitted, self._pin = True, False, None
        self._camera.new_round()
        if self._can_turn is None:
            self._can_turn = await self._camera.can_turn()
        left_s = clock_s(glance.text(self._layout.clock))
        if self._can_turn:
            return Round(self._number, time_left_s=left_s)
        return Round(self._number, (await self._camera.heading(),), time_left_s=left_s)

    async def view(self, heading: float, pitch: float = 0.0) -> bytes:
        """See `Game`; `pitch` must be 0."""
        self._need_round()
        if pitch:
            raise GameError(f"{self._layout.site}: expected a pitch of 0, got: {pitch:g}")
        return await self._camera.view(heading)

    async def place_guess(self, lat: float, lng: float) -> RoundResult:
        """See `Game`. A pin that the site submits when the time is up counts."""
        self._need_round()
        try:
            if not self._submitted:
                self._pin = await self._hand.place(Guess(lat, lng))
                await self._submit()
        except RoundOver:
            self._pin = self._pin or self._hand.clicked
            if self._pin is None:
                self._playing = False
                raise
        return await self._result()

    async def time_left_s(self) -> float | None:
        """See `Game`."""
        return clock_s((await self._glance()).text(self._layout.clock))

    async def _to_round(self) -> Glance | None:
        """Wait for a round that is not the last one; None: the match is over."""
        give_up_s, pressed_s = time.monotonic() + ROUND_S, 0.0
        while time.monotonic() < give_up_s:
            glance = await self._page.tidy_glance(self._layout.watched)
            phase = phase_of(self._layout, glance)
            if phase == "over":
                return None
            if new := self._new_number(glance):
                self._number = new
                return glance
            if phase == "result":
                self._between = True
                onwards = (*((self._layout.next,) if self._layout.next else ()), *self._layout.last)
                button = next((b for b in onwards if glance.sees(b)), None)
                if button and time.monotonic() > pressed_s + NEXT_S:
                    await self._page.press(button)
                    pressed_s = time.monotonic()
            await asyncio.sleep(GLANCE_S)
        raise await self._page.broken(self._layout.panorama, f"no round in {ROUND_S:g} s")

    def _new_number(self, glance: Glance) -> int | None:
        """Of a round that has begun: read, remembered from a banner, or counted; None: not yet."""
        shown, _ = round_and_count(glance.text(self._layout.round_number))
        if shown is not None:
            self._announced = shown
        if phase_of(self._layout, glance) != "round":
            return None
        if self._announced > self._number:
            return self._announced
        return self._number + 1 if shown is None and self._between else None

    async def _submit(self) -> None:
        """Press the guess button once, and again only where that clearly did nothing."""
        give_up_s = time.monotonic() + 4 * SUBMIT_S
        while time.monotonic() < give_up_s:
            await self._glance()
            await self._page.press(self._layout.guess)
            self._submitted = True
            by_s = time.monotonic() + SUBMIT_S
            while time.monotonic() < by_s:
                glance = await self._page.tidy_glance([*self._layout.watched, self._layout.guess])
                button = glance.get(self._layout.guess)
                if phase_of(self._layout, glance) == "result" or not button or not button.enabled:
                    return
        raise await self._page.broken(self._layout.guess, "one that does nothing")

    async def _result(self) -> RoundResult:
        """Read once all have guessed, the numbers have counted up and the map stands still."""
        layout = self._layout
        wanted = (layout.score, layout.distance, layout.guess_pin, layout.truth_pin)
        things = (*layout.watched, *wanted, layout.result_map.map)
        left_s = clock_s((await self._page.tidy_glance(things)).text(layout.clock)) or 0.0
        give_up_s, same_since_s = time.monotonic() + left_s + ROUND_S, time.monotonic()
        last: tuple[int, float, Box, Box] | None = None
        while time.monotonic() < give_up_s:
            glance = await self._page.tidy_glance(things)
            read = _read(layout, glance)
            if read != last:
                last, same_since_s = read, time.monotonic()
            elif read and time.monotonic() > same_since_s + COUNTED_S:
                return await self._told(read, glance)
            await asyncio.sleep(GLANCE_S)
        missing = next((t for t in (layout.result, *wanted) if not glance.sees(t)), layout.score)
        raise await self._page.broken(missing, f"'{glance.text(missing)}' after a guess")

    async def _told(self, read: tuple[int, float, Box, Box], glance: Glance) -> RoundResult:
        score, far_km, guess_pin, truth_pin = read
        things, seen = self._layout.result_map, glance.get(self._layout.result_map.map)
        box = seen.box if seen else Box(0, 0, 1, 1)
        view = await TileEyes(self._page, things.tiles).look(box) if things.tiles else None
        assert self._pin is not None
        drawn = DrawnResult(guess_pin, truth_pin, box, view)
        self._playing, self._between = False, True
        location = seen_location(self._pin, far_km, drawn)
        return RoundResult(self._number, self._pin, location, far_km, score)

    def _need_round(self) -> None:
        if not self._playing:
            text = "expected a running round, got: none; ask for the next one"
            raise GameError(f"{self._layout.site}: {text}")

    async def _wait_out(self) -> None:
        """Until the round ends by its clock."""
        glance = await self._page.tidy_glance(self._layout.watched)
        left_s = clock_s(glance.text(self._layout.clock))
        give_up_s = time.monotonic() + (left_s or 0) + ROUND_S
        while self._is_running(glance):
            if left_s is None:
                text = f"expected a guess for round {self._number}, got: none"
                raise GameError(f"{self._layout.site}: {text}")
            if time.monotonic() > give_up_s:
                raise await self._page.broken(self._layout.result, "a round without an end")
            await asyncio.sleep(GLANCE_S)
            glance = await self._page.tidy_glance(self._layout.watched)
        self._playing = False

    def _is_running(self, glance: Glance) -> bool:
        """Whether the round that is being played is still the one that is shown."""
        number, _ = round_and_count(glance.text(self._layout.round_number))
        over = phase_of(self._layout, glance) in {"result", "over"}
        return not over and number in {None, self._number}

    def _check(self, glance: Glance) -> None:
        if not self._is_running(glance):
            text = f"expected round {self._number} to run, got: its end"
            raise RoundOver(f"{self._layout.site}: {text}")

    async def _glance(self) -> Glance:
        """What is shown; raises when the round is over."""
        glance = await self._page.tidy_glance(self._layout.watched)
        self._check(glance)
        return glance


def _match_id(path: str, site: str) -> str:
    """What an address says and when it was: a site's front page or a room has many matches."""
    return f"{path.rstrip('/').rsplit('/', 1)[-1] or site}-{time.strftime('%Y%m%dT%H%M%S')}"


def _read(layout: Layout, glance: Glance) -> tuple[int, float, Box, Box] | None:
    """Score, distance and both pins of a result; None: it is not all there."""
    if phase_of(layout, glance) != "result":
        return None
    score, far_km = points(glance.text(layout.score)), distance_km(glance.text(layout.distance))
    guess, truth = glance.get(layout.guess_pin), glance.get(layout.truth_pin)
    if score is None or far_km is None or guess is None or truth is None:
        return None
    return score, far_km, guess.box, truth.box
