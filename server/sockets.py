"""uvicorn for peers that are many, slow, or silent: what a connection may cost is bounded here."""

from __future__ import annotations

import asyncio
import logging
import socket
from asyncio.transports import BaseTransport
from collections import deque

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.inference.budget import Budget, Share
from server.inference.endpoint import SOCKET_MAX_BYTES
from server.limits import caller

MAX_CONNECTIONS = 512
"""Of all, WebSockets included: half of the files that a process may commonly open."""
MAX_OF_ADDRESS = 256

HEADERS_S = 10.0
"""For the first line and headers of a request, from the connection or its first byte."""
BODY_S = 60.0
"""For the body after them: 64 MB need 1 MB a second."""
UNREAD_S = 60.0
"""For an answer that lies in the buffer: as long."""
SMALL_BYTES = 2**18
"""Of a message on its way that is never in the way of others: twice a panorama of four views."""
TRY_AGAIN_LATER = 1013
"""Close code of a server that has no room now (IANA's registry for RFC 6455)."""
LINGER_S = 5.0
"""For the last words of a connection that is being closed."""

GRACE_S = 3
"""For who is still connected when the server is told to stop and has drained."""

NEEDLESS = (
    "without completing handshake",  # uvicorn's word for one that was refused in good order
    "Exception in ASGI application",  # `Traffic` has said it, with the request's id
    "Invalid HTTP request",  # this and the rest any stranger can make it say, once a request
    "Unsupported upgrade request",
    "Invalid UTF-8 sequence",
)
"""What uvicorn need not say."""


class Server(uvicorn.Server):
    """Leaves nothing open: who has not gone `GRACE_S` after the end was told is cut."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """What uvicorn does, which forgets those it has waited for in vain."""
        await super().shutdown(sockets)
        for connection in self.server_state.connections:
            connection.transport.abort()
        await asyncio.sleep(0)  # in which they are closed


def server_config(app: FastAPI) -> uvicorn.Config:
    """How `app` is served, whoever comes."""
    config = uvicorn.Config(
        app,
        http=_Http,
        ws=_WebSocket,
        ws_max_size=SOCKET_MAX_BYTES,
        ws_per_message_deflate=False,  # pictures do not shrink, and bombs would grow
        proxy_headers=False,  # or whoever is on this machine could call itself anything
        server_header=False,
        access_log=False,
        log_config=None,  # its lines are ours
        log_level="warning",
        timeout_graceful_shutdown=GRACE_S,
    )
    logging.getLogger("uvicorn.error").addFilter(
        lambda record: not any(words in record.getMessage() for words in NEEDLESS)
    )
    return config


def _budget(config: uvicorn.Config) -> Budget:
    """The app's, or one of no consequence."""
    found = getattr(getattr(config.app, "state", None), "budget", None)
    return found if isinstance(found, Budget) else Budget()


class _Http(H11Protocol):
    """One connection: requests have to come, and answers to be fetched, in time."""

    _deadline: asyncio.TimerHandle | None = None
    _phase: object = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if status := self._too_many():
            self._end(status)
        else:
            self._expect()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel()
        if self._unread:
            self._unread.cancel()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        super().handle_websocket_upgrade(event)
        self._cancel()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(UNREAD_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._unread:
            self._unread.cancel()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self.loop.call_later(UNREAD_S, self.transport.abort)

    def _too_many(self) -> str:
        """The status of who is one too many; '': nobody."""
        peers = [getattr(peer, "client", None) for peer in self.connections]
        of_address = [caller(peer[0]) for peer in peers if peer]
        if self.client and of_address.count(caller(self.client[0])) > MAX_OF_ADDRESS:
            return "429 Too Many Requests"
        return "503 Service Unavailable" if len(peers) > MAX_CONNECTIONS else ""

    def _expect(self) -> None:
        """Set the time for what the peer has to send next; it starts with each new phase."""
        phase = self.conn.their_state
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            self._cancel()
        elif phase is not self._phase:
            self._cancel()
            self._phase = phase
            seconds = {h11.IDLE: HEADERS_S, h11.SEND_BODY: BODY_S}.get(phase)
            if seconds:
                self._deadline = self.loop.call_later(seconds, self._too_late)

    def _cancel(self) -> None:
        self._phase = None
        if self._deadline:
            self._deadline.cancel()

    def _too_late(self) -> None:
        answered = self._phase is h11.SEND_BODY and self.cycle.response_started
        self._end("" if answered else "408 Request Timeout")

    def _end(self, status: str) -> None:
        if status and not self.transport.is_closing():
            head = f"HTTP/1.1 {status}\r\nRetry-After: {LINGER_S:.0f}\r\nContent-Length: 0\r\n"
            self.transport.write(f"{head}Connection: close\r\n\r\n".encode())
        self.transport.close()
        self.loop.call_later(LINGER_S, self.transport.abort)


class _WebSocket(WebSocketsSansIOProtocol):
    """One WebSocket: what lies here of its messages is counted, and a peer that is gone ends.

    Who does not answer pings is gone, whatever still lies in its buffer.
    """

    _share: Share
    _queued: deque[int]
    """Bytes of the messages that the app has not taken yet."""

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self._share, self._queued = _budget(self.config).share(), deque()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._count()
        if self._share.held_bytes > SMALL_BYTES and self._share.spent:
            self._give_up()

    def send_receive_event_to_app(self) -> None:
        n_bytes, before = sum(map(len, self.frames)), self.queue.qsize()
        super().send_receive_event_to_app()
        if self.queue.qsize() > before:
            self._queued.append(n_bytes)

    async def receive(self) -> ASGIReceiveEvent:
        message = await super().receive()
        if message["type"] == "websocket.receive":
            self._queued.popleft()
            self._count()
        return message

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._share.hold(0)

    def _count(self) -> None:
        partial = len(self.conn.reader.buffer) + sum(map(len, self.frames))
        self._share.hold(0 if self.disconnected else partial + sum(self._queued))

    def _give_up(self) -> None:
        """Close a connection in the middle of a message that there is no room for."""
        if self.close_sent or self.transport.is_closing():
            return
        self.conn.fail(TRY_AGAIN_LATER, "busy: no room for so large a message now")
        self.conn.reader.discard()
        self.frames = []
        self._count()
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        # What still comes is read and thrown away: closed at once, it would not be told why.
        self.loop.call_later(LINGER_S, self.transport.abort)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.loop.call_later(LINGER_S, self.transport.abort)
