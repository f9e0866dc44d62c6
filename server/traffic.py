"""Every request and every connection: numbered, timed, counted and logged."""

from __future__ import annotations

import logging
import secrets
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.logs import notes, told
from server.metrics import Metrics

HEADER = b"x-request-id"
NO_ROUTE = "none"
"""Where no route was found: what strangers ask for makes no series and no line of its own."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are "other": a client may invent any number of them."""

PROBES = frozenset({"/health", "/ready", "/metrics"})
"""Asked every few seconds; counted, but not worth a line each."""

log = logging.getLogger(__name__)


class Traffic:
    """ASGI middleware around all others."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        call = _Call(scope, send, self._metrics)
        token = notes.set({"request": call.id})
        try:
            await self._app(scope, receive, call.send)
        except Exception:
            log.exception("unanswered")
            raise
        finally:
            call.end()
            notes.reset(token)


class _Call:
    """One request or connection under way."""

    def __init__(self, scope: Scope, send: Send, metrics: Metrics) -> None:
        self.id = secrets.token_hex(8)
        self._scope = scope
        self._send = send
        self._metrics = metrics
        self._started_s = perf_counter()
        self._status = 500  # of an answer that never began
        self._connected = False

    async def send(self, message: Message) -> None:
        if message["type"] in {"http.response.start", "websocket.http.response.start"}:
            self._status = message["status"]
            message["headers"] = [*message.get("headers", ()), (HEADER, self.id.encode())]
        elif message["type"] == "websocket.accept":
            self._connected = True
            self._metrics.connections.inc()
            told(log, "connected", route=self._route)
        try:
            await self._send(message)
        except RuntimeError as error:
            if message["type"] != "websocket.send":
                raise
            # uvicorn's word for a peer that closes at this moment; ASGI's is OSError.
            raise OSError("the peer has gone") from error

    def end(self) -> None:
        seconds = perf_counter() - self._started_s
        ms = round(seconds * 1000, 2)
        if self._connected:
            self._metrics.connections.dec()
            told(log, "disconnected", route=self._route, ms=ms)
            return
        method = self._method
        self._metrics.answered(method, self._route, self._status, seconds)
        if self._route not in PROBES:
            told(log, "answered", method=method, route=self._route, status=self._status, ms=ms)

    @property
    def _method(self) -> str:
        if self._scope["type"] == "websocket":
            return "WEBSOCKET"
        method: str = self._scope["method"]
        return method if method in METHODS else "other"

    @property
    def _route(self) -> str:
        """Its template, `/api/arena/matches/{match}`; never the path that was asked for."""
        path = getattr(self._scope.get("route"), "path", None)
        return path or self._scope.get("root_path") or NO_ROUTE  # files have a mount, no route
