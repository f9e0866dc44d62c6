"""Many clients, real sockets, real processes: order, answers, a drain, a kill."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image
from websockets.asyncio.client import connect

from bot.client import Client
from bot.game import View
from server.protocol import (
    ErrorCode,
    Failure,
    Hello,
    Located,
    LocateView,
    LocateViews,
    PanoramaView,
    read_server,
    to_binary,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[3]
TOKEN = "secret"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
HELLO = to_binary(Hello(version=1, software="test", encoder=None))


def png(red, green=0):
    file = BytesIO()
    Image.new("RGB", (32, 32), (red, green, 0)).save(file, "PNG")
    return file.getvalue()


def latitude(*reds):
    """Where colours' geolocator says that a panorama of such views is."""
    return pytest.approx(90 * sum(reds) / len(reds) / 255, abs=1e-3)


class Process:
    """A server that may be killed and started again on the same port."""

    def __init__(self, home, encode_s, *bundles):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.socket_url = f"ws://127.0.0.1:{self.port}/ws/locate"
        self.environment = {**os.environ, "HOMING_HOME": str(home), "HOMING_TOKEN": TOKEN}
        self.command = [
            *(sys.executable, "-m", "tests.server.inference.colours_server"),
            *(str(self.port), str(encode_s), *bundles),
        ]

    async def start(self):
        self.process = await asyncio.create_subprocess_exec(
            *self.command, cwd=ROOT, env=self.environment, stdout=DEVNULL, stderr=DEVNULL
        )

    async def ready(self):
        async with httpx.AsyncClient(base_url=self.url) as client:
            while True:
                try:
                    if (await client.get("/health")).json()["status"] == "ready":
                        return
                except httpx.HTTPError:
                    assert self.process.returncode is None
                await asyncio.sleep(0.05)

    async def end(self, how=signal.SIGKILL):
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.process.wait()


@asynccontextmanager
async def running(home, encode_s, *bundles):
    server = Process(home, encode_s, *bundles)
    await server.start()
    try:
        await server.ready()
        yield server
    finally:
        await server.end()


async def greeted(url):
    ws = await connect(url, additional_headers=BEARER, proxy=None, compression=None)
    await ws.send(HELLO)
    assert isinstance(read_server(await ws.recv()), Hello)
    return ws


def whole(id_, *images):
    each = [PanoramaView(heading=0, image=image) for image in images]
    return to_binary(LocateViews(id=id_, views=each))


async def test_32_clients_have_their_own_answers_in_their_own_order(tmp_path):
    async def ask(url, number):
        ws = await greeted(url)
        for round_ in range(5):
            reds = [(number * 7 + round_ * 31 + view * 3) % 256 for view in range(3)]
            for red in reds:
                message = LocateView(id=f"s{round_}", of=3, heading=0, image=png(red, number))
                await ws.send(to_binary(message))
            await ws.send(whole(f"w{round_}", png(reds[0], round_), png(reds[1], round_)))
            answers = [read_server(await ws.recv()) for _ in range(4)]
            assert all(isinstance(one, Located) for one in answers), answers
            streamed = [one for one in answers if one.id == f"s{round_}"]
            assert [(one.views, one.final) for one in streamed] == [
                (1, False),
                (2, False),
                (3, True),
            ]
            for views, one in enumerate(streamed, 1):
                assert one.prediction.guess.lat == latitude(*reds[:views])
            (other,) = [one for one in answers if one.id == f"w{round_}"]
            assert other.prediction.guess.lat == latitude(*reds[:2])
        await ws.close()

    async with running(tmp_path, 0.005) as server:
        await asyncio.gather(*(ask(server.socket_url, number) for number in range(32)))


async def test_sigterm_answers_or_refuses_by_name_and_loses_nothing(tmp_path):
    """Each batch takes half a second: at the signal one is running, the others wait."""
    async with running(tmp_path, 0.5) as server:
        sockets = [await greeted(server.socket_url) for _ in range(4)]
        for number, ws in enumerate(sockets):
            await ws.send(whole("whole", png(10 * number)))
            await ws.send(to_binary(LocateView(id="half", of=2, heading=0, image=png(1))))
        await asyncio.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        for number, ws in enumerate(sockets):
            said = {}
            async with asyncio.timeout(60):
                async for frame in ws:  # until it is closed in good order
                    message = read_server(frame)
                    said.setdefault(message.id, []).append(message)
            assert ws.close_code == 1001
            (located,) = said["whole"]
            assert located.prediction.guess.lat == latitude(10 * number)
            refusal = said["half"][-1]
            assert isinstance(refusal, Failure)
            assert refusal.code is ErrorCode.CLOSING
        assert await server.process.wait() == 0


async def test_what_cannot_be_done_in_time_is_refused_by_a_stopping_server(tmp_path):
    async with running(tmp_path, 8) as server:
        ws = await greeted(server.socket_url)
        await ws.send(whole("first", png(1)))
        await asyncio.sleep(0.2)
        await ws.send(whole("second", png(2)))
        await asyncio.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        answers = [read_server(await asyncio.wait_for(ws.recv(), 60)) for _ in range(2)]
        assert {(one.id, one.code) for one in answers} == {
            ("first", ErrorCode.CLOSING),
            ("second", ErrorCode.CLOSING),
        }
        assert await server.process.wait() == 0


async def test_a_server_that_ends_under_load_is_gone_back_to(tmp_path):
    """Killed, then told to end: every round is answered once and rightly, whoever answers it."""
    answered = []

    async def play(url, number):
        async with Client(url, TOKEN, patience_s=200) as client:
            for round_ in range(6):
                reds = [(number * 29 + round_ * 41 + view) % 256 for view in range(4)]

                async def views(reds=reds, green=round_):
                    for red in reds:
                        yield View(0.0, 0.0, png(red, green))
                        await asyncio.sleep(0.01)

                final = await client.locate_stream(views(), 4, lambda _: None)
                assert final.prediction.guess.lat == latitude(*reds)
                answered.append((number, round_))

    async with running(tmp_path, 0.05) as server:
        players = asyncio.gather(*(play(server.url, number) for number in range(8)))
        for some, how in ((8, signal.SIGKILL), (24, signal.SIGTERM)):
            while len(answered) < some and not players.done():  # noqa: ASYNC110  a list
                await asyncio.sleep(0.01)
            await server.end(how)
            await server.start()
        await players
    assert sorted(answered) == [(number, round_) for number in range(8) for round_ in range(6)]
