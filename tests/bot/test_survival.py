"""A server killed in the middle of a match: the bot plays on, nothing is lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from bot.agent import Agent
from bot.browser import opened_page
from bot.client import Client
from bot.events import Event, PlaceLocated, RoundFailed, RoundPlayed, ViewCaptured
from bot.match import play_match
from bot.server_process import ServerFailed, served
from bot.sites.arena import ArenaGame
from bot.wishes import Wish
from tests.bot.sites.test_arena import Rival
from tests.bot.test_kept_seat import kept_files
from tests.conftest import save_tiny_pack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]
QUICK_SERVER = "tests.server.inference.colours_server"


async def test_killed_between_views_and_before_the_guess(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server of our own: it is started again each time, and stopped at the end.

    With models that start without torch: `homing serve` itself is started in test_play.py.
    """
    monkeypatch.setenv("HOMING_HOME", str(tmp_path))
    monkeypatch.setattr("bot.server_process.COMMAND", (sys.executable, "-m", QUICK_SERVER))
    save_tiny_pack(tmp_path / "packs" / "tiny")
    heard: list[Event] = []
    killed: list[int] = []

    def hear(event: Event) -> None:
        heard.append(event)
        midway = isinstance(event, ViewCaptured) and (event.round, event.number) == (1, 2)
        before_guess = isinstance(event, PlaceLocated) and event.round == 2 and event.located.final
        if midway or before_guess:
            killed.append(child_of_this_process())
            os.kill(killed[-1], signal.SIGKILL)

    async with (
        served(tmp_path) as server,
        opened_page() as page,
        Client(server.url, server.token) as client,
    ):
        await client.connect()
        wish = Wish("tiny", rounds=3, seed=1)
        game = await ArenaGame.open(page, server.url, server.token, wish)
        ended = await play_match(game, Agent(client, hear), hear)
        last = child_of_this_process()
    assert (ended.played, ended.failed) == (3, 0), [e for e in heard if isinstance(e, RoundFailed)]
    assert len({*killed, last}) == 3
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)
    results = [event.result for event in heard if isinstance(event, RoundPlayed)]
    assert [result.round for result in results] == [1, 2, 3]
    assert len({result.location for result in results}) == 3


async def test_a_killed_bot_goes_on_in_its_seat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMING_HOME", str(tmp_path))
    monkeypatch.setattr("bot.server_process.COMMAND", (sys.executable, "-m", QUICK_SERVER))
    save_tiny_pack(tmp_path / "packs" / "tiny")
    async with served(tmp_path) as server:
        link = await Rival(server).sit_down(rounds=1, pause_s=0, after_first_guess_s=1)
        monkeypatch.setenv("HOMING_TOKEN", server.token)
        command = [sys.executable, "-m", "homing", "play", "--server", server.url, "--invite", link]
        first = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
        runs = await asyncio.to_thread(first_view, tmp_path)
        first.kill()
        await first.wait()
        again = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
        assert await again.wait() == 0
    told = [json.loads(line) for line in (runs / "events.jsonl").read_text("utf-8").splitlines()]
    assert runs.name.endswith("-seat1")
    assert [one["event"] for one in told].count("match_started") == 2
    assert [one["result"]["round"] for one in told if one["event"] == "round_played"] == [1]
    assert kept_files(tmp_path) == []


def first_view(home: Path) -> Path:
    """The folder of the match of which a view has been captured."""
    for _ in range(600):
        for view in home.glob("runs/*/views/*.jpg"):
            return view.parents[1]
        time.sleep(0.1)
    raise AssertionError("expected a view within 60 s, got: none")


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
