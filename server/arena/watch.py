"""The WebSocket on which a match is pushed: its whole state at each change and deadline."""

from __future__ import annotations

import asyncio
import logging

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.responses import JSONResponse

from server.arena.callers import WrongSeat
from server.arena.channels import Channel, Channels
from server.arena.host import Host
from server.arena.store import UnknownMatch
from server.arena.view import PREFIX
from server.arena.words import ARENA_SUBPROTOCOL
from server.gate import Gate, token_of

log = logging.getLogger(__name__)


def watch_router(host: Host, gate: Gate) -> APIRouter:
    """The route, for any token of the match, in `Authorization` or as subprotocol `token.<it>`."""
    router = APIRouter()
    channels = Channels(host)

    @router.websocket(f"{PREFIX}/matches/{{match}}/watch")
    async def watch(socket: WebSocket, match: str) -> None:
        if not gate.knows_origin(socket.headers.get("origin")):
            await _refuse(socket, 403, "this page's origin is not allowed")
            return
        subprotocols = socket.scope["subprotocols"]
        token = token_of(socket.headers, subprotocols)
        try:
            caller = await asyncio.to_thread(host.enter, match, token)
        except (UnknownMatch, WrongSeat) as error:
            await _refuse(socket, 404 if isinstance(error, UnknownMatch) else 401, str(error))
            return
        offered = ARENA_SUBPROTOCOL in subprotocols
        await socket.accept(subprotocol=ARENA_SUBPROTOCOL if offered else None)
        try:
            async with channels.watch(match) as (channel, changed), asyncio.TaskGroup() as tasks:
                watcher = _Watcher(socket, channel, changed, caller.seat)
                tasks.create_task(watcher.read())
                tasks.create_task(watcher.write())
        except* WebSocketDisconnect:
            log.debug("a watcher has gone")

    return router


async def _refuse(socket: WebSocket, status: int, detail: str) -> None:
    await socket.send_denial_response(JSONResponse({"detail": detail}, status))


class _Watcher:
    """One accepted connection. Who reads slowly misses states, never the newest one."""

    def __init__(
        self, socket: WebSocket, channel: Channel, changed: asyncio.Event, seat: int | None
    ) -> None:
        self._socket = socket
        self._channel = channel
        self._changed = changed
        self._seat = seat
        self._asked = False

    async def read(self) -> None:
        """Whatever is said asks for the state once more."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            self._asked = True
            self._changed.set()

    async def write(self) -> None:
        """Say what changed for this seat, or is asked for."""
        told = 0
        while True:
            await self._changed.wait()
            self._changed.clear()
            version = self._channel.state.version(self._seat)
            if version != told or self._asked:
                self._asked, told = False, version
                await self._socket.send_text(self._channel.text(self._seat))
