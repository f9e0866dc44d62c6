"""External engines, good and bad, at the other end of a real WebSocket."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from bot.tournament.engine import TOKEN, EnginePlayer, engine_name
from bot.tournament.engine_program import EngineFault
from server.protocol import VERSION, Hello, LocateViews, read_client, to_text
from tests.bot.doubles import PLACES, located
from tests.bot.tournament.doubles import FakeScene

HELLO = to_text(Hello(version=VERSION, software="tests", encoder=None, bundle="tests"))
SCENES = [FakeScene(1, 1), FakeScene(1, 2), FakeScene(1, 3)]

Reply = Callable[[ServerConnection, LocateViews, int], Awaitable[None]]
"""What an engine does about its n-th request."""


async def right(socket: ServerConnection, asked: LocateViews, number: int) -> None:
    place = PLACES[len(asked.views) - 4]
    await socket.send(to_text(located(asked.id, 4, 4, place)))


async def garbage(socket: ServerConnection, asked: LocateViews, number: int) -> None:
    await (socket.send("moon") if number == 2 else right(socket, asked, number))


async def nowhere(socket: ServerConnection, asked: LocateViews, number: int) -> None:
    said = json.loads(to_text(located(asked.id, 4, 4)))
    said["prediction"]["guess"]["lat"] = 91 if number == 2 else 1
    await socket.send(json.dumps(said))


async def silence(socket: ServerConnection, asked: LocateViews, number: int) -> None:
    if number != 2:
        await right(socket, asked, number)


async def crash(socket: ServerConnection, asked: LocateViews, number: int) -> None:
    await (socket.close(1011) if number == 2 else right(socket, asked, number))


async def regret(socket: ServerConnection, asked: LocateViews, number: int) -> None:
    said = {"type": "failure", "id": asked.id, "code": "internal", "message": "no idea"}
    text = json.dumps({**said, "view": None, "retry_after_s": None})
    await (socket.send(text) if number == 2 else right(socket, asked, number))


@asynccontextmanager
async def engine(reply: Reply) -> AsyncIterator[str]:
    """The URL of an engine; all its connections count their requests together."""
    number = 0

    async def converse(socket: ServerConnection) -> None:
        nonlocal number
        async for frame in socket:
            message = read_client(frame)
            if isinstance(message, Hello):
                await socket.send(HELLO)
                continue
            assert isinstance(message, LocateViews)
            number += 1
            await reply(socket, message, number)

    async with serve(converse, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


def player(spec: str, tmp_path: Path, answer_s: float = 30) -> EnginePlayer:
    return EnginePlayer("mine", spec, answer_s, tmp_path / "mine.log")


async def test_an_engine_is_asked_and_answers(tmp_path: Path) -> None:
    async with engine(right) as url, player(url, tmp_path) as mine:
        answers = await mine.answers(SCENES)
    assert [answer.guess for answer in answers] == [PLACES[0]] * 3
    assert not any(answer.failure for answer in answers)
    assert all(answer.answer_ms > 0 for answer in answers)


@pytest.mark.parametrize(
    ("reply", "answer_s", "reason"),
    [
        (garbage, 30, "garbage: frame: "),
        (nowhere, 30, "garbage: located.prediction.guess.lat: "),
        (silence, 0.2, "late: expected an answer within 0.2 s, got: none"),
        (crash, 30, "connection lost: "),
        (regret, 30, "failed: internal: no idea"),
    ],
)
async def test_what_goes_wrong_costs_the_round_alone(
    reply: Reply, answer_s: float, reason: str, tmp_path: Path
) -> None:
    async with engine(reply) as url, player(url, tmp_path, answer_s) as mine:
        first, second, third = await mine.answers(SCENES)
    assert first.guess
    assert third.guess
    assert second.guess is None
    assert second.failure.startswith(reason)


async def test_an_engine_that_was_never_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(EngineFault, match=r"engine mine: expected a WebSocket at ws://127.0.0.1:9"):
        await player("ws://127.0.0.1:9", tmp_path).__aenter__()


async def test_an_engine_that_goes_away_loses_the_rest(tmp_path: Path) -> None:
    async with asyncio.timeout(20):
        async with engine(right) as url:
            mine = await player(url, tmp_path).__aenter__()
        answers = await mine.answers(SCENES)
        await mine.__aexit__(None, None, None)
    assert [answer.guess for answer in answers] == [None] * 3
    assert answers[2].failure.startswith(f"expected a WebSocket at {url}, got: ")


async def test_an_engine_that_does_not_greet_again_loses_its_time_alone(tmp_path: Path) -> None:
    calls = 0

    async def converse(socket: ServerConnection) -> None:
        nonlocal calls
        calls += 1
        await socket.recv()
        if calls == 1:
            await socket.send(HELLO)
        await socket.wait_closed()

    async with serve(converse, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with player(f"ws://127.0.0.1:{port}", tmp_path, 0.2) as mine:
            answers = await mine.answers(SCENES)
    assert [answer.failure for answer in answers] == [
        "late: expected an answer within 0.2 s, got: none",
        "late: expected hello within 0.2 s, got: none",
        "late: expected hello within 0.2 s, got: none",
    ]


async def test_a_token_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = []

    async def converse(socket: ServerConnection) -> None:
        assert socket.request
        heard.append(socket.request.headers.get("Authorization"))
        await socket.recv()
        await socket.send(HELLO)

    monkeypatch.setenv(TOKEN, "secret")
    async with serve(converse, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with player(f"ws://127.0.0.1:{port}", tmp_path):
            pass
    assert heard == ["Bearer secret"]


def test_engines_have_names() -> None:
    assert engine_name("ws://127.0.0.1:9000/path") == "127.0.0.1:9000"
    assert engine_name("python some/where/mine.py --fast") == "mine"
    assert engine_name("/opt/best-engine") == "best-engine"
    with pytest.raises(ValueError, match=r"expected a URL like .* or a command, got: none"):
        engine_name(" ")


DIES = """
import json, os, sys
from websockets.sync.server import serve
def converse(socket):
    socket.recv()
    socket.send(os.environ["HELLO"])
    socket.recv()
    os._exit(3)
serve(converse, "127.0.0.1", int(os.environ["PORT"])).serve_forever()
"""


@pytest.mark.slow
async def test_a_program_that_ends_is_started_again_until_it_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dies.py").write_text(DIES)
    monkeypatch.setenv("HELLO", HELLO)
    monkeypatch.setattr("bot.tournament.engine_program.MAX_RESTARTS", 1)
    async with player(f"{sys.executable} {tmp_path / 'dies.py'}", tmp_path) as mine:
        answers = await mine.answers(SCENES)
    assert all("the program ended with status 3" in a.failure for a in answers[:2])
    assert answers[2].failure == "ended 2 times, the last time with status 3"


async def test_a_program_that_cannot_start_is_told_with_its_status(tmp_path: Path) -> None:
    with pytest.raises(EngineFault, match=r"the program ended with status 1, see .*mine\.log"):
        await player("false", tmp_path).__aenter__()
    with pytest.raises(EngineFault, match="engine mine: expected a program to start, got: "):
        await player("/no/such/program", tmp_path).__aenter__()
