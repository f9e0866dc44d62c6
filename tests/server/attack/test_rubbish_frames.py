"""Ten thousand malformed frames, some of them on real sockets, and a good client beside them."""

from __future__ import annotations

import asyncio
import json
from io import BytesIO

import msgpack
import numpy as np
import pytest
import websockets
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from PIL import Image

from server.inference.request import NO_TIME
from server.inference.served import Served
from server.inference.session import Session
from server.protocol import (
    MAX_FRAME_BYTES,
    VERSION,
    ErrorCode,
    Failure,
    Hello,
    LocateEmbedding,
    LocateView,
    LocateViews,
    PanoramaView,
    ProtocolError,
    read_client,
    read_server,
    to_binary,
    to_text,
)
from tests.server.attack.conftest import BEARER, Running
from tests.server.inference.conftest import MeanColour, RedIsNorth
from tests.server.inference.conversation import PREDICTION
from tests.server.inference.test_session_rubbish import FRAMES

pytestmark = pytest.mark.slow

HELLO = to_text(Hello(version=VERSION, software="test", encoder=None))
COUNT = 10_000
ON_SOCKETS = 400
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


GOOD = [
    frame
    for message in (
        LocateView(id="a", of=1, heading=0, image=picture()),
        LocateViews(id="b", views=[PanoramaView(heading=9, image=picture())], deadline_ms=5),
        LocateEmbedding(id="c", encoder="mean-colour@1", views=1, embedding=[0.5, 1, 0]),
        Hello(version=VERSION, software="test", encoder=None),
    )
    for frame in (to_binary(message), to_text(message).encode())
]


@st.composite
def spoilt(draw: st.DrawFn) -> list[bytes]:
    """Fifty frames, each a good one that was cut short or had one to three bytes changed."""
    frames = []
    for good, dice in zip(
        draw(st.lists(st.sampled_from(GOOD), min_size=50, max_size=50)),
        batched(draw(st.binary(min_size=600, max_size=600)), 12),
        strict=True,
    ):
        frame = bytearray(good)
        if dice[0] < 40:
            frames.append(bytes(frame[: dice[1] % len(frame)]))
            continue
        for at in range(1, 2 + 3 * (dice[0] % 3 + 1), 3)[: dice[0] % 3 + 1]:
            frame[int.from_bytes(dice[at : at + 2]) % len(frame)] = dice[at + 2]
        frames.append(bytes(frame))
    return frames


def batched(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def malformed(count: int) -> list[str | bytes]:
    """Different frames that are no message, from property-based generators."""
    found: dict[str | bytes, None] = {}

    @seed(6)
    @settings(
        max_examples=10**6,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(FRAMES, max_size=3) | spoilt())
    def generate(frames):
        found.update((frame, None) for frame in frames if is_malformed(frame))
        if len(found) >= count:
            raise Enough

    with pytest.raises(Enough):
        generate()
    return list(found)[:count]


class Enough(Exception):  # noqa: N818  no fault
    """There are as many frames as were wanted."""


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


@pytest.fixture(scope="module")
def rubbish() -> list[str | bytes]:
    return malformed(COUNT)


def check(answers: list[Failure], count: int) -> None:
    assert len(answers) == count
    assert {type(answer) for answer in answers} == {Failure}
    assert ErrorCode.INTERNAL not in {answer.code for answer in answers}


def test_ten_thousand_malformed_frames_in_one_conversation(rubbish):
    """And a good request in between is answered as if they were not."""
    session = Session({"colours": Served(MeanColour(), RedIsNorth())})
    session.receive(HELLO)
    answers = []
    for number, frame in enumerate(rubbish):
        (output,) = session.receive(frame)
        answers.append(read_server(output.frame()))
        if number % 100 == 0:
            good = LocateView(id=f"good {number}", of=1, heading=0, image=b"1")
            (work,) = session.receive(to_text(good))
            (mean,) = session.embedded(work, np.eye(1, 3, dtype=np.float32), NO_TIME)
            (located,) = session.located(mean, PREDICTION, NO_TIME)
            assert (located.message.id, located.message.final) == (f"good {number}", True)
    check(answers, COUNT)


async def test_malformed_frames_on_real_sockets_harm_nobody_beside_them(server, rubbish):
    frames, done = rubbish[:: COUNT // ON_SOCKETS], asyncio.Event()
    good = asyncio.create_task(play_on(server, done))
    answers = await asyncio.gather(*(spoil(server, frames[n::LINES]) for n in range(LINES)))
    done.set()
    assert await good >= 3
    check([answer for part in answers for answer in part], ON_SOCKETS)


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
