"""An arena over HTTP with the tiny pack and a clock that the test turns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from models.world.pack import Pack
from server.arena.api import install_arena
from server.arena.host import Host
from server.arena.shelf import Shelf
from server.arena.store import Store
from server.gate import Gate
from server.statistics.api import install_statistics
from server.statistics.ledger import Ledger
from server.statistics.posted import Posted
from tests.server.arena.player import TOKEN, Clock, Player

ORIGIN = "http://127.0.0.1:8321"


def describe(lat: float, lng: float) -> str:
    return f"Placeton by {lat:.3f} {lng:.3f}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/arena.sqlite")
    yield store
    store.close()


@pytest.fixture
async def player(
    tiny_pack: Pack, store: Store, clock: Clock, tmp_path: Path
) -> AsyncIterator[Player]:
    app = FastAPI()
    host = Host(store, Shelf(tiny_pack.folder.parent), describe, clock)
    gate = Gate(TOKEN, frozenset({ORIGIN}))
    install_arena(app, host, gate)
    posted = Posted(f"sqlite:///{tmp_path}/arena.sqlite")
    install_statistics(app, Ledger(posted, store, clock=clock), gate)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield Player(client)
    posted.close()
