"""Rounds are told in the server's words, once each, and play waits for none of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from bot import statistics
from bot.agent import Agent
from bot.match import play_match
from bot.statistics import Teller
from server.statistics.words import FinishedRound
from tests.bot.doubles import PLACES, FakeGame, FakeLocator

Answer = Callable[[int], httpx.Response]
"""To the n-th request, from 1."""


class Server(httpx.AsyncBaseTransport):
    def __init__(self, answer: Answer) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked.append(request)
        return self._answer(len(self.asked))

    @property
    def rounds(self) -> list[FinishedRound]:
        return [FinishedRound.model_validate_json(request.content) for request in self.asked]


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "PAUSES_S", (0, 0))


async def played(server: Server, game: FakeGame | None = None) -> None:
    teller = Teller("http://h.test", "hush", clock=lambda: 1752.5, transport=server)
    async with teller as tell:
        ended = await play_match(game or FakeGame(), Agent(FakeLocator(), tell), tell)
    assert ended.played == 3


async def test_each_round_is_told_in_the_servers_words() -> None:
    server = Server(lambda _: httpx.Response(201))
    await played(server)
    (request, *_) = server.asked
    assert (request.method, request.url.path) == ("POST", "/api/statistics/rounds")
    assert request.headers["authorization"] == "Bearer hush"
    rounds = server.rounds
    assert [one.id for one in rounds] == ["fake:m1:1", "fake:m1:2", "fake:m1:3"]
    assert [(one.location.lat, one.location.lng) for one in rounds] == [
        (place.lat, place.lng) for place in PLACES
    ]
    first = rounds[0]
    assert (first.site, first.match, first.bundle, first.ended_at) == (
        "fake",
        "m1",
        "tests",
        1752.5,
    )
    assert first.times
    assert first.times.capture_ms > 0


async def test_bots_of_one_match_tell_rounds_of_their_own() -> None:
    """By the ids that the arena's own log has for its seats."""
    server, game = Server(lambda _: httpx.Response(201)), FakeGame()
    game.match = replace(game.match, seat=1, player="Homer")
    await played(server, game)
    told = [(one.id, one.player) for one in server.rounds]
    assert told == [(f"fake:m1:{number}:1", "Homer") for number in (1, 2, 3)]


async def test_a_lost_answer_is_asked_for_again() -> None:
    def answer(number: int) -> httpx.Response:
        if number == 1:
            raise httpx.ReadError("gone")
        return httpx.Response(503 if number == 2 else 200)

    server = Server(answer)
    await played(server)
    assert [one.number for one in server.rounds] == [1, 1, 1, 2, 3]


async def test_what_cannot_be_told_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    server = Server(lambda _: httpx.Response(422, text='{"detail":"body.score: no"}'))
    await played(server)
    assert len(server.asked) == 3  # asking again would not help
    assert len(caplog.messages) == 3
    assert caplog.messages[0].startswith("round 1 was not recorded: 422")
    for place in PLACES:
        assert str(place.lat) not in caplog.text


async def test_a_server_that_takes_none_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    server = Server(lambda _: httpx.Response(404))
    await played(server)
    assert len(server.asked) == 1
    assert not caplog.messages


async def test_play_does_not_wait(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Teller, "patience_s", 0.01)
    asked = asyncio.Event()

    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.set()
            await asyncio.Event().wait()
            raise AssertionError(request)

    teller = Teller("http://h.test", "hush", transport=Silent())
    async with teller as tell:
        ended = await play_match(FakeGame(), Agent(FakeLocator(), tell), tell)
        assert ended.played == 3
        await asked.wait()
    assert caplog.messages == ["the last rounds may not be recorded: no answer in 0.01 s"]
