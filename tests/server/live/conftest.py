"""An arena with its show over HTTP, the tiny pack and a clock that the test turns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image

from models.world.pack import Pack
from server.arena.api import install_arena
from server.arena.host import Host
from server.arena.shelf import Shelf
from server.arena.store import Store
from server.gate import Gate
from server.live.api import install_live
from server.live.store import LiveStore
from tests.server.arena.player import TOKEN, Clock, Player

ORIGIN = "http://127.0.0.1:8321"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jpeg() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (64, 64), "#27ae60").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
async def player(tiny_pack: Pack, clock: Clock, tmp_path: Path) -> AsyncIterator[Player]:
    """The server token's holder."""
    url = f"sqlite:///{tmp_path}/arena.sqlite"
    store, live = Store(url), LiveStore(url)
    app = FastAPI(max_body_size=64 * 1024)
    host = Host(store, Shelf(tiny_pack.folder.parent), lambda *_: "Placeton", clock)
    gate = Gate(TOKEN, frozenset({ORIGIN}))
    install_arena(app, host, gate)
    install_live(app, host, live, gate)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield Player(client)
    live.close()
    store.close()
