"""The endpoint on a real socket: uvicorn in a thread, websockets as the client."""

from __future__ import annotations

import socket
import threading

import pytest
import uvicorn
from fastapi import FastAPI
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from server import sockets
from server.inference.endpoint import SOCKET_MAX_BYTES, locate_router
from server.protocol import (
    MAX_FRAME_BYTES,
    ErrorCode,
    Hello,
    LocateEmbedding,
    LocateView,
    read_server,
    to_binary,
    to_text,
)

pytestmark = pytest.mark.slow

HELLO = Hello(version=1, software="test", encoder=None)


class Server(sockets.Server):
    """Says when it is ready."""

    ready = threading.Event()

    async def startup(self, sockets=None):
        await super().startup(sockets)
        self.ready.set()


@pytest.fixture
def url(service, gate):
    app = FastAPI()
    app.include_router(locate_router(service, gate))
    config = uvicorn.Config(
        app, ws_max_size=SOCKET_MAX_BYTES, ws_per_message_deflate=False, log_level="error"
    )
    server = Server(config)
    server.ready = threading.Event()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        assert server.ready.wait(30)
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/ws/locate"
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


@pytest.fixture
def bearer(gate):
    return {"Authorization": f"Bearer {gate.token}"}


@pytest.mark.parametrize("form", [to_text, to_binary])
def test_a_match_of_good_and_bad_on_one_connection(url, bearer, picture, form):
    def answer(frame):
        ws.send(frame)
        received = ws.recv(30)
        assert isinstance(received, type(form(HELLO)))
        return read_server(received)

    with connect(url, additional_headers=bearer, proxy=None) as ws:
        good = picture((255, 0, 0), "JPEG")
        bomb = picture((0, 0, 0), "PNG", (5_000, 5_000))
        assert (
            answer(form(LocateView(id="a", of=1, heading=0, image=good))).code == "hello_expected"
        )
        assert answer(form(HELLO)).bundle == "colours"
        for id_, image, code in (
            ("broken", good[: len(good) // 2], ErrorCode.IMAGE_BROKEN),
            ("bomb", bomb, ErrorCode.IMAGE_BOMB),
            ("large", good + bytes(9 * 2**20), ErrorCode.IMAGE_TOO_LARGE),
        ):
            failure = answer(form(LocateView(id=id_, of=1, heading=0, image=image)))
            assert (failure.id, failure.code) == (id_, code)
        wrong = LocateEmbedding(id="e", encoder="another@2", views=1, embedding=[1.0])
        assert answer(form(wrong)).code == "wrong_encoder"
        unknown = '{"type":"dance"}' if form is to_text else b"\x81\xa4type\xa5dance"
        assert answer(unknown).code == "unknown_type"
        assert answer(form(HELLO)[:-1]).code == "bad_frame"
        for number in range(1, 5):
            located = answer(form(LocateView(id="a", of=4, heading=90, image=good)))
            assert (located.views, located.final) == (number, number == 4)
        assert located.prediction.guess.lat == pytest.approx(90, abs=1)


def test_frames_that_are_too_large(url, bearer):
    with connect(url, additional_headers=bearer, proxy=None, compression=None) as ws:
        ws.send(bytes(MAX_FRAME_BYTES + 1))
        assert read_server(ws.recv(30)).code == "frame_too_large"
        ws.send(to_text(HELLO))
        assert read_server(ws.recv(30)).type == "hello"
        with pytest.raises(ConnectionClosedError) as caught:  # noqa: PT012  either may notice
            ws.send(bytes(SOCKET_MAX_BYTES + 1))
            ws.recv(30)
        assert caught.value.rcvd is None or caught.value.rcvd.code == 1009


def test_pages_come_in_by_subprotocol(url, gate):
    (origin,) = gate.origins
    offered = ["homing.v1", f"token.{gate.token}"]
    with connect(url, origin=origin, subprotocols=offered, proxy=None) as ws:
        assert ws.subprotocol == "homing.v1"
        ws.send(to_text(HELLO))
        assert read_server(ws.recv(30)).type == "hello"


@pytest.mark.parametrize(
    ("token", "origin", "status"),
    [(None, None, 401), ("wrong", None, 401), ("the-token", "http://evil.example", 403)],
)
def test_strangers_are_refused(url, token, origin, status):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with (
        pytest.raises(InvalidStatus) as caught,
        connect(url, additional_headers=headers, origin=origin, proxy=None),
    ):
        pass
    assert caught.value.response.status_code == status
    assert b"the-token" not in caught.value.response.body
