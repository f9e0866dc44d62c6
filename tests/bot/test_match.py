"""Agent and match with a game and a locator that are not really there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.agent import Agent
from bot.conversation import ClientError, LocateFailed, Mismatch
from bot.events import (
    Event,
    MatchEnded,
    MatchStarted,
    PlaceLocated,
    RoundFailed,
    RoundPlayed,
    RoundStarted,
    ViewCaptured,
)
from bot.game import Game, GameError, Round, RoundOver, RoundResult, View
from bot.match import play_match
from server.protocol import ErrorCode, Failure, Located
from tests.bot.doubles import PLACES, FakeGame, FakeLocator, located


async def test_a_match_is_played_and_told_in_order() -> None:
    game, locator, heard = FakeGame(), FakeLocator(), list[Event]()
    ended = await play_match(game, Agent(locator, heard.append), heard.append)
    a_round = [RoundStarted, *4 * [ViewCaptured, PlaceLocated], RoundPlayed]
    assert [type(event) for event in heard] == [MatchStarted, *3 * a_round, MatchEnded]
    assert game.looks == 3 * [0.0, 90.0, 180.0, 270.0]
    assert [view.heading for view in locator.shown] == game.looks
    assert game.results[0].guess == PLACES[0]
    assert ended == MatchEnded(3, 0, sum(result.score for result in game.results))
    finals = [e.located.final for e in heard if isinstance(e, PlaceLocated)]
    assert finals == 3 * [False, False, False, True]


async def test_times_of_the_phases_add_up() -> None:
    heard: list[Event] = []
    await play_match(FakeGame(), Agent(FakeLocator(), heard.append), heard.append)
    for event in heard:
        if isinstance(event, RoundPlayed):
            times = event.times
            phases = (times.capture_ms, times.locate_ms, times.place_ms)
            assert min(phases) > 0
            assert times.total_ms == pytest.approx(sum(phases))
    moments = [e.at_ms for e in heard[2:10] if isinstance(e, ViewCaptured | PlaceLocated)]
    assert all(a <= b for a, b in pairwise(moments))


async def test_own_embeddings_are_averaged() -> None:
    class Embedder:
        name = "tiny@1234"

        def __init__(self) -> None:
            self.rows = iter(np.arange(100, dtype=np.float32))

        def embed(self, jpeg: bytes) -> NDArray[np.float32]:
            assert jpeg.startswith(b"\xff\xd8")
            return np.full(2, next(self.rows), dtype=np.float32)

    locator = FakeLocator()
    game = FakeGame()
    await play_match(game, Agent(locator, lambda _: None, Embedder()), lambda _: None)
    assert locator.shown == []
    assert locator.embeddings == [[1.5, 1.5], [5.5, 5.5], [9.5, 9.5]]
    assert len(game.results) == 3


async def test_a_round_with_one_heading_asks_for_one_view() -> None:
    game, locator = FakeGame(headings=[37.5]), FakeLocator()
    await play_match(game, Agent(locator, lambda _: None), lambda _: None)
    assert [view.heading for view in locator.shown] == 3 * [37.5]


class Moody(FakeLocator):
    """Fails by a list of errors, then does as it should."""

    def __init__(self, *errors: Exception | None) -> None:
        super().__init__()
        self.errors = list(errors)

    async def locate_stream(
        self,
        views: AsyncIterable[View],
        of: int,
        hear: Callable[[Located], None],
        left_s: float | None = None,
    ) -> Located:
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        return await super().locate_stream(views, of, hear, left_s)


class SkippingGame(FakeGame):
    """A site whose clock ends a round that is not guessed."""

    async def next_round(self) -> Round | None:
        if self.running:
            place = PLACES[len(self.rounds) - 1]
            self.results.append(RoundResult(len(self.rounds), place, place, 0.0, 0))
        return await super().next_round()


async def test_one_hiccup_does_not_cost_the_round() -> None:
    heard: list[Event] = []
    locator = Moody(ClientError("a hiccup"))
    ended = await play_match(FakeGame(), Agent(locator, heard.append), heard.append)
    assert (ended.played, ended.failed) == (3, 0)
    assert not [event for event in heard if isinstance(event, RoundFailed)]


async def test_a_second_try_has_what_the_first_left_of_the_clock() -> None:
    class Hasty(Agent):
        async def play_round(self, game: Game, round_: Round) -> RoundResult:  # noqa: ARG002
            tried.append(round_)
            raise GameError("no view")

    class TimedGame(FakeGame):
        async def next_round(self) -> Round | None:
            round_ = await super().next_round()
            return round_ and replace(round_, time_left_s=60.0)

    tried: list[Round] = []
    await play_match(TimedGame(), Hasty(FakeLocator(), lambda _: None), lambda _: None)
    first_s, second_s = (round_.time_left_s or 0 for round_ in tried)
    assert 60 >= first_s > second_s > 0


async def test_a_failed_round_is_told_and_the_match_goes_on() -> None:
    heard: list[Event] = []
    locator = Moody(None, GameError("no view"), ClientError("no answer"))
    ended = await play_match(SkippingGame(), Agent(locator, heard.append), heard.append)
    assert [e for e in heard if isinstance(e, RoundFailed)] == [RoundFailed(2, "no answer")]
    assert (ended.played, ended.failed) == (2, 1)


async def test_a_round_that_is_over_is_not_tried_again() -> None:
    """A second try would be told that no round runs, and that would be the reason."""

    class Late(FakeGame):
        async def place_guess(self, lat: float, lng: float) -> RoundResult:
            result = await super().place_guess(lat, lng)
            if result.round == 2:
                raise RoundOver("time ran out")
            return result

    heard: list[Event] = []
    ended = await play_match(Late(), Agent(FakeLocator(), heard.append), heard.append)
    assert (ended.played, ended.failed) == (2, 1)
    assert [event for event in heard if isinstance(event, RoundFailed)] == [
        RoundFailed(2, "time ran out")
    ]


async def test_a_site_that_lets_no_further_ends_the_match() -> None:
    heard: list[Event] = []
    locator = Moody(None, GameError("no view"), GameError("no view"))
    ended = await play_match(FakeGame(), Agent(locator, heard.append), heard.append)
    assert (ended.played, ended.failed) == (1, 2)
    assert heard[-1] == ended


async def test_a_mismatch_is_not_played_on() -> None:
    agent = Agent(Moody(Mismatch("another version")), lambda _: None)
    with pytest.raises(Mismatch):
        await play_match(FakeGame(), agent, lambda _: None)


class Dawdler(FakeLocator):
    """Says something after one view, or after each of them, and nothing more."""

    def __init__(self, takes_all: bool = False) -> None:
        super().__init__()
        self.takes_all = takes_all

    async def locate_stream(
        self,
        views: AsyncIterable[View],
        of: int,
        hear: Callable[[Located], None],
        left_s: float | None = None,
    ) -> Located:
        self.left_s = left_s
        async for _ in views:
            hear(located("fake", 1, of))
            if not self.takes_all:
                break
        return await self.rest()

    async def rest(self) -> Located:
        return await asyncio.Future()


async def test_against_the_clock_the_best_answer_so_far_is_played() -> None:
    game = FakeGame()
    round_ = await game.next_round()
    assert round_ is not None
    hurried = Round(round_.number, round_.headings, time_left_s=0.2)
    locator = Dawdler()
    result = await Agent(locator, lambda _: None).play_round(game, hurried)
    assert result.guess == PLACES[0]
    assert locator.left_s is not None
    assert 0 < locator.left_s <= 0.1, "half of the clock is for placing the guess"


async def test_a_clock_that_is_shortened_meanwhile_is_heeded() -> None:
    """As by the first guess of a duel: by then the site shows 15 s, here a fifth of one."""

    class Shortened(FakeGame):
        async def time_left_s(self) -> float | None:
            return 0.2

    game = Shortened()
    round_ = await game.next_round()
    assert round_ is not None
    patient = Round(round_.number, round_.headings, time_left_s=3600)
    async with asyncio.timeout(30):
        result = await Agent(Dawdler(), lambda _: None).play_round(game, patient)
    assert result.guess == PLACES[0]


async def test_a_clock_that_is_shortened_while_an_answer_is_awaited_is_heeded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.agent.GLANCE_S", 0.01)

    class ShortenedLate(FakeGame):
        glances = 0

        async def time_left_s(self) -> float | None:
            self.glances += 1
            return 3600.0 if self.glances <= 4 else 0.2

    game = ShortenedLate()
    round_ = await game.next_round()
    assert round_ is not None
    patient = Round(round_.number, round_.headings, time_left_s=3600)
    async with asyncio.timeout(30):
        result = await Agent(Dawdler(takes_all=True), lambda _: None).play_round(game, patient)
    assert result.guess == PLACES[0]
    assert game.glances > 4


class Refusing(Dawdler):
    """Says something after one view, then fails by a code."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__()
        self.failure = LocateFailed(Failure(id="fake", code=code, message="because"))

    async def rest(self) -> Located:
        raise self.failure


async def test_when_the_server_is_too_late_the_best_answer_so_far_is_played() -> None:
    game = FakeGame()
    round_ = await game.next_round()
    assert round_ is not None
    with pytest.raises(LocateFailed):
        await Agent(Refusing(ErrorCode.INTERNAL), lambda _: None).play_round(game, round_)
    result = await Agent(Refusing(ErrorCode.TOO_LATE), lambda _: None).play_round(game, round_)
    assert result.guess == PLACES[0]
