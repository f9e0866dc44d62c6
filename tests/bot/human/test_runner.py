"""A bot that cannot locate is not there, and says why."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.human import runner as runners
from bot.human.runner import CannotPlay, Runner, server_locator
from server.gate import Gate
from server.inference.meter import Unmetered
from server.locate.api import LocateRefused, install_locate
from tests.bot.human.test_seat import locate
from tests.server.experiments.conftest import clock, room  # noqa: F401
from tests.server.experiments.study_room import Room

LOADING = LocateRefused(503, "the models are being loaded")
NOT_SERVED = LocateRefused(404, "bundle: expected one of europe, got: world-small")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runners, "EVERY_S", 0.01)


def locating_client(refusals: Iterator[LocateRefused]) -> httpx.AsyncClient:
    """A server's photo door, which refuses in this order."""
    app = FastAPI()

    def ready() -> Any:
        raise next(refusals)

    install_locate(app, Gate("the-servers-own", frozenset()), ready, Unmetered())
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8321")


async def is_there(room: Room) -> bool:  # noqa: F811
    return bool((await room.experimenter.call("GET", "/progress")).json()["bot_ready"])


async def stops(room: Room, token: str, *refusals: LocateRefused) -> str:  # noqa: F811
    """What a runner says that stops by itself."""
    async with locating_client(iter(refusals)) as client:
        runner = Runner(
            room.client, room.keys.study, room.keys.runner, server_locator(client, token)
        )
        with pytest.raises(ExceptionGroup) as caught:
            await asyncio.wait_for(runner.run(), 5)
    (fault,) = caught.value.exceptions
    assert isinstance(fault, CannotPlay)
    assert not await is_there(room)
    return str(fault)


async def test_without_the_servers_token_it_stops(room: Room) -> None:  # noqa: F811
    said = await stops(room, "", LOADING)
    assert said == f"study {room.keys.study}: the bot cannot play: expected the server's token"


async def test_it_waits_for_models_and_stops_where_its_bundle_is_not_served(
    room: Room,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    said = await stops(room, "the-servers-own", LOADING, NOT_SERVED)
    assert said.endswith("the bot cannot play: bundle: expected one of europe, got: world-small")
    assert "the bot is not there yet: the models are being loaded" in caplog.text


async def test_after_a_match_that_went_wrong_it_locates_again_first(room: Room) -> None:  # noqa: F811
    runner = Runner(room.client, room.keys.study, room.keys.runner, lambda _: locate)
    await runner.prove()
    assert runner.proven
    assert not await is_there(room)
    await runner._play({"match": "none", "seat_token": "no", "bundle": "world-small"})
    assert not runner.proven
