"""A server killed in the middle of a match: the bot plays on, nothing is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path
from sys import executable

import pytest

from bot.agent import Agent
from bot.browser import opened_page
from bot.client import Client
from bot.events import Event, PlaceLocated, RoundFailed, RoundPlayed, ViewCaptured
from bot.match import play_match
from bot.server_process import ServerFailed, served
from bot.sites.arena import ArenaGame, Wish
from tests.conftest import save_tiny_pack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

TOKEN = "secret"


async def started(port: int, home: Path) -> Process:
    environment = {**os.environ, "HOMING_HOME": str(home), "HOMING_TOKEN": TOKEN}
    command = [executable, "-m", "homing", "serve", "--port", str(port)]
    return await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=DEVNULL, stderr=DEVNULL
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def test_kill_9_between_views_and_before_the_guess(tmp_path: Path) -> None:
    save_tiny_pack(tmp_path / "packs" / "tiny")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = await started(port, tmp_path)
    heard: list[Event] = []
    restarts: list[asyncio.Task[None]] = []

    async def kill_and_restart() -> None:
        nonlocal server
        server.send_signal(signal.SIGKILL)
        await server.wait()
        server = await started(port, tmp_path)

    def hear(event: Event) -> None:
        heard.append(event)
        midway = isinstance(event, ViewCaptured) and (event.round, event.number) == (2, 2)
        before_guess = isinstance(event, PlaceLocated) and event.round == 3 and event.located.final
        if midway or before_guess:
            restarts.append(asyncio.create_task(kill_and_restart()))

    try:
        async with opened_page() as page, Client(url, TOKEN) as client:
            await client.connect()
            game = await ArenaGame.open(page, url, TOKEN, Wish("tiny", rounds=4, seed=1))
            ended = await play_match(game, Agent(client, hear), hear)
        assert (ended.played, ended.failed) == (4, 0), [
            e for e in heard if isinstance(e, RoundFailed)
        ]
        assert len(restarts) == 2
        results = [event.result for event in heard if isinstance(event, RoundPlayed)]
        assert [result.round for result in results] == [1, 2, 3, 4]
        assert len({result.location for result in results}) == 4
    finally:
        await asyncio.gather(*restarts)
        server.kill()
        await server.wait()


async def test_our_own_server_is_started_again_and_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMING_HOME", str(tmp_path))
    async with served(tmp_path) as server:
        first = child_of_this_process()
        os.kill(first, signal.SIGKILL)
        async with Client(server.url, server.token) as client:
            await client.connect()
        second = child_of_this_process()
        assert second != first
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


async def test_a_server_that_cannot_run_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMING_HOME", str(tmp_path))
    with pytest.raises(ServerFailed, match="no-such-bundle"):
        async with served(tmp_path, "no-such-bundle"):
            pass


def child_of_this_process() -> int:
    """The one that serves; Linux only, as is SIGKILL."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                command = (folder / "cmdline").read_text()
            except OSError:
                continue
            if parent == os.getpid() and "serve" in command:
                return int(folder.name)
    raise AssertionError("expected a serving child, got: none")
