"""Speaks `server.protocol` over WebSockets: connects, greets, asks, and comes back after a loss."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Generator, Sequence
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Self, TypeVar, cast
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.client import process_exception
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from bot.conversation import (
    LocateFailed,
    LocateTimedOut,
    Mismatch,
    Request,
    Unreachable,
    check_greeting,
    greeting,
)
from bot.game import View
from server.protocol import (
    MAX_FRAME_BYTES,
    SUBPROTOCOL,
    ErrorCode,
    Located,
    LocateEmbedding,
    LocateView,
    LocateViews,
    PanoramaView,
)

Hear = Callable[[Located], None]
"""Told of each answer as it comes, interim and final; after a reconnect some come again."""

T = TypeVar("T")

PATIENCE_S = 60.0
"""Longer than a server takes to be started again and to load its models."""


class Client:
    """One bot's line to an inference server; an async context manager.

    One request at a time. A lost connection is opened again with growing pauses and the request's
    frames are sent again; `patience_s` bounds it all.

    Raises, in every method that asks:
        Mismatch: wrong token, protocol version or encoder.
        LocateFailed: the server's `Failure`.
        LocateTimedOut, Unreachable: patience is at an end, with and without a connection.
    """

    def __init__(
        self,
        server_url: str,
        token: str,
        encoder: str | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`server_url` like http://127.0.0.1:8321; `encoder` of embeddings, None: sends views."""
        self._url = _socket_url(server_url)
        self._token = token
        self._encoder = encoder
        self._patience_s = patience_s
        self._connections: AsyncGenerator[ClientConnection, None] | None = None
        self._socket: ClientConnection | None = None
        self._connected = False
        self._sending = asyncio.Lock()
        self._ids = count(1)

    async def __aenter__(self) -> Self:
        """Nothing yet: the first request connects."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        await self._hang_up()

    async def connect(self) -> None:
        """Connect and greet now, so that the first request does not wait for it."""
        await self._patient(self._ready())

    async def locate_stream(
        self, views: AsyncIterable[View], of: int, hear: Hear, left_s: float | None = None
    ) -> Located:
        """Send each of `of` views the moment it comes; return the final answer.

        The server is told that it is of no use after `left_s`.
        """
        request = self._request(left_s)
        answer = asyncio.create_task(self._answer(request, hear))
        try:
            async for view in views:
                request.say(
                    LocateView(
                        id=request.id,
                        of=of,
                        heading=view.heading,
                        pitch=view.pitch,
                        image=view.jpeg,
                    )
                )
                with suppress(ConnectionClosed):  # the answering task sends them again
                    await self._send(request)
            return await self._patient(answer)
        finally:
            await _cancelled(answer)

    async def locate_views(self, views: Sequence[View]) -> Located:
        """Send all views at once."""
        request = self._request()
        words = [PanoramaView(heading=v.heading, pitch=v.pitch, image=v.jpeg) for v in views]
        request.say(LocateViews(id=request.id, views=words))
        return await self._patient(self._answer(request, lambda _: None))

    async def locate_embedding(
        self, embedding: Sequence[float], views: int, left_s: float | None = None
    ) -> Located:
        """Send the plain mean of `views` embeddings, made by the client's own encoder."""
        assert self._encoder is not None, "a client that sends embeddings names their encoder"
        request = self._request(left_s)
        request.say(
            LocateEmbedding(
                id=request.id, encoder=self._encoder, views=views, embedding=list(embedding)
            )
        )
        return await self._patient(self._answer(request, lambda _: None))

    def _request(self, left_s: float | None = None) -> Request:
        until_s = None if left_s is None else _now_s() + left_s
        return Request(f"panorama-{next(self._ids)}", until_s)

    async def _answer(self, request: Request, hear: Hear) -> Located:
        while True:
            try:
                socket = await self._ready()
                await self._send(request)
                return await _final(socket, request, hear)
            except ConnectionClosed:
                self._socket = None
            except LocateFailed as failure:
                await self._come_back(failure)
            request.restart()

    async def _come_back(self, failure: LocateFailed) -> None:
        """Wait as long as the server wishes, where it is only busy or about to be started anew."""
        if failure.code is ErrorCode.CLOSING:
            self._socket = None
        elif failure.code is not ErrorCode.BUSY:
            raise failure
        # Not before, and not in step with all the others who were refused.
        await asyncio.sleep((failure.retry_after_s or next(_delays_s())) * random.uniform(1, 1.5))  # noqa: S311  no secret

    async def _send(self, request: Request) -> None:
        """Send what has not been sent, if there is a connection."""
        async with self._sending:
            while self._socket is not None and (frame := request.unsent(_now_s())) is not None:
                await self._socket.send(frame)

    async def _ready(self) -> ClientConnection:
        """A connection whose greetings have been exchanged."""
        while self._socket is None:
            socket = await self._next_connection()
            try:
                await socket.send(greeting(self._encoder))
                check_greeting(await socket.recv(), self._encoder)
                self._socket = socket
            except ConnectionClosed:
                await asyncio.sleep(next(_delays_s()))
        return self._socket

    async def _next_connection(self) -> ClientConnection:
        """A new connection, however many attempts it takes; the old one is closed."""
        self._connections = self._connections or _connections(self._url, self._token)
        self._connected = False
        try:
            socket = await anext(self._connections)
        except BaseException as error:
            self._connections = None  # a generator that has raised gives nothing any more
            if isinstance(error, InvalidHandshake):
                raise Mismatch(f"{self._url}: {_refusal(error)}") from error
            raise
        self._connected = True
        return socket

    async def _patient(self, work: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self._patience_s):
                return await work
        except TimeoutError as error:
            text = f"{self._url}: expected an answer within {self._patience_s:g} s, got: "
            if self._connected:
                raise LocateTimedOut(text + "silence") from error
            raise Unreachable(text + "no connection") from error

    async def _hang_up(self) -> None:
        connections, self._connections, self._socket = self._connections, None, None
        if connections is not None:
            await connections.aclose()


