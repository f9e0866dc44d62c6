"""A real server on a real socket, as `homing serve` runs it, and sockets without manners."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from server import sockets
from server.app import create_app
from server.inference.budget import Budget
from server.settings import Settings, from_environment
from tests.conftest import save_tiny_pack
from tests.server.inference.conftest import MeanColour, RedIsNorth

TOKEN = "the-servers-token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Running:
    """A server in a thread. What it logs is in `caplog`, as the tests' own."""

    def __init__(self, home: Path, host: str = "127.0.0.1", **environment: str) -> None:
        environment = {"HOMING_HOME": str(home), "HOMING_TOKEN": TOKEN} | environment
        listener = socket.create_server((host, 0))
        settings = replace(from_environment(environment), host=host)
        self.settings: Settings = replace(settings, port=listener.getsockname()[1])
        app = create_app(self.settings, lambda _: (MeanColour(), RedIsNorth()))
        self.budget: Budget = app.state.budget
        self.config = sockets.server_config(app)
        self._server = sockets.Server(self.config)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), daemon=True, name="attacked"
        )

    @property
    def url(self) -> str:
        return self.settings.url

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.settings.port)

    def __enter__(self) -> Running:
        self._thread.start()
        with httpx.Client(base_url=self.url, timeout=60) as client:
            while client.get("/health").json()["status"] == "loading":
                threading.Event().wait(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive()

    def connections(self) -> int:
        return len(self._server.server_state.connections)

    def raw(self, data: bytes, timeout_s: float = 30) -> bytes:
        """What a connection that says just this is answered, until it is closed."""
        with socket.create_connection(self.address, timeout=timeout_s) as peer:
            said = b""
            with suppress(ConnectionError):  # closed before all was read
                peer.sendall(data)
                while part := peer.recv(65536):
                    said += part
            return said


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    save_tiny_pack(home / "packs" / "tiny")
    return home


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Running]:
    with Running(home) as running:
        yield running


async def eventually(true) -> None:
    for _ in range(3000):
        if true():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came true")
