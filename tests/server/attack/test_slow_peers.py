"""Peers that are many, slow or silent: named refusals, closed connections, bounded memory."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
from pathlib import Path

import httpx
import pytest
import websockets

from server import door, sockets
from server.protocol import VERSION, ErrorCode, Hello, LocateView, read_server, to_text
from tests.server.attack.conftest import BEARER, TOKEN, Running, eventually

pytestmark = pytest.mark.slow

HELLO = to_text(Hello(version=VERSION, software="test", encoder=None))


def rss_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


def head(*lines: str, method: str = "GET", path: str = "/health") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines, ""]).encode()


def upgrade(token: str = TOKEN) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    auth = f"Authorization: Bearer {token}"
    return head(*lines, f"Sec-WebSocket-Key: {key}", auth, path="/ws/locate") + b"\r\n"


async def well(server: Running) -> None:
    """A good client is served."""
    address = f"ws://127.0.0.1:{server.settings.port}/ws/locate"
    async with websockets.connect(address, additional_headers=BEARER) as line:
        await line.send(HELLO)
        assert read_server(await line.recv()).type == "hello"


def test_headers_have_to_come_in_time(server, monkeypatch):
    monkeypatch.setattr(sockets, "HEADERS_S", 0.2)
    for said in (b"", b"GET / HT", head("X-Slow: 1")):
        assert server.raw(said).startswith(b"HTTP/1.1 408 ")


async def test_a_later_request_has_to_come_in_time_too(server, monkeypatch):
    monkeypatch.setattr(sockets, "HEADERS_S", 0.2)
    reader, writer = await asyncio.open_connection(*server.address)
    writer.write(head() + b"\r\n")
    assert (await reader.read(65536)).startswith(b"HTTP/1.1 200 ")
    writer.write(head())
    assert b"HTTP/1.1 408 " in await asyncio.wait_for(reader.read(), 30)
    writer.close()


def test_a_body_has_to_come_in_time(server, monkeypatch):
    monkeypatch.setattr(sockets, "BODY_S", 0.3)
    auth, length = f"Authorization: Bearer {TOKEN}", "Content-Length: 1000"
    for path in ("/api/locate", "/api/arena/matches"):
        answer = server.raw(head(auth, length, method="POST", path=path) + b"\r\nx")
        assert answer.startswith(b"HTTP/1.1 408 ")
    refused = server.raw(head(length, method="POST", path="/api/locate") + b"\r\nx")
    assert refused.startswith(b"HTTP/1.1 401 ")
    assert b"408" not in refused, "it has its answer: the connection just ends"


async def test_a_byte_at_a_time_is_not_enough(server, monkeypatch):
    monkeypatch.setattr(sockets, "HEADERS_S", 0.5)
    reader, writer = await asyncio.open_connection(*server.address)
    for _ in range(600):
        writer.write(b"G")
        await asyncio.sleep(0.05)
        if reader.at_eof() or writer.is_closing():
            break
    else:
        pytest.fail("expected the server to have enough of it")
    writer.close()


async def test_a_client_that_never_says_hello_is_sent_away(server, monkeypatch):
    monkeypatch.setattr(door, "HELLO_S", 0.2)
    address = f"ws://127.0.0.1:{server.settings.port}/ws/locate"
    async with websockets.connect(address, additional_headers=BEARER) as line:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await line.recv()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason[:14]) == (1008, "expected hello")


async def test_a_client_may_think_as_long_as_it_likes(server, monkeypatch):
    monkeypatch.setattr(door, "HELLO_S", 1.0)
    monkeypatch.setattr(sockets, "HEADERS_S", 0.2)
    address = f"ws://127.0.0.1:{server.settings.port}/ws/locate"
    async with websockets.connect(address, additional_headers=BEARER) as line:
        await line.send(HELLO)
        await line.recv()
        await asyncio.sleep(1.5)
        await line.send(HELLO)
        assert read_server(await line.recv()).type == "hello"


async def test_an_answer_has_to_be_fetched(server, monkeypatch):
    monkeypatch.setattr(sockets, "UNREAD_S", 0.5)
    await eventually(lambda: server.connections() == 0)
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.connect(server.address)
    peer.setblocking(False)
    asked = (head(path="/api/openapi.json") + b"\r\n") * 200
    sent = 0
    for _ in range(600):
        try:
            sent += peer.send(asked[sent:] or asked)
            sent %= len(asked)
        except BlockingIOError:
            pass
        except OSError:
            break  # the server has had enough
        await asyncio.sleep(0.01)
    await eventually(lambda: server.connections() == 0)
    peer.close()


def test_header_floods_and_rubbish_are_refused(server):
    flood = server.raw(head(*[f"X-{n}: {'x' * 500}" for n in range(1000)]))
    assert not flood or flood.startswith(b"HTTP/1.1 400 ")
    for rubbish in (b"\0" * 100 + b"\r\n\r\n", b"\x16\x03\x01\x02\0\x01" * 50 + b"\r\n\r\n"):
        assert server.raw(rubbish).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "smuggled",
    [
        ["Content-Length: 4", "Transfer-Encoding: chunked"],
        ["Content-Length: 4", "Content-Length: 5"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: chunked, identity"],
        ["Content-Length: -1"],
        ["Content-Length : 4"],
        ["Host: evil.example"],
        ["X-A: b\0c"],
    ],
)
def test_no_request_hides_in_another(server, smuggled):
    inner = head(path="/hidden") + b"\r\n"
    whole = head("Connection: close", *smuggled, method="POST", path="/api/locate")
    answer = server.raw(whole + b"\r\n0\r\n\r\n" + inner)
    assert answer.split()[1] in {b"400", b"501"}
    assert b" 404 " not in answer


async def test_a_forwarded_address_is_not_believed(server):
    forged = [f"X-Forwarded-For: 198.51.100.{n}" for n in range(2)]
    answer = server.raw(head("Connection: close", *forged) + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"server: uvicorn" not in answer.lower()


async def test_compression_is_not_agreed_to(server):
    address = f"ws://127.0.0.1:{server.settings.port}/ws/locate"
    async with websockets.connect(
        address, additional_headers=BEARER, compression="deflate"
    ) as line:
        assert line.response is not None
        assert "Sec-WebSocket-Extensions" not in line.response.headers


async def test_one_address_has_its_share_of_connections(server, monkeypatch):
    monkeypatch.setattr(sockets, "MAX_OF_ADDRESS", 20)
    await eventually(lambda: server.connections() == 0)
    held = [await asyncio.open_connection(*server.address) for _ in range(20)]
    await eventually(lambda: server.connections() == 20)
    answer = await asyncio.to_thread(server.raw, b"")
    assert answer.startswith(b"HTTP/1.1 429 ")
    assert b"Retry-After: " in answer
    monkeypatch.setattr(sockets, "MAX_OF_ADDRESS", 1000)
    monkeypatch.setattr(sockets, "MAX_CONNECTIONS", 20)
    assert (await asyncio.to_thread(server.raw, b"")).startswith(b"HTTP/1.1 503 ")
    for _, writer in held:
        writer.close()
    await eventually(lambda: server.connections() == 0)
    await well(server)


async def test_five_hundred_silent_and_slow_sockets_cost_little(server, monkeypatch, capsys):
    """The figure is printed: `pytest -s`."""
    monkeypatch.setattr(sockets, "HEADERS_S", 60)
    monkeypatch.setattr(sockets, "MAX_OF_ADDRESS", 1000)
    await eventually(lambda: server.connections() == 0)
    before_mb = rss_mb()
    said = [b"", b"GET / HT", head("X-Slow: 1"), head(f"Authorization: Bearer {TOKEN}"), upgrade()]
    peers = []
    for number in range(500):
        # Handshakes have a rate of their own; fifty stay below its burst.
        kind = said[4] if number % 10 == 0 else said[number % 4]
        peers.append(await asyncio.open_connection(*server.address))
        peers[-1][1].write(kind)
    await eventually(lambda: server.connections() >= 490)
    for _ in range(3):
        for _, writer in peers:
            writer.write(b"x")
        await asyncio.sleep(0.3)
    await well(server)
    grown_mb = rss_mb() - before_mb
    with capsys.disabled():
        print(f" 500 sockets: {grown_mb:.1f} MB, client's side included;", end="")
    assert grown_mb < 100
    for _, writer in peers:
        writer.transport.abort()
    await eventually(lambda: server.connections() == 0)


# -- bytes -------------------------------------------------------------------------------------


def opening(n_bytes: int) -> bytes:
    """The head of a masked binary frame of that length (RFC 6455, 5.2)."""
    return b"\x82\xff" + n_bytes.to_bytes(8, "big") + b"\0\0\0\0"


async def opened(server: Running) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(*server.address)
    writer.write(upgrade())
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    return reader, writer


async def test_messages_half_sent_fill_a_bounded_memory(server, monkeypatch, capsys):
    """Twenty connections that each begin 20 MB and never end them. The figure: `pytest -s`."""
    monkeypatch.setattr(server.budget, "most_bytes", 30 * 2**20)
    before_mb = rss_mb()
    peers = [await opened(server) for _ in range(20)]
    most = 0
    for _, writer in peers:
        writer.write(opening(20 * 2**20) + bytes(4 * 2**20))
        most = max(most, server.budget.held_bytes)
        await asyncio.sleep(0.02)
    await well(server)
    closed = [await asyncio.wait_for(said(reader), 30) for reader, _ in peers]
    grown_mb = rss_mb() - before_mb
    with capsys.disabled():
        print(f" 20 x 4 MB begun: {grown_mb:.1f} MB, the client's side included;", end="")
    assert 5 <= closed.count(TRY_AGAIN) < 20
    assert max(most, server.budget.held_bytes) < (30 + 20 * 0.5) * 2**20
    for _, writer in peers:
        writer.transport.abort()
    await eventually(lambda: server.connections() == 0)
    assert server.budget.held_bytes == 0


TRY_AGAIN = (1013).to_bytes(2, "big")


async def said(reader: asyncio.StreamReader) -> bytes:
    """The close code that a peer has been sent by now; empty: none."""
    try:
        frame = await asyncio.wait_for(reader.read(100), 0.05)
    except (TimeoutError, ConnectionError):
        return b""
    return frame[2:4] if frame[:1] == b"\x88" else b""


async def test_pictures_beyond_the_memory_are_busy_and_uploads_too(server, monkeypatch):
    address = f"ws://127.0.0.1:{server.settings.port}/ws/locate"
    share = server.budget.share()
    share.hold(server.budget.most_bytes)
    view = LocateView(id="a", of=2, heading=0, image=b"any")
    async with websockets.connect(address, additional_headers=BEARER) as line:
        await line.send(HELLO)
        await line.recv()
        await line.send(to_text(view))
        refused = read_server(await line.recv())
        assert (refused.id, refused.code) == ("a", ErrorCode.BUSY)
        assert refused.retry_after_s > 0
    async with httpx.AsyncClient(base_url=server.url, headers=BEARER) as client:
        answer = await client.post("/api/locate", content=b"any")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
        share.hold(0)
        assert (await client.post("/api/locate", content=b"any")).status_code == 422
    assert server.budget.held_bytes == 0


async def test_who_does_not_read_its_answers_is_cut_off(home, monkeypatch):
    """It asks on and on and fetches nothing: neither it nor its pings are waited for."""
    monkeypatch.setattr(sockets, "LINGER_S", 0.1)
    with Running(home) as server:
        server.config.ws_ping_interval = server.config.ws_ping_timeout = 0.3
        peer = socket.socket()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.connect(server.address)
        peer.sendall(upgrade())
        text = HELLO.encode()
        frame = bytes([0x81, 0x80 | 126, *len(text).to_bytes(2, "big"), 0, 0, 0, 0]) + text
        if len(text) < 126:
            frame = bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text
        await eventually(lambda: server.connections() == 1)
        before_mb, sent = rss_mb(), 0
        peer.setblocking(False)
        for _ in range(3000):
            try:
                sent += peer.send(frame * 100)
            except BlockingIOError:
                await asyncio.sleep(0.01)
            except OSError:
                break
        await eventually(lambda: server.connections() == 0)
        assert rss_mb() - before_mb < 20
        assert sent < 20 * 2**20
        peer.close()
