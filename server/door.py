"""The door of the whole server: how often, from which page, with which headers. An ASGI shell."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from hashlib import sha256
from time import monotonic

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.gate import Gate, is_strange_fetch, token_of
from server.limits import BY_TOKEN, FAILURES, HANDSHAKES, MATCHES, REQUESTS, Buckets, caller

HELLO_S = 15.0
"""From the end of a handshake to the first frame. Later a client may think as long as it likes."""

CORS = {
    "Access-Control-Allow-Methods": "GET, POST, PUT",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}
OPENING = {"/api/arena/matches", "/api/arena/shared-matches"}
"""What opens a match."""
PRIVATE_NETWORK = "Access-Control-Request-Private-Network"
"""Asked by Chromium before a page of the internet may speak to this machine."""


class Door:
    """Turns away who comes too often or from a stranger's page; gives every answer its headers."""

    def __init__(
        self,
        app: ASGIApp,
        gate: Gate,
        headers: Mapping[str, str],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._app = app
        self._gate = gate
        self._headers = headers
        self._requests = Buckets(REQUESTS, clock)
        self._handshakes = Buckets(HANDSHAKES, clock)
        self._by_token = Buckets(BY_TOKEN, clock)
        self._failures = Buckets(FAILURES, clock)
        self._matches = Buckets(MATCHES, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        send = self._marked(scope, send)
        app = self._refusal(scope, Headers(scope=scope)) or self._app
        if scope["type"] == "websocket":
            receive = _prompt(receive, send)
        await app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        wait_s = self._wait_s(scope, headers)
        if wait_s:
            return JSONResponse(
                {"detail": f"too many requests: come again in {math.ceil(wait_s)} s"},
                429,
                headers={"Retry-After": str(math.ceil(wait_s))},
            )
        if "\0" in scope["path"]:  # nothing has such a name, and PostgreSQL fails to look for it
            return JSONResponse({"detail": "expected an address without NUL"}, 400)
        origin = headers.get("origin")
        if not self._gate.knows_origin(origin) or (not origin and is_strange_fetch(headers)):
            return JSONResponse({"detail": "this page's origin is not allowed"}, 403)
        if "transfer-encoding" in headers and "content-length" in headers:
            # Two ends of one body: what a proxy takes for its rest would be another request.
            return JSONResponse({"detail": "expected one length of the body, got two"}, 400)
        if scope["type"] == "http" and scope["method"] == "OPTIONS" and origin:
            private = {PRIVATE_NETWORK.replace("Request", "Allow"): "true"}
            asked = headers.get(PRIVATE_NETWORK) == "true"
            return Response(status_code=204, headers=CORS | (private if asked else {}))
        return None

    def _wait_s(self, scope: Scope, headers: Headers) -> float:
        """How long somebody who comes too often has to wait; 0: not at all."""
        address = _address(scope)
        waits = [self._requests.take(address)]
        if scope["type"] == "websocket":
            waits.append(self._handshakes.take(address))
        if token := token_of(headers, scope.get("subprotocols", ())):
            digest = sha256(token.encode()).hexdigest()
            waits += [self._by_token.take(digest), self._failures.wait_s(address)]
            if scope["type"] == "http" and _opens_match(scope):
                waits.append(self._matches.take(digest))
        return max(waits)

    def _marked(self, scope: Scope, send: Send) -> Send:
        origin = Headers(scope=scope).get("origin")

        async def marked(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                if message["status"] == 401:
                    self._failures.take(_address(scope))
                self._mark(MutableHeaders(raw=message.setdefault("headers", [])), scope, origin)
            await send(message)

        return marked

    def _mark(self, headers: MutableHeaders, scope: Scope, origin: str | None) -> None:
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        private = scope["path"].startswith("/api/")
        headers.setdefault("Cache-Control", "no-store" if private else "no-cache")
        headers.add_vary_header("Origin")
        if origin is not None and self._gate.knows_origin(origin):
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = "Retry-After"


def _address(scope: Scope) -> str:
    return caller((scope.get("client") or ("",))[0])


def _opens_match(scope: Scope) -> bool:
    return bool(scope["method"] == "POST" and scope["path"] in OPENING)


def _prompt(receive: Receive, send: Send) -> Receive:
    """`receive` of a client that has to say its first word in time."""
    said = 0

    async def prompt() -> Message:
        nonlocal said
        said += 1
        try:
            # The first message is the handshake's beginning, the second the first frame.
            async with asyncio.timeout(HELLO_S if said == 2 else None):
                return await receive()
        except TimeoutError:
            reason = f"expected hello within {HELLO_S:g} s"
            await send({"type": "websocket.close", "code": 1008, "reason": reason})
            return {"type": "websocket.disconnect", "code": 1008}

    return prompt
