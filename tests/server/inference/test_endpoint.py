"""The shell around the session, driven as an ASGI application: no socket, no clock."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading

import pytest

from server.inference.endpoint import OUTBOX_FRAMES, locate_router
from server.inference.limits import Limits
from server.inference.served import Served
from server.inference.service import LocateService
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
        image = picture((number, 0, 0))
        gone.say(to_text(LocateView(id=f"r{number}", of=1, heading=0, image=image)))
    await asyncio.to_thread(started.wait, 30)
    gone.incoming.put_nowait(GONE)
    await asyncio.wait_for(gone.app, 30)
    other = Wire(app, [("authorization", f"Bearer {gate.token}")])
    other.say(HELLO)
    await other.hear()
    other.say(to_text(LocateView(id="b", of=1, heading=0, image=picture((0, 9, 0)))))
    release.set()
    assert (await other.message()).id == "b"
    assert encoder.batches == [1, 1], "the one that had begun, and the other client's"
    other.incoming.put_nowait(GONE)
    await asyncio.wait_for(other.app, 30)


class Held:
    """An encoder that waits, in its first call, for the test's word."""

    def __init__(self, encoder):
        self.embed, self.started, self.release = encoder.embed, threading.Event(), threading.Event()
        encoder.embed = self

    def __call__(self, images):
        self.started.set()
        assert self.release.wait(30)
        return self.embed(images)

    async def is_waited_for(self):
        assert await asyncio.to_thread(self.started.wait, 30)


async def test_what_is_not_done_by_its_deadline_is_named_and_dropped(connect, encoder, picture):
    held = Held(encoder)
    busy, hurried = connect(), connect()
    for wire in (busy, hurried):
        wire.say(HELLO)
        await wire.hear()
    busy.say(to_text(LocateView(id="slow", of=1, heading=0, image=picture())))
    await held.is_waited_for()
    image = picture((1, 2, 3))
    hurried.say(to_text(LocateView(id="a", of=4, heading=0, image=image, deadline_ms=50)))
    failure = await hurried.message()
    assert (failure.id, failure.view, failure.code) == ("a", None, ErrorCode.TOO_LATE)
    hurried.say(to_text(LocateView(id="a", of=1, heading=0, image=image, deadline_ms=60_000)))
    held.release.set()
    assert (await hurried.message()).final
    assert (await busy.message()).final
    assert encoder.batches == [1, 1], "what was too late was not embedded"


async def test_the_work_of_a_request_that_has_ended_is_dropped(connect, encoder, picture):
    held = Held(encoder)
    wire = connect()
    wire.say(HELLO)
    await wire.hear()
    wire.say(to_text(LocateView(id="first", of=1, heading=0, image=picture())))
    await held.is_waited_for()
    contradiction = [
        LocateView(id="b", of=of, heading=0, image=picture((9, 9, 9))) for of in (2, 3)
    ]
    for message in contradiction:
        wire.say(to_text(message))
    assert (await wire.message()).code is ErrorCode.BAD_FRAME
    wire.say(to_text(LocateView(id="last", of=1, heading=0, image=picture((5, 5, 5)))))
    held.release.set()
    assert {(await wire.message()).id for _ in range(2)} == {"first", "last"}
    assert encoder.batches == [1, 1]


async def test_a_full_server_says_when_to_come_back(encoder, geolocator, gate, picture):
    held = Held(encoder)
    service = LocateService([Served(encoder, geolocator)], Limits(waiting_views=4))
    app = locate_router(service, gate)
    first, second = (Wire(app, [("authorization", f"Bearer {gate.token}")]) for _ in range(2))
    for wire in (first, second):
        wire.say(HELLO)
        await wire.hear()
    each = [PanoramaView(heading=0, image=picture((red, 0, 0))) for red in range(4)]
    first.say(to_binary(LocateViews(id="four", views=each)))
    await held.is_waited_for()
    view = to_text(LocateView(id="one", of=2, heading=0, image=picture()))
    second.say(view)
    failure = await second.message()
    assert (failure.id, failure.view, failure.code) == ("one", None, ErrorCode.BUSY)
    assert failure.retry_after_s > 0
    held.release.set()
    assert (await first.message()).final
    second.say(view)
    assert (await second.message()).views == 1
    for wire in (first, second):
        wire.incoming.put_nowait(GONE)
        await asyncio.wait_for(wire.app, 30)
    service.close()


async def test_a_drain_answers_refuses_and_closes(app, service, encoder, gate, picture):
    held = Held(encoder)
    wire = Wire(app, [("authorization", f"Bearer {gate.token}")])
    wire.say(HELLO)
    await wire.hear()
    wire.say(to_text(LocateView(id="whole", of=1, heading=0, image=picture())))
    await held.is_waited_for()
    wire.say(to_text(LocateView(id="half", of=2, heading=0, image=picture((1, 1, 1)))))
    await asyncio.sleep(0.01)
    draining = asyncio.create_task(service.drain(30))
    failure = await wire.message()
    assert (failure.id, failure.code) == ("half", ErrorCode.CLOSING)
    wire.say(to_text(LocateView(id="new", of=1, heading=0, image=picture())))
    failure = await wire.message()
    assert (failure.id, failure.code) == ("new", ErrorCode.CLOSING)
    stranger = await handshake(app, [("authorization", f"Bearer {gate.token}")])
    assert (stranger["type"], stranger["status"]) == ("websocket.http.response.start", 503)
    held.release.set()
    assert (await wire.message()).id == "whole"
    closed = await asyncio.wait_for(wire.outgoing.get(), 30)
    assert (closed["type"], closed["code"]) == ("websocket.close", 1001)
    await asyncio.wait_for(draining, 30)
    await asyncio.wait_for(wire.app, 30)


async def test_a_drain_does_not_wait_for_who_does_not_read(app, service, gate):
    wire = Wire(app, [("authorization", f"Bearer {gate.token}")])
    wire.say(HELLO)
    await wire.hear()
    wire.reads.clear()
    for _ in range(2 * OUTBOX_FRAMES):
        wire.say(HELLO)
    await asyncio.sleep(0.01)
    await asyncio.wait_for(service.drain(0.01), 30)
    assert not wire.app.done()
    wire.reads.set()
    await asyncio.wait_for(wire.app, 30)


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
