"""`homing serve` as a child: started for a match, started again if it dies, stopped at the end."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

START_S = 120.0
"""For a server to load its models, on a busy machine."""

STOP_S = 10.0
POLL_S = 0.1
MAX_RESTARTS = 3
LOG_FILE = "serve.log"
COMMAND = (sys.executable, "-m", "homing", "serve")


class ServerFailed(Exception):  # noqa: N818  read as a sentence
    """The server did not start, or cannot locate; the message says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server is, and the token that it knows."""

    url: str
    token: str = field(repr=False)


@asynccontextmanager
async def served(home: Path, bundle: str | None = None) -> AsyncIterator[Server]:
    """A server of our own on a free port; its log is `serve.log` in `home`.

    Raises:
        ServerFailed: it ended at once, was not ready in time, or cannot use the bundle.
    """
    port = _free_port()
    token = os.environ.get("HOMING_TOKEN") or secrets.token_urlsafe(24)
    server = Server(f"http://127.0.0.1:{port}", token)
    command = [*COMMAND, "--port", str(port)]
    child = _Child([*command, *(["--bundle", bundle] if bundle else [])], token, home / LOG_FILE)
    await child.start()
    watching = asyncio.create_task(child.keep_alive())
    try:
        await _ready(server, child)
        yield server
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await child.stop()


class _Child:
    """One server process after another."""

    def __init__(self, command: list[str], token: str, log: Path) -> None:
        self._command = command
        self._environment = {**os.environ, "HOMING_TOKEN": token}
        self._log = log
        self._process: Process | None = None
        self.dead = False

    async def start(self) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,  # Ctrl-C is for us: we stop it in good order
            )

    async def keep_alive(self) -> None:
        """A killed server is started again: the match on it has lost nothing."""
        for _ in range(MAX_RESTARTS):
            assert self._process is not None
            status = await self._process.wait()
            if status > 0:  # it has said why it cannot run
                break
            await self.start()
        self.dead = True

    async def stop(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1] if lines else "nothing in its log"


async def _ready(server: Server, child: _Child) -> None:
    """Until its models are loaded."""
    deadline_s = time.monotonic() + START_S
    while not child.dead and time.monotonic() < deadline_s:
        with suppress(OSError, ValueError):
            standing = await asyncio.to_thread(_standing, server.url)
            if standing["status"] == "failed":
                raise ServerFailed(f"server: {standing['problem']}")
            if standing["status"] == "ready":
                return
        await asyncio.sleep(POLL_S)
    found = "it ended" if child.dead else "not yet"
    raise ServerFailed(
        f"server: expected it to be ready within {START_S:g} s, got: {found}: {child.last_words()}"
    )


def _standing(url: str) -> dict[str, Any]:
    # No proxy: the server is on this machine.
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"{url}/ready", timeout=5) as answer:
            found: dict[str, Any] = json.load(answer)
    except HTTPError as error:  # 503 says why, in the same words
        found = json.load(error)
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
