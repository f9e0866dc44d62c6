"""The WebSocket on which a show is pushed: its whole state whenever that is another one.

What is held back here is on no wire. Shows change by themselves as their clock goes on (a delayed
guess, the end of the suspense), so that each one is looked at a few times a second.
"""

from __future__ import annotations

import asyncio
import logging

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.responses import JSONResponse

from server.arena.callers import WrongSeat
from server.arena.store import UnknownMatch
from server.gate import Gate, token_of
from server.live.desk import Desk
from server.live.words import LIVE_SUBPROTOCOL, ShowWord

TICK_S = 0.2
"""Between two looks."""
REFRESH_S = 5.0
"""A show that does not change is told again, so that its clocks stay true."""
CLOCKS = {"phase_s": 0.0, "time_left_s": None, "starts_in_s": None}

log = logging.getLogger(__name__)


def show_router(desk: Desk, gate: Gate, prefix: str) -> APIRouter:
    """The route, for an overlay's token or the host's, in a header or as subprotocol."""
    router = APIRouter()

    @router.websocket(f"{prefix}/watch")
    async def watch(socket: WebSocket, match: str) -> None:
        if not gate.knows_origin(socket.headers.get("origin")):
            await _refuse(socket, 403, "this page's origin is not allowed")
            return
        subprotocols = socket.scope["subprotocols"]
        token = token_of(socket.headers, subprotocols)
        try:
            await asyncio.to_thread(desk.require_viewer, match, token)
        except (UnknownMatch, WrongSeat) as error:
            await _refuse(socket, 404 if isinstance(error, UnknownMatch) else 401, str(error))
            return
        offered = LIVE_SUBPROTOCOL in subprotocols
        await socket.accept(subprotocol=LIVE_SUBPROTOCOL if offered else None)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_read(socket))
                tasks.create_task(_write(socket, desk, match))
        except* WebSocketDisconnect:
            log.debug("an overlay has gone")

    return router


async def _refuse(socket: WebSocket, status: int, detail: str) -> None:
    await socket.send_denial_response(JSONResponse({"detail": detail}, status))


async def _read(socket: WebSocket) -> None:
    """Nothing that an overlay says is heard."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))


async def _write(socket: WebSocket, desk: Desk, match: str) -> None:
    told: ShowWord | None = None
    told_at = 0.0
    clock = asyncio.get_running_loop().time
    while True:
        word = await asyncio.to_thread(desk.show, match)
        still = word.model_copy(update=CLOCKS)
        if still != told or clock() - told_at > REFRESH_S:
            told, told_at = still, clock()
            await socket.send_text(word.model_dump_json())
        await asyncio.sleep(TICK_S)
