"""A whole match in the arena with viewers who guess along, as the command plays it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from models.geo import haversine_km
from models.world.pack import Pack
from server import sockets
from server.arena.api import install_arena
from server.arena.host import Host
from server.arena.shelf import Shelf
from server.arena.store import Store
from server.gate import Gate
from server.live.api import install_live
from server.live.chat import __main__ as program
from server.live.chat.runner import ASK_S
from server.live.chat.scoreboard import Scoreboard
from server.live.show import SUSPENSE_S
from server.live.store import LiveStore
from server.live.words import ShowWord
from tests.server.arena.player import TOKEN, Player
from tests.server.live.chat.twitch_stand_in import TOKEN as TWITCH_TOKEN
from tests.server.live.chat.twitch_stand_in import TwitchStandIn, privmsg
from tests.server.live.chat.youtube_stand_in import CHAT, KEY, YouTubeStandIn

pytestmark = pytest.mark.slow


@asynccontextmanager
async def arena(packs: Path, database: Path, port: int = 0) -> AsyncIterator[str]:
    """Its address."""
    url = f"sqlite:///{database}"
    store = Store(url)
    app = FastAPI()
    host, gate, live = (
        Host(store, Shelf(packs), lambda *_: ""),
        Gate(TOKEN, frozenset()),
        LiveStore(url),
    )
    install_arena(app, host, gate)
    install_live(app, host, live, gate)
    with socket.create_server(("127.0.0.1", port)) as listener:
        server = sockets.Server(uvicorn.Config(app, log_level="critical"))
        running = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await running
    live.close()
    store.close()


@pytest.fixture
async def player(tiny_pack: Pack, tmp_path: Path) -> AsyncIterator[Player]:
    async with (
        arena(tiny_pack.folder.parent, tmp_path / "arena.sqlite") as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        yield Player(client)


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the log was told to hide; the log of the tests is left as it is."""
    found: list[str] = []
    monkeypatch.setattr(program, "write_to_stderr", found.extend)
    monkeypatch.setattr(program, "RESULTS_S", 0.2)
    return found


def link_of(player: Player) -> str:
    server = str(player.client.base_url).rstrip("/")
    return f"{server}/play/{player.match}#seat={player.opened['watch_token']}"


async def show_of(player: Player) -> ShowWord:
    headers = {"Authorization": f"Bearer {player.token}"}
    answer = await player.client.get(f"/api/live/matches/{player.match}", headers=headers)
    return ShowWord.model_validate_json(answer.content)


async def direct(player: Player, do: str) -> None:
    """As its host."""
    answer = await player.client.post(
        f"/api/live/matches/{player.match}/director/orders",
        json={"do": do},
        headers={"Authorization": f"Bearer {player.token}"},
    )
    assert answer.status_code == 200, answer.text


