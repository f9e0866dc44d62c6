"""Plays one seat of an arena match at a person's pace, over the arena's API.

What the opponent can see of a seat is when it is ready, when it has guessed, and where: these come
from `hand.play`. Zooms and what the map shows are not on the arena's wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import httpx

from bot.human.grid import on_pixel
from bot.human.hand import WORLD_ZOOM, PinMove, Played, Zoom, play
from bot.human.pace import SHIPPED, Pace, difficulty_of
from server.protocol import Prediction

LOOK_S = 0.7
"""Between two looks at the match."""
ARRIVE_S = (1.2, 0.4)
"""To the page of a new match, which wants the first round by itself: median and sigma of the
logarithm. General knowledge, not a measurement; likewise the next."""
READ_S = (4.5, 0.6)
"""From a result to wanting the next round, as people read it; some never say so."""
LAST_S = (0.8, 4.0)
"""Before the end of a clock that the opponent has shortened."""

Locate = Callable[[bytes, bool], Awaitable[Prediction]]
"""Says where a panorama is; told whether it goes all round."""
Sleep = Callable[[float], Awaitable[None]]
Word = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Arena:
    """A seat's way to the arena."""

    client: httpx.AsyncClient
    match: str
    seat_token: str

    async def see(self) -> Word:
        """The match as the seat may see it."""
        return dict((await self._call("GET", "")).raise_for_status().json())

    async def ready(self, number: int) -> None:
        """Want a round."""
        await self._call("POST", f"/rounds/{number}/start")

    async def picture(self, number: int) -> bytes:
        """A round's panorama."""
        return (await self._call("GET", f"/rounds/{number}/panorama")).raise_for_status().content

    async def pin(self, number: int, lat: float, lng: float) -> None:
        """Place the pin; too late is no error."""
        await self._call("PUT", f"/rounds/{number}/pin", {"lat": lat, "lng": lng})

    async def guess(self, number: int, lat: float, lng: float) -> None:
        """Submit; too late is no error."""
        await self._call("POST", f"/rounds/{number}/guess", {"lat": lat, "lng": lng})

    async def _call(self, method: str, path: str, body: Word | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.seat_token}"}
        url = f"/api/arena/matches/{self.match}{path}"
        return await self.client.request(method, url, headers=headers, json=body)


@dataclass(frozen=True, slots=True)
class Player:
    """Who sits there."""

    arena: Arena
    locate: Locate
    rng: Random
    """Seeded with a secret: who could draw the same times would know the bot by them."""
    pace: Pace = field(default_factory=lambda: SHIPPED)
    sleep: Sleep = asyncio.sleep
    clock: Callable[[], float] = lambda: asyncio.get_running_loop().time()

    corner: tuple[float, float] = field(init=False)
    """Of the map in the window that this player would have."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "corner", (self.rng.random(), self.rng.random()))

    async def play_match(self) -> None:
        """Until the match is over.

        Raises:
            httpx.HTTPError: the arena cannot be reached, or the seat is none.
        """
        played = wanted = 0
        while (word := await self.arena.see())["phase"] != "over":
            if word["phase"] == "round" and word["round"]["number"] > played:
                played = int(word["round"]["number"])
                await self._play_round(word)
            elif word["phase"] == "ready" and len(word["outcomes"]) >= wanted:
                wanted = len(word["outcomes"]) + 1
                await self._want(wanted, word["starts_in_s"])
            else:
                await self.sleep(LOOK_S)

    async def _want(self, number: int, starts_in_s: float | None) -> None:
        """Say so, unless the round starts by itself before that."""
        median_s, sigma = ARRIVE_S if number == 1 else READ_S
        after_s = median_s * self.rng.lognormvariate(0, sigma)
        if starts_in_s is None or after_s < starts_in_s:
            await self.sleep(after_s)
            await self.arena.ready(number)

    async def _play_round(self, word: Word) -> None:
        round_: Word = word["round"]
        number, limit_s = int(round_["number"]), word["rules"]["time_limit_s"]
        began_s = self.clock() - (limit_s - round_["time_left_s"] if limit_s else 0.0)
        picture = await self.arena.picture(number)
        prediction = await self.locate(picture, round_["hfov_deg"] >= 360)
        guess = prediction.guess.lat, prediction.guess.lng
        difficulty = difficulty_of(prediction.expected_score)
        plan = play(self.rng, difficulty, limit_s, guess, self.pace)
        await self._follow(number, began_s, plan)

    async def _follow(self, number: int, began_s: float, plan: Played) -> None:
        """Move the pin and guess when it is time; sooner where the opponent shortens the clock."""
        moves = _clicks(plan, self.corner)
        guess, end_s, spare_s = moves[-1], plan.guess_s, self.rng.uniform(*LAST_S)
        while (word := await self.arena.see())["phase"] == "round":
            if word["round"]["number"] != number:
                return
            at_s = self.clock() - began_s
            left_s = word["round"]["time_left_s"]
            if left_s is not None:
                end_s = min(end_s, at_s + max(left_s - spare_s, 0.0))
            if at_s >= end_s:  # nobody submits what they have not pinned
                moves = [replace(move, at_s=at_s) for move in moves[-1:]]
            while moves and moves[0].at_s <= at_s:
                pin = moves.pop(0)
                await self.arena.pin(number, pin.lat, pin.lng)
            if at_s >= end_s:
                await self.arena.guess(number, guess.lat, guess.lng)
                return
            next_s = min(end_s, *(move.at_s for move in moves[:1]), at_s + LOOK_S)
            await self.sleep(max(next_s - at_s, 0.02))


def _clicks(plan: Played, corner: tuple[float, float]) -> list[PinMove]:
    """The pins where clicks put them, at the zoom of that moment."""
    level, found = WORLD_ZOOM, list[PinMove]()
    for move in plan.moves:
        if isinstance(move, Zoom):
            level = move.level
        else:
            lat, lng = on_pixel(move.lat, move.lng, level, corner)
            found.append(PinMove(move.at_s, lat, lng))
    return found
