"""A match pushed over a real WebSocket."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from models.world.pack import Pack
from server import sockets
from server.arena.api import install_arena
from server.arena.host import Host
from server.arena.shelf import Shelf
from server.arena.store import Store
from server.arena.words import ARENA_SUBPROTOCOL, MatchWord
from server.gate import Gate
from tests.server.arena.player import TOKEN, Player

pytestmark = pytest.mark.slow

ORIGIN = "http://127.0.0.1:8321"


@pytest.fixture
async def player(tiny_pack: Pack, tmp_path: Path) -> AsyncIterator[Player]:
    """The server token's holder at a server with a real clock."""
    store = Store(f"sqlite:///{tmp_path}/arena.sqlite")
    app = FastAPI()
    host = Host(store, Shelf(tiny_pack.folder.parent), lambda *_: "")
    install_arena(app, host, Gate(TOKEN, frozenset({ORIGIN})))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = sockets.Server(uvicorn.Config(app, log_level="critical"))
        running = asyncio.create_task(server.serve(sockets=[listener]))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url) as client:
            yield Player(client)
        server.should_exit = True
        await running
    store.close()


def watch(one: Player, **options: Any) -> connect:
    url = str(one.client.base_url).replace("http", "ws")
    headers = {"Authorization": f"Bearer {one.token}"} if not options else {}
    path = f"/api/arena/matches/{one.match}/watch"
    return connect(url.rstrip("/") + path, additional_headers=headers, proxy=None, **options)


async def heard(connection: ClientConnection) -> MatchWord:
    return MatchWord.model_validate_json(await asyncio.wait_for(connection.recv(), 30))


async def test_a_duel_as_it_is_pushed(player: Player) -> None:
    rules = {"rounds": 2, "time_limit_s": 60}
    a, b = await player.open_shared("AB", rules, pause_s=None, after_first_guess_s=1)
    spectator = player.watcher()
    subprotocols = [ARENA_SUBPROTOCOL, f"token.{spectator.token}"]
    async with watch(a) as mine, watch(spectator, subprotocols=subprotocols) as theirs:
        assert theirs.subprotocol == ARENA_SUBPROTOCOL
        assert (await heard(mine)).seat == 0
        assert (await heard(theirs)).seat is None
        await b.start(1)
        assert [(await heard(one)).seats[1].ready for one in (mine, theirs)] == [True, True]
        await a.start(1)
        assert [(await heard(one)).phase for one in (mine, theirs)] == ["round", "round"]
        await b.pin(1, 33.25, 44.25)
        await a.guess(1, 55.25, 66.25)
        words = [await heard(one) for one in (mine, theirs)]
        assert [word.round and word.round.guess is None for word in words] == [False, True]
        assert all(word.round and word.round.time_left_s is not None for word in words)
        # Nobody asks: the clock ends the round, and submits B's pin.
        over = await heard(theirs)
        assert (over.phase, over.outcomes[0].turns[1].timed_out) == ("ready", True)
        assert over.outcomes[0].turns[1].guess is not None
        assert (await heard(mine)).version > words[0].version
        await theirs.send("{}")
        assert (await heard(theirs)).version == over.version


async def test_who_may_watch(player: Player) -> None:
    (a,) = await player.open_shared("A", {"rounds": 1})
    stranger = Player(a.client, a.match, "nobody-s-token")
    lost = Player(a.client, "nomatch", a.token)
    for one, status in ((stranger, 401), (lost, 404), (Player(a.client, a.match, ""), 401)):
        with pytest.raises(InvalidStatus) as refused:
            await watch(one).__aenter__()
        assert refused.value.response.status_code == status
        assert json.loads(refused.value.response.body or b"{}")["detail"]
    with pytest.raises(InvalidStatus) as refused:
        await watch(a, origin="http://evil.example", subprotocols=[f"token.{a.token}"]).__aenter__()
    assert refused.value.response.status_code == 403