def _connections(url: str, token: str) -> AsyncGenerator[ClientConnection, None]:
    """One connection after another, each when the one before has been lost.

    websockets' own reconnecting: it goes on at network errors, 5xx and 429; it raises the rest.
    """
    opening = connect(
        url,
        additional_headers={"Authorization": f"Bearer {token}"},
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,  # JPEG does not shrink
        max_size=MAX_FRAME_BYTES,
        proxy=None,  # the server is on this machine
        reconnect_delays=_delays_s,
        process_exception=_in_vain,
    )
    return cast("AsyncGenerator[ClientConnection, None]", aiter(opening))


def _in_vain(error: Exception) -> Exception | None:
    """What there is no use in trying again. 429: too often, and with the pauses it gets less."""
    if isinstance(error, InvalidStatus) and error.response.status_code == 429:
        return None
    return process_exception(error)


def _delays_s() -> Generator[float]:
    """Pauses between attempts to connect: doubling, up to two seconds, never in step."""
    delay_s = 0.1
    while True:
        yield delay_s * random.uniform(0.75, 1.25)  # noqa: S311  no secret
        delay_s = min(2 * delay_s, 2.0)


async def _final(socket: ClientConnection, request: Request, hear: Hear) -> Located:
    while True:
        located = request.hear(await socket.recv())
        if located is None:
            continue
        hear(located)
        if located.final:
            return located


def _now_s() -> float:
    return asyncio.get_running_loop().time()


async def _cancelled(task: asyncio.Task[Located]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task


def _refusal(error: InvalidHandshake) -> str:
    if isinstance(error, InvalidStatus):
        said = bytes(error.response.body or b"").decode(errors="replace")
        return f"expected to be let in, got: {error.response.status_code} {said}".strip()
    return f"expected a WebSocket, got: {error}"


def _socket_url(server_url: str) -> str:
    """ws://host/ws/locate of http://host/."""
    parts = urlsplit(server_url)
    schemes = {"http": "ws", "https": "wss"}
    if parts.scheme not in schemes or not parts.netloc:
        raise ValueError(f"server: expected a URL like http://127.0.0.1:8321, got: {server_url}")
    return urlunsplit((schemes[parts.scheme], parts.netloc, "/ws/locate", "", ""))
