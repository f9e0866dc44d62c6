"""The WebSocket `/ws/locate`: a thin shell around `Session`.

Each connection has a reader (this task), a writer and one task a piece of work. The outbox is
short: a client that does not read its answers is not read either, and delays no one else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.responses import JSONResponse

from server.gate import Gate
from server.inference.service import LocateService
from server.inference.session import Session
from server.inference.work import EmbedViews, Output, Send, Work, WorkError
from server.logs import told_answer
from server.protocol import MAX_FRAME_BYTES, SUBPROTOCOL, ErrorCode

SOCKET_MAX_BYTES = 2 * MAX_FRAME_BYTES
"""For uvicorn's `ws_max_size`. A frame between the two is answered by `frame_too_large` and the
connection goes on; a larger one is not even read, and the connection is closed with code 1009."""

OUTBOX_FRAMES = 16

log = logging.getLogger(__name__)


def locate_router(service: LocateService, gate: Gate) -> APIRouter:
    """The route `/ws/locate`, for those whom the gate lets pass."""
    router = APIRouter()

    @router.websocket("/ws/locate")
    async def locate(socket: WebSocket) -> None:
        if refusal := _refusal(socket, gate):
            await socket.send_denial_response(refusal)
            return
        offered = SUBPROTOCOL in socket.scope["subprotocols"]
        await socket.accept(subprotocol=SUBPROTOCOL if offered else None)
        try:
            await _Conversation(socket, service).run()
        except* WebSocketDisconnect:
            log.debug("a client has gone")

    return router


def _refusal(socket: WebSocket, gate: Gate) -> JSONResponse | None:
    """Answered instead of the handshake."""
    if not gate.knows_origin(socket.headers.get("origin")):
        return JSONResponse({"detail": "this page's origin is not allowed"}, 403)
    named = gate.knows_header(socket.headers.get("authorization"))
    if not named and not gate.knows_subprotocols(socket.scope["subprotocols"]):
        return JSONResponse({"detail": "expected the server's token"}, 401)
    return None


class _Conversation:
    """One accepted connection."""

    def __init__(self, socket: WebSocket, service: LocateService) -> None:
        self._socket = socket
        self._service = service
        self._session: Session = service.session()
        self._outbox: asyncio.Queue[str | bytes] = asyncio.Queue(OUTBOX_FRAMES)
        self._tasks = asyncio.TaskGroup()

    async def run(self) -> None:
        """Converse until the client goes; its unfinished work goes with it.

        Raises:
            ExceptionGroup: of `WebSocketDisconnect`.
        """
        async with self._tasks:
            self._tasks.create_task(self._write())
            while True:
                await self._put_out(self._session.receive(await self._frame()))

    async def _frame(self) -> str | bytes:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text: str | None = message.get("text")
        data: bytes = message.get("bytes") or b""
        return data if text is None else text

    async def _write(self) -> None:
        while True:
            frame = await self._outbox.get()
            if isinstance(frame, str):
                await self._socket.send_text(frame)
            else:
                await self._socket.send_bytes(frame)

    async def _put_out(self, outputs: Sequence[Output]) -> None:
        for output in outputs:
            if isinstance(output, Send):
                told_answer(output.message)
                await self._outbox.put(output.frame())
            else:
                # One for each open request; one that a later frame ended still runs to its end.
                self._tasks.create_task(self._work(output))

    async def _work(self, work: Work) -> None:
        try:
            outputs = await self._done(work)
        except WorkError as error:
            outputs = self._session.failed(work, error.code, error.message, error.index)
        except Exception:
            log.exception("work of a request failed")
            text = "the server's log has the cause"
            outputs = self._session.failed(work, ErrorCode.INTERNAL, text)
        await self._put_out(outputs)

    async def _done(self, work: Work) -> list[Output]:
        if isinstance(work, EmbedViews):
            embeddings, timings = await self._service.embed(work.images)
            return self._session.embedded(work, embeddings, timings)
        prediction, timings = await self._service.locate(work.embedding)
        return self._session.located(work, prediction, timings)
