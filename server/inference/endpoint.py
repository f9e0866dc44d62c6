"""The WebSocket `/ws/locate`: a thin shell around `Session`.

Each connection has a reader (this task), a writer and one task a piece of work. The outbox is
short: a client that does not read its answers is not read either, and delays no one else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.responses import JSONResponse

from server.gate import Gate
from server.inference.service import LocateService
from server.inference.session import CLOSING, Session
from server.inference.work import EmbedViews, Output, Send, Work, WorkError
from server.logs import told_answer
from server.protocol import MAX_FRAME_BYTES, SUBPROTOCOL, ErrorCode, Failure

SOCKET_MAX_BYTES = 2 * MAX_FRAME_BYTES
"""For uvicorn's `ws_max_size`. A frame between the two is answered by `frame_too_large` and the
connection goes on; a larger one is not even read, and the connection is closed with code 1009."""

OUTBOX_FRAMES = 16

GOING_AWAY = 1001
"""Close code of a server that stops (RFC 6455, 7.4.1)."""

log = logging.getLogger(__name__)


def locate_router(service: LocateService, gate: Gate) -> APIRouter:
    """The route `/ws/locate`, for those whom the gate lets pass."""
    router = APIRouter()

    @router.websocket("/ws/locate")
    async def locate(socket: WebSocket) -> None:
        if refusal := _refusal(socket, gate) or _stopping(service):
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


def _stopping(service: LocateService) -> JSONResponse | None:
    return JSONResponse({"detail": CLOSING}, 503) if service.doors.closing else None


class _Conversation:
    """One accepted connection."""

    def __init__(self, socket: WebSocket, service: LocateService) -> None:
        self._socket = socket
        self._service = service
        self._session: Session = service.session()
        self._share = service.budget.share()
        self._outbox: asyncio.Queue[str | bytes | None] = asyncio.Queue(OUTBOX_FRAMES)
        """None: the last frame has been written."""
        self._tasks = asyncio.TaskGroup()
        self._works: set[asyncio.Task[None]] = set()
        self._clocks: dict[Work, asyncio.Timeout] = {}
        """Of work that is being done: when it runs out, the work is dropped."""
        self._here = False

    async def run(self) -> None:
        """Converse until the client goes, or the server stops; unfinished work goes with it.

        Raises:
            ExceptionGroup: of `WebSocketDisconnect`.
        """
        with self._service.doors.inside(self):
            async with self._tasks:
                self._tasks.create_task(self._write())
                self._here = True
                if self._service.doors.closing:  # since the handshake began
                    self.leave(0)
                try:
                    while True:
                        await self._answer(await self._frame())
                finally:
                    self._here = False
                    self._share.hold(0)

    def leave(self, grace_s: float) -> None:
        """Begin to leave: finish what can be finished in that time, refuse the rest by name."""
        if self._here:
            self._tasks.create_task(self._leave(grace_s))

    async def _leave(self, grace_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_s):
                await self._put_out(self._session.close())
                while self._works:
                    await asyncio.wait(self._works)
        await self._put_out(self._session.close(now=True))
        await self._outbox.put(None)

    async def _frame(self) -> str | bytes:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text: str | None = message.get("text")
        data: bytes = message.get("bytes") or b""
        return data if text is None else text

    async def _write(self) -> None:
        while (frame := await self._outbox.get()) is not None:
            if isinstance(frame, str):
                await self._socket.send_text(frame)
            else:
                await self._socket.send_bytes(frame)
        await self._socket.close(GOING_AWAY)
        raise WebSocketDisconnect(GOING_AWAY)

    async def _answer(self, frame: str | bytes) -> None:
        hint_s = self._service.admission.retry_after_s
        room = self._share.has_room(len(frame))
        outputs = self._session.receive(frame, _now_s(), hint_s, has_room=room)
        for work, clock in self._clocks.items():
            if not self._session.wants(work) and not clock.expired():
                clock.reschedule(_now_s())
        await self._put_out(outputs)

    async def _put_out(self, outputs: Sequence[Output]) -> None:
        self._share.hold(self._session.held_bytes)
        for output in outputs:
            if isinstance(output, Send):
                told_answer(output.message)
                if isinstance(output.message, Failure):
                    self._service.meter.failed(output.message.code)
                await self._outbox.put(output.frame())
            else:
                task = self._tasks.create_task(self._work(output))
                self._works.add(task)
                task.add_done_callback(self._works.discard)

    async def _work(self, work: Work) -> None:
        if not self._session.wants(work):
            return
        clock = asyncio.timeout_at(self._session.until_s(work))
        try:
            async with clock:
                self._clocks[work] = clock
                outputs = await self._done(work)
        except WorkError as error:
            outputs = self._session.failed(
                work, error.code, error.message, error.index, error.retry_after_s
            )
        except Exception as error:
            outputs = self._session.failed(work, *_fault(error, clock))
        finally:
            self._clocks.pop(work, None)
        await self._put_out(outputs)

    async def _done(self, work: Work) -> list[Output]:
        with self._service.admission.hold(work.admits):
            if isinstance(work, EmbedViews):
                embeddings, timings = await self._service.embed(work.images, self, work.served)
                return self._session.embedded(work, embeddings, timings)
            prediction, timings = await self._service.locate(work.embedding, self, work.served)
            self._service.meter.took("request", _now_s() - work.since_s)
            return self._session.located(work, prediction, timings)


def _fault(error: Exception, clock: asyncio.Timeout) -> tuple[ErrorCode, str]:
    if clock.expired():
        return ErrorCode.TOO_LATE, "expected an answer within deadline_ms, got: none yet"
    log.error("work of a request failed", exc_info=error)
    return ErrorCode.INTERNAL, "the server's log has the cause"


def _now_s() -> float:
    return asyncio.get_running_loop().time()
