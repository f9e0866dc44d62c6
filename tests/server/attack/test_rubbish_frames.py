"""Ten thousand malformed frames on real sockets, and a good client beside them."""

from __future__ import annotations

import asyncio
import json
import random
from io import BytesIO

import msgpack
import pytest
import websockets
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from PIL import Image

from server.protocol import (
    MAX_FRAME_BYTES,
    VERSION,
    ErrorCode,
    Failure,
    Hello,
    LocateView,
    ProtocolError,
    read_client,
    read_server,
    to_binary,
    to_text,
)
from tests.server.attack.conftest import BEARER, Running
from tests.server.inference.test_session_rubbish import FRAMES

pytestmark = pytest.mark.slow

HELLO = to_text(Hello(version=VERSION, software="test", encoder=None))
COUNT = 10_000
LINES = 4
"""Connections that carry the rubbish."""


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 48), (255, 0, 0)).save(file, "PNG")
    return file.getvalue()


def is_malformed(frame: str | bytes) -> bool:
    try:
        read_client(frame)
    except ProtocolError:
        return True
    return False


def malformed(count: int) -> list[str | bytes]:
    """Frames that are no message, the property-based generator's and byte flips of good ones."""
    found: list[str | bytes] = []

    @seed(6)
    @settings(
        max_examples=60,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(FRAMES, min_size=20, max_size=40))
    def generate(frames):
        found.extend(frame for frame in frames if is_malformed(frame))

    generate()
    chance = random.Random(6)
    whole = LocateView(id="a", of=1, heading=0, image=picture())
    while len(found) < count:
        frame = bytearray(chance.choice([to_binary(whole), to_text(whole).encode()]))
        for _ in range(chance.randint(1, 4)):
            frame[chance.randrange(len(frame))] = chance.randrange(256)
        if is_malformed(bytes(frame)):
            found.append(bytes(frame))
    return found[:count]


def on(server: Running) -> websockets.connect:
    address = f"ws://127.0.0.1:{server.settings.port}/ws/locate"
    return websockets.connect(address, additional_headers=BEARER, compression=None)


async def spoil(server: Running, frames: list[str | bytes]) -> list[Failure]:
    async with on(server) as line:
        await line.send(HELLO)
        await line.recv()

        async def send() -> None:
            for frame in frames:
                await line.send(frame)

        sending = asyncio.create_task(send())
        answers = [read_server(await line.recv()) for _ in frames]
        await sending
    return answers


async def play_on(server: Running, done: asyncio.Event) -> int:
    """A good client's rounds until the others are done."""
    rounds = 0
    async with on(server) as line:
        await line.send(HELLO)
        await line.recv()
        while not done.is_set() or rounds < 3:
            rounds += 1
            await line.send(to_binary(LocateView(id=str(rounds), of=1, heading=0, image=picture())))
            answer = read_server(await line.recv())
            assert (answer.type, answer.id, answer.final) == ("located", str(rounds), True)
            assert answer.prediction.guess.lat == pytest.approx(90)
            await asyncio.sleep(0.02)
    return rounds


async def test_ten_thousand_malformed_frames(server):
    frames, done = malformed(COUNT), asyncio.Event()
    good = asyncio.create_task(play_on(server, done))
    answers = await asyncio.gather(*(spoil(server, frames[n::LINES]) for n in range(LINES)))
    done.set()
    assert await good >= 3
    said = [answer for part in answers for answer in part]
    assert len(said) == COUNT
    assert {type(answer) for answer in said} == {Failure}
    assert ErrorCode.INTERNAL not in {answer.code for answer in said}


@pytest.mark.parametrize(
    "frame",
    [
        b"\xdd\x01\x80\x00\x00" + b"\x80" * (MAX_FRAME_BYTES - 5),
        b"\xdd\x01\x00\x00\x00" * 1000,
        b"\xdf\xff\xff\xff\xff",
        "[" + "[]," * (MAX_FRAME_BYTES // 3 - 2) + "[]]",
        '{"type":"locate_view","x":[' + "{}," * (MAX_FRAME_BYTES // 3 - 20) + "{}]}",
        '{"type":"locate_embedding","embedding":[' + "1," * (MAX_FRAME_BYTES // 2 - 40) + "1]}",
        "[" * MAX_FRAME_BYTES,
        b"\x91" * MAX_FRAME_BYTES,
    ],
    ids=["maps", "claims", "claimed map", "lists", "objects", "numbers", "deep json", "deep"],
)
def test_frames_that_would_fill_gigabytes_are_refused(frame):
    with pytest.raises(ProtocolError) as caught:
        read_client(frame)
    assert caught.value.code is ErrorCode.BAD_FRAME
    assert len(str(caught.value)) <= 300


def test_the_largest_messages_are_no_bombs():
    fields = {"type": "locate_embedding", "id": "a", "encoder": "e", "views": 8}
    embedding = fields | {"embedding": [1 / 3] * 8192}
    view = {"heading": 0.5, "pitch": 0.0}
    many = {"type": "locate_views", "id": "a"}
    for frame in (
        json.dumps(embedding),
        msgpack.packb(embedding),
        json.dumps(many | {"views": [view | {"image": "AAAA"}] * 8}),
        msgpack.packb(many | {"views": [view | {"image": b"\xdd\xff" * 10_000}] * 8}),
    ):
        read_client(frame)
