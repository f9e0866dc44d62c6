"""The shell around the session, driven as an ASGI application: no socket, no clock."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading

import pytest

from server.inference.endpoint import OUTBOX_FRAMES, locate_router
from server.inference.session import MAX_OPEN
from server.protocol import (
    ErrorCode,
    Hello,
    LocateView,
    LocateViews,
    PanoramaView,
    read_server,
    to_binary,
    to_text,
)

HELLO = to_text(Hello(version=1, software="test", encoder=None))
GONE = {"type": "websocket.disconnect", "code": 1001}


class Wire:
    """An ASGI server's side of one WebSocket."""

    def __init__(self, app, headers=(), subprotocols=()):
        self.scope = {
            "type": "websocket",
            "path": "/ws/locate",
            "headers": [(name.encode(), value.encode()) for name, value in headers],
            "subprotocols": list(subprotocols),
            "extensions": {"websocket.http.response": {}},
            "query_string": b"",
        }
        self.incoming = asyncio.Queue()
        self.incoming.put_nowait({"type": "websocket.connect"})
        self.outgoing = asyncio.Queue()
        self.reads = asyncio.Event()
        self.reads.set()
        """Cleared: the client reads nothing any more."""
        self.app = asyncio.create_task(app(self.scope, self.incoming.get, self._send))

    async def _send(self, message):
        await self.reads.wait()
        await self.outgoing.put(message)

    def say(self, frame):
        kind = "text" if isinstance(frame, str) else "bytes"
        self.incoming.put_nowait({"type": "websocket.receive", kind: frame})

    async def hear(self):
        """The next frame, after the handshake's end."""
        message = await asyncio.wait_for(self.outgoing.get(), 30)
        if message["type"] == "websocket.accept":
            return await self.hear()
        assert message["type"] == "websocket.send", message
        return message["text"] if message.get("text") is not None else message["bytes"]

    async def message(self):
        return read_server(await self.hear())


@pytest.fixture
def app(service, gate):
    return locate_router(service, gate)


@pytest.fixture
async def connect(app, gate):
    wires = []

    def connected():
        wire = Wire(app, [("authorization", f"Bearer {gate.token}")])
        wires.append(wire)
        return wire

    yield connected
    for wire in wires:
        wire.reads.set()
        wire.incoming.put_nowait(GONE)
        await asyncio.wait_for(wire.app, 30)


async def handshake(app, headers=(), subprotocols=()):
    """What answers it; then the client goes."""
    wire = Wire(app, headers, subprotocols)
    first = await asyncio.wait_for(wire.outgoing.get(), 30)
    wire.incoming.put_nowait(GONE)
    await asyncio.wait_for(wire.app, 30)
    return first


async def test_a_program_comes_in_by_header(app, gate):
    answer = await handshake(app, [("authorization", f"Bearer {gate.token}")])
    assert (answer["type"], answer["subprotocol"]) == ("websocket.accept", None)


@pytest.mark.parametrize("swapped", [False, True])
async def test_a_page_comes_in_by_subprotocol(app, gate, swapped):
    (origin,) = gate.origins
    offered = ["homing.v1", f"token.{gate.token}"]
    answer = await handshake(app, [("origin", origin)], offered[::-1] if swapped else offered)
    assert (answer["type"], answer["subprotocol"]) == ("websocket.accept", "homing.v1")


@pytest.mark.parametrize(
    ("headers", "subprotocols", "status"),
    [
        ([], [], 401),
        ([("authorization", "Bearer wrong")], [], 401),
        ([], ["homing.v1", "token.wrong"], 401),
        ([("origin", "http://evil.example")], ["homing.v1", "token.the-token"], 403),
        ([("origin", "null"), ("authorization", "Bearer the-token")], [], 403),
    ],
)
async def test_others_are_refused_before_the_handshake(app, headers, subprotocols, status):
    answer = await handshake(app, headers, subprotocols)
    assert (answer["type"], answer["status"]) == ("websocket.http.response.start", status)


async def test_a_streamed_panorama(connect, picture):
    wire = connect()
    wire.say(HELLO)
    assert (await wire.message()).encoder == "mean-colour@1"
    colours = [(255, 0, 0), (0, 255, 0), (255, 255, 0), (0, 0, 0)]
    for colour in colours:
        wire.say(to_text(LocateView(id="a", of=4, heading=0, image=picture(colour))))
    answers = [await wire.message() for _ in colours]
    assert [(one.views, one.final) for one in answers] == [
        (1, False),
        (2, False),
        (3, False),
        (4, True),
    ]
    points = [(one.prediction.guess.lat, one.prediction.guess.lng) for one in answers]
    assert points == [
        pytest.approx(point, abs=1e-4) for point in [(90, 0), (45, 90), (60, 120), (45, 90)]
    ]


