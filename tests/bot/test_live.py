"""What a bot's seat tells the show: in the show's words, without its guess, and nothing waits."""

from __future__ import annotations

import json
from collections.abc import Sequence

import httpx

from bot.agent import Agent
from bot.live import Look, Teller
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


async def played(server: Server, look: Look | None = None) -> None:
    async with Teller("http://h.test", "m1", "hush", look, server) as tell:
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
    first, *later = [request.url.path for request in absent.asked]
    assert first.startswith("/api/live/")
    assert later, "predictions are the arena's, not the show's"
    assert all(path.endswith("/prediction") for path in later)
    await played(Server(0))
    await played(Server(500))


async def test_what_spoke_for_the_guess_is_told_after_the_last_belief() -> None:
    server, looked = Server(), list[Sequence[bytes]]()

    def look(views: Sequence[bytes]) -> list[bytes]:
        looked.append(views)
        return [b"heat of " + view for view in views]

    await played(server, look)
    told = [request for request in server.asked if "/rounds/1/" in request.url.path]
    views = [one.content for one in told if one.url.path[-1].isdigit()]
    heats = [one for one in told if one.url.path.endswith("/heat")]
    assert looked[0] == views
    assert [one.url.path for one in heats] == [
        f"/api/live/matches/m1/rounds/1/views/{number}/heat" for number in (1, 2, 3, 4)
    ]
    assert [one.content for one in heats] == [b"heat of " + view for view in views]
    assert {one.headers["content-type"] for one in heats} == {"image/jpeg"}
    last_belief = max(n for n, one in enumerate(told) if one.url.path.endswith("/belief"))
    assert told.index(heats[0]) > last_belief


async def test_a_look_that_fails_costs_the_heat_only() -> None:
    def blind(_: Sequence[bytes]) -> list[bytes]:
        raise ValueError("expected a geolocator that looks")

    server = Server()
    await played(server, blind)
    paths = [request.url.path for request in server.asked]
    assert not [path for path in paths if path.endswith("/heat")]
    assert len([path for path in paths if path.endswith("/prediction")]) == 3
