"""What a bot's seat tells the show: in the show's words, without its guess, and nothing waits."""

from __future__ import annotations

import json

import httpx

from bot.agent import Agent
from bot.live import Teller
from bot.match import play_match
from server.live.words import Belief
from server.protocol import Prediction
from tests.bot.doubles import FakeGame, FakeLocator


class Server(httpx.AsyncBaseTransport):
    def __init__(self, status: int = 204) -> None:
        self.asked: list[httpx.Request] = []
        self._status = status

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked.append(request)
        if self._status == 0:
            raise httpx.ConnectError("gone")
        return httpx.Response(self._status)


async def played(server: Server) -> None:
    async with Teller("http://h.test", "m1", "hush", transport=server) as tell:
        ended = await play_match(FakeGame(), Agent(FakeLocator(), tell), tell)
    assert ended.played == 3


async def test_views_and_beliefs_are_told_and_no_guess() -> None:
    server = Server()
    await played(server)
    assert {request.headers["authorization"] for request in server.asked} == {"Bearer hush"}
    first = [request for request in server.asked if "/rounds/1/" in request.url.path]
    views = [request for request in first if "/views/" in request.url.path]
    assert [request.url.path for request in views] == [
        f"/api/live/matches/m1/rounds/1/views/{number}" for number in (1, 2, 3, 4)
    ]
    assert [request.url.params["heading"] for request in views] == ["0", "90", "180", "270"]
    beliefs = [request for request in first if request.url.path.endswith("/belief")]
    for request in beliefs:
        Belief.model_validate_json(request.content)
        assert set(json.loads(request.content)) == {"views", "cells"}
    (kept,) = [request for request in first if "/api/arena/" in request.url.path]
    assert kept.url.path == "/api/arena/matches/m1/rounds/1/prediction"
    Prediction.model_validate_json(kept.content)


async def test_a_show_that_is_not_there_or_fails_costs_nothing() -> None:
    absent = Server(404)
    await played(absent)
    assert len(absent.asked) == 1
    await played(Server(0))
    await played(Server(500))
