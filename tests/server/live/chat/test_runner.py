"""When a round's results are told, and that the next round does not wait for them."""

from __future__ import annotations

import asyncio
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
    playing = asyncio.create_task(
        play_along(WATCHED, [stage], lambda _: game, stage.told.append, 0.0, NEVER_S)
    )
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
    assert await play_along(WATCHED, [stage], lambda _: game, stage.told.append, 0.0, 0.05)
    said = [stage.said.get_nowait()[:17] for _ in range(stage.said.qsize())]
    assert said == ["Round 1: where is", "Round 1: nobody g", "The match is over"]
