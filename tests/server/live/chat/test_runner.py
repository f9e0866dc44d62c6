"""When what happens is told: once the stream is there. The next round waits for no results."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from server.live.chat import runner
from server.live.chat.follow import Event, MatchOver, Over, Started, Watched
from server.live.chat.game import ChatGame, ChatRules
from server.live.chat.room import ChatMessage
from server.live.chat.runner import play_along
from server.live.chat.scoreboard import Scoreboard
from server.live.chat.words import ChatSummary
from tests.server.live.chat.players import message, outcome
from tests.server.live.chat.test_follow import word

WATCHED = Watched("ws://nowhere/", "m", "t")
NEVER_S = 3600.0


class Stage:
    """A match and its chat: what the test puts in happens, in order."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[str] = asyncio.Queue()
        self.told: list[ChatSummary] = []
        self.behind_s = 0.0
        self._asked = asyncio.Event()
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._messages: asyncio.Queue[ChatMessage] = asyncio.Queue()

    can_say = True

    def happens(self, *events: Event) -> None:
        for event in events:
            self._events.put_nowait(event)

    async def guesses(self, name: str) -> None:
        """A viewer does, and was heard."""
        self._messages.put_nowait(message(name, "!g 48, 16"))
        self._messages.put_nowait(message("Echo", "!map"))
        assert await self.says() == "Guess on a map: x"

    async def says(self) -> str:
        async with asyncio.timeout(10):
            return await self.said.get()

    async def is_behind_s(self) -> float:
        self._asked.set()
        return self.behind_s

    async def is_asked(self) -> None:
        """Often enough that what is due would have happened."""
        for _ in range(4):
            self._asked.clear()
            await asyncio.wait_for(self._asked.wait(), 10)

    async def plays(self, game: ChatGame, results_s: float) -> bool:
        return await play_along(
            WATCHED, [self], lambda _: game, self.told.append, self.is_behind_s, results_s
        )

    async def follow(self, _: Watched) -> AsyncGenerator[tuple[object, list[Event]], None]:
        event: Event | None = None
        while not isinstance(event, MatchOver):
            event = await self._events.get()
            yield word(), [event]

    async def messages(self) -> AsyncGenerator[ChatMessage, None]:
        while True:
            yield await self._messages.get()

    async def say(self, text: str) -> None:
        self.said.put_nowait(text)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage()
    monkeypatch.setattr(runner, "follow", stage.follow)
    monkeypatch.setattr(runner, "ASK_S", 0.01)
    return stage


@pytest.fixture
def game(tmp_path: Path) -> Iterator[ChatGame]:
    board = Scoreboard(f"sqlite:///{tmp_path}/chat.sqlite")
    rules = ChatRules(map_url="x", best_every_s=0)
    yield ChatGame("m", board, rules)
    board.close()


async def test_the_next_round_does_not_wait_for_the_last_ones_results(
    stage: Stage, game: ChatGame
) -> None:
    playing = asyncio.create_task(stage.plays(game, NEVER_S))
    stage.happens(Started(1))
    assert (await stage.says()).startswith("Round 1: where is it?")
    await stage.guesses("Ana")
    stage.happens(Over(outcome(1)), Started(2))
    assert (await stage.says()).startswith("Round 1, 1 guess. Nearest: Ana")
    assert (await stage.says()).startswith("Round 2: where is it?")
    await stage.guesses("Bo")
    await stage.guesses("Cy")
    stage.happens(Over(outcome(2)), Started(3))
    assert (await stage.says()).startswith("Round 2, 2 guesses.")
    assert (await stage.says()).startswith("Round 3: where is it?")
    stage.happens(MatchOver())
    assert await asyncio.wait_for(playing, 10)
    assert [(one.number, one.viewers) for one in stage.told] == [(1, 1), (2, 2)]


async def test_the_last_results_come_in_their_own_time(stage: Stage, game: ChatGame) -> None:
    stage.happens(Started(1), Over(outcome(1)), MatchOver())
    assert await stage.plays(game, 0.05)
    said = [stage.said.get_nowait()[:17] for _ in range(stage.said.qsize())]
    assert said == ["Round 1: where is", "Round 1: nobody g", "The match is over"]


async def test_what_the_stream_has_not_shown_yet_waits(stage: Stage, game: ChatGame) -> None:
    playing = asyncio.create_task(stage.plays(game, NEVER_S))
    stage.happens(Started(1))
    await stage.says()
    stage.behind_s = NEVER_S  # wound back while nothing happens
    stage.happens(Over(outcome(1)))
    await stage.is_asked()
    await stage.guesses("Ana")  # who still sees the round
    stage.behind_s = math.inf  # held
    await stage.is_asked()
    await stage.guesses("Bo")
    assert game.guesses == 2
    stage.behind_s = 0.0
    await stage.is_asked()
    await stage.guesses("Cy")  # too late
    stage.behind_s = math.inf  # held before the results
    await stage.is_asked()
    assert stage.said.empty()
    stage.behind_s = -2 * NEVER_S  # as if so much time had passed
    assert (await stage.says()).startswith("Round 1, 2 guesses. Nearest: Ana")
    stage.happens(MatchOver())
    assert await asyncio.wait_for(playing, 10)