async def test_pictures_that_cannot_be_taken_are_named(connect, picture):
    wire = connect()
    wire.say(HELLO)
    await wire.hear()
    good = picture()
    each = [PanoramaView(heading=0, image=image) for image in (good, good[:60])]
    wire.say(to_binary(LocateViews(id="all", views=each)))
    failure = await wire.message()
    assert (failure.id, failure.view, failure.code) == ("all", None, ErrorCode.IMAGE_BROKEN)
    assert failure.message.startswith("view 2 of 2: ")
    wire.say(to_binary(LocateView(id="one", of=1, heading=0, image=b"no picture")))
    failure = await wire.message()
    assert (failure.id, failure.view, failure.code) == ("one", 1, ErrorCode.IMAGE_BROKEN)
    wire.say(to_binary(LocateView(id="one", of=1, heading=0, image=good)))
    assert (await wire.message()).final


async def test_a_fault_of_the_model_is_internal_and_logged(connect, encoder, picture, caplog):
    wire = connect()
    wire.say(HELLO)
    await wire.hear()
    embed, encoder.embed = encoder.embed, lambda _: 1 / 0
    view = to_text(LocateView(id="a", of=1, heading=0, image=picture()))
    wire.say(view)
    failure = await wire.message()
    assert (failure.id, failure.code) == ("a", ErrorCode.INTERNAL)
    assert "division" not in failure.message
    assert "ZeroDivisionError" in caplog.text
    encoder.embed = embed
    wire.say(view)
    assert (await wire.message()).final


async def test_the_work_of_a_gone_client_is_not_done(app, gate, encoder, picture):
    embed, started, release = encoder.embed, threading.Event(), threading.Event()

    def slow(images):
        started.set()
        assert release.wait(30)
        return embed(images)

    encoder.embed = slow
    gone = Wire(app, [("authorization", f"Bearer {gate.token}")])
    gone.say(HELLO)
    await gone.hear()
    for number in range(MAX_OPEN):
        gone.say(to_text(LocateView(id=f"r{number}", of=1, heading=0, image=picture())))
    await asyncio.to_thread(started.wait, 30)
    gone.incoming.put_nowait(GONE)
    await asyncio.wait_for(gone.app, 30)
    other = Wire(app, [("authorization", f"Bearer {gate.token}")])
    other.say(HELLO)
    await other.hear()
    other.say(to_text(LocateView(id="b", of=1, heading=0, image=picture())))
    release.set()
    assert (await other.message()).id == "b"
    assert encoder.batches == [1, 1], "the one that had begun, and the other client's"
    other.incoming.put_nowait(GONE)
    await asyncio.wait_for(other.app, 30)


async def test_a_client_that_does_not_read_is_not_read_and_delays_no_one(connect, picture):
    slow, other = connect(), connect()
    for wire in (slow, other):
        wire.say(HELLO)
        await wire.hear()
    slow.reads.clear()
    spoken = 10 * OUTBOX_FRAMES
    for _ in range(spoken):
        slow.say(HELLO)
    for number in range(20):
        other.say(to_text(LocateView(id=str(number), of=1, heading=0, image=picture())))
        assert (await other.message()).id == str(number)
    assert slow.incoming.qsize() >= spoken - OUTBOX_FRAMES - 2
    slow.reads.set()
    for _ in range(spoken):
        assert (await slow.message()).type == "hello"


async def test_no_frame_ends_the_connection(connect, picture):
    wire = connect()
    frames = ["", "{", "[]", "null", json.dumps({"type": "dance", "id": "a"}), "\0" * 99]
    binary = [b"", b"\xc1", b"\x90", b"\xff" * 99, b"\x81\xa4type\xa5dance"]
    for frame in itertools.chain(frames, binary):
        wire.say(frame)
        answer = await wire.hear()
        assert type(answer) is type(frame)
        assert read_server(answer).code in {ErrorCode.BAD_FRAME, ErrorCode.UNKNOWN_TYPE}
    wire.say(HELLO)
    await wire.hear()
    wire.say(to_text(LocateView(id="a", of=1, heading=0, image=picture())))
    assert (await wire.message()).final