async def test_two_chats_play_a_match(
    player: Player, tmp_path: Path, secrets: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = await player.open_shared("AB", {"rounds": 2}, pause_s=None, after_first_guess_s=None)
    environment = {
        "HOMING_HOME": str(tmp_path),
        "HOMING_TOKEN": "the server's",
        "HOMING_TWITCH_TOKEN": f"oauth:{TWITCH_TOKEN}",
        "HOMING_YOUTUBE_KEY": KEY,
        "HOMING_HOST_TOKEN": player.token,
    }
    async with TwitchStandIn() as twitch, YouTubeStandIn() as youtube:
        arguments = ["--match-url", link_of(player), "--delay", "0.1"]
        arguments += ["--twitch", "theshow", "--twitch-url", twitch.url]
        arguments += ["--youtube", CHAT, "--youtube-url", youtube.url]
        playing = asyncio.create_task(asyncio.to_thread(program.main, arguments, environment))
        await twitch.ready()
        await youtube.ready()
        for number in (1, 2):
            if number == 2:
                await direct(player, "hold")
            await a.start(number)
            await b.start(number)
            if number == 2:  # the stream stands before it, and nothing of it is said
                assert (await show_of(player)).held
                await asyncio.sleep(4 * ASK_S)
                assert len(twitch.said) == 2
                await direct(player, "go_on")
            said = await twitch.was_said(2 * number - 1)
            assert said[2 * number - 2].startswith(f"Round {number}: where is it?")
            await youtube.chat("Yui", "!g -10, -20")
            await youtube.chat("Sentinel", "!g Paris")
            await twitch.send(privmsg("Tom", "!g 12.125, 34.875"), privmsg("Tim", "nice"))
            await youtube.quiet()
            await twitch.quiet()
            await a.guess(number)
            assert len(twitch.said) == 2 * number - 1  # nothing of it before the reveal
            await b.guess(number)
            said = await twitch.was_said(2 * number)
            assert said[2 * number - 1].startswith(f"Round {number}, 2 guesses. Nearest: ")
        assert await asyncio.wait_for(playing, 30) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    await asyncio.sleep(SUSPENSE_S)  # the show keeps the last round's back for so long
    shown = await show_of(player)
    assert shown.chat is not None
    assert {one.name for one in shown.chat.closest} == {"Tom", "Yui"}
    truth = [one["location"] for one in (await player.watcher().see())["outcomes"]]
    for summary, place in zip(told, truth, strict=True):
        far = {one["name"]: one["distance_km"] for one in summary["closest"]}
        at = (place["lat"], place["lng"])
        assert far["Tom"] == pytest.approx(float(haversine_km((12.125, 34.875), at)))
        assert far["Yui"] == pytest.approx(float(haversine_km((-10, -20), at)))
    board = Scoreboard(f"sqlite:///{tmp_path}/arena.sqlite")
    assert {(one.name, one.rounds) for one in board.best()} == {("Tom", 2), ("Yui", 2)}
    board.close()
    assert {TWITCH_TOKEN, KEY, player.opened["watch_token"], "the server's"} <= set(secrets)


async def test_the_arena_may_be_started_anew(
    tiny_pack: Pack, tmp_path: Path, secrets: list[str]
) -> None:
    packs, database = tiny_pack.folder.parent, tmp_path / "arena.sqlite"
    async with TwitchStandIn() as twitch:
        async with arena(packs, database) as url, httpx.AsyncClient(base_url=url) as client:
            player = Player(client)
            (a,) = await player.open_shared("A", {"rounds": 1}, pause_s=None)
            arguments = ["--match-url", link_of(player), "--delay", "0"]
            arguments += ["--twitch", "theshow", "--twitch-url", twitch.url]
            environment = {"HOMING_HOME": str(tmp_path), "HOMING_TWITCH_TOKEN": TWITCH_TOKEN}
            playing = asyncio.create_task(asyncio.to_thread(program.main, arguments, environment))
            await twitch.ready()
            await a.start(1)
            await twitch.was_said(1)
            await twitch.chat("Tom", "!g 1, 2")
            await twitch.quiet()
        port = int(url.rpartition(":")[2])
        async with (
            arena(packs, database, port) as url,
            httpx.AsyncClient(base_url=url) as client,
        ):
            a.client = client
            await a.guess(1)
            said = await twitch.was_said(2)
            assert said[1].startswith("Round 1, 1 guess. Nearest: Tom")
            assert await asyncio.wait_for(playing, 30) == 0


async def test_what_cannot_be_played_is_said(
    player: Player, tmp_path: Path, secrets: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    await player.open_shared("A", {"rounds": 1})
    link = link_of(player)
    environment = {"HOMING_HOME": str(tmp_path)}

    async def problem(*arguments: str, **more: str) -> str:
        asked = program.main, ["--match-url", *arguments], environment | more
        assert await asyncio.to_thread(*asked) == 1
        return capsys.readouterr().err

    assert "--twitch CHANNEL or --youtube CHAT_ID, got neither" in await problem(link)
    assert "HOMING_YOUTUBE_KEY: expected an API key" in await problem(link, "--youtube", CHAT)
    assert "expected a link" in await problem("nonsense", "--twitch", "x")
    async with TwitchStandIn() as twitch:
        rooms = ("--twitch", "theshow", "--twitch-url", twitch.url)
        wrong = link.partition("#")[0] + "#seat=wr0ng"
        refused = await problem(wrong, *rooms)
        assert "expected to watch it, got: 401" in refused
        assert "wr0ng" not in refused
        closed = await problem(link, *rooms, HOMING_TWITCH_TOKEN="wrongsecret")
        assert closed.endswith("chat: no chat is left to read\n")
        assert "wrongsecret" not in closed
