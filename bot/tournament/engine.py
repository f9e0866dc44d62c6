"""External engines: any program that speaks server/PROTOCOL.md as a server.

An engine is asked with JSON text: `hello`, then one `locate_views` a round. Whatever goes wrong
costs it the round, with the reason; it is called anew for the next one.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import shlex
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bot.game import Guess, View
from bot.timing import Stopwatch
from bot.tournament.engine_program import EngineFault, EngineProgram
from bot.tournament.players import Answer, Scene
from server.protocol import (
    MAX_FRAME_BYTES,
    VERSION,
    Failure,
    Hello,
    Located,
    LocateViews,
    PanoramaView,
    ProtocolError,
    read_server,
    to_text,
)

TOKEN = "HOMING_ENGINE_TOKEN"  # noqa: S105  the name of a variable
"""Sent to engines as a bearer token where it is set: another `homing serve` asks for its own."""

START_S = 60.0
"""For an engine to load what it needs, until it takes connections and says hello."""

POLL_S = 0.1


class EnginePlayer:
    """A `Player` at the other end of a WebSocket; an async context manager."""

    def __init__(self, name: str, spec: str, answer_s: float, log: Path) -> None:
        """`spec`: a URL, or the command of a program. It has `answer_s` for each round."""
        self.name = name
        self.spec = spec
        self._answer_s = answer_s
        self._program = None if is_url(spec) else EngineProgram(spec, log)
        self._socket: ClientConnection | None = None
        self._ids = count(1)
        self._asking = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Start and greet it.

        Raises:
            EngineFault: it cannot be reached, or is no engine.
        """
        try:
            await self._ready(START_S)
        except EngineFault as error:
            await self._close()
            raise EngineFault(f"engine {self.name}: {error}") from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up; end what we have started."""
        await self._close()

    async def answers(self, scenes: Sequence[Scene]) -> list[Answer]:
        """See `Player`; one after the other."""
        async with self._asking:
            return [await self._answer(scene) for scene in scenes]

    async def _answer(self, scene: Scene) -> Answer:
        views = await asyncio.to_thread(scene.views)
        watch = Stopwatch()
        try:
            await self._ready(self._answer_s)
            watch.lap_ms()
            async with asyncio.timeout(self._answer_s):
                guess = await self._ask(views)
        except TimeoutError:
            await self._hang_up()
            text = f"late: expected an answer within {self._answer_s:g} s, got: none"
            return Answer(None, watch.lap_ms(), text)
        except EngineFault as error:
            await self._hang_up()
            return Answer(None, watch.lap_ms(), str(error))
        return Answer(guess, watch.lap_ms())

    async def _ready(self, hello_s: float) -> None:
        """Connected and greeted within `hello_s`; its program started again where it has ended."""
        if self._socket is not None:
            return
        if self._program and self._program.ended:
            await self._program.start()
            hello_s = START_S
        self._socket = await self._connected()
        try:
            async with asyncio.timeout(hello_s):
                await self._socket.send(to_text(_GREETING))
                hello = await self._hear(self._socket)
        except TimeoutError as error:
            raise EngineFault(f"late: expected hello within {hello_s:g} s, got: none") from error
        except WebSocketException as error:
            raise EngineFault(f"connection lost: {error}{await self._how()}") from error
        if not isinstance(hello, Hello):
            raise EngineFault(f"expected hello of version {VERSION}, got: {hello.type}")

    async def _connected(self) -> ClientConnection:
        """A connection; a program of ours is waited for until it listens."""
        url = self._program.url if self._program else self.spec
        until_s = asyncio.get_running_loop().time() + (START_S if self._program else 0)
        while True:
            try:
                return await _connect(url)
            except (OSError, WebSocketException, TimeoutError) as error:
                late = asyncio.get_running_loop().time() >= until_s
                if late or (self._program and self._program.ended):
                    text = f"expected a WebSocket at {url}, got: {error}"
                    raise EngineFault(text + await self._how()) from error
            await asyncio.sleep(POLL_S)

    async def _ask(self, views: Sequence[View]) -> Guess:
        assert self._socket is not None
        words = [PanoramaView(heading=v.heading, pitch=v.pitch, image=v.jpeg) for v in views]
        deadline_ms = self._answer_s * 1000
        asked = LocateViews(id=f"round-{next(self._ids)}", views=words, deadline_ms=deadline_ms)
        try:
            await self._socket.send(_text(asked))
            while True:
                said = await self._hear(self._socket)
                if isinstance(said, Failure) and said.id in (asked.id, None):
                    raise EngineFault(f"failed: {said.code}: {said.message}")
                if isinstance(said, Located) and said.id == asked.id and said.final:
                    return Guess(said.prediction.guess.lat, said.prediction.guess.lng)
        except WebSocketException as error:
            raise EngineFault(f"connection lost: {error}{await self._how()}") from error

    async def _hear(self, socket: ClientConnection) -> Hello | Located | Failure:
        try:
            return read_server(await socket.recv())
        except ProtocolError as error:
            raise EngineFault(f"garbage: {error}") from error

    async def _how(self) -> str:
        return await self._program.explain() if self._program else ""

    async def _hang_up(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.close()

    async def _close(self) -> None:
        await self._hang_up()
        if self._program:
            await self._program.stop()


_GREETING = Hello(version=VERSION, software="homing tournament", encoder=None)


def _text(asked: LocateViews) -> str:
    """As JSON, the pictures in the base64 that every language reads: `to_text` has the other."""
    return json.dumps(asked.model_dump(), default=lambda data: base64.b64encode(data).decode())


def is_url(spec: str) -> bool:
    """A WebSocket's address, not a command."""
    return re.match(r"wss?://", spec) is not None


def engine_name(spec: str) -> str:
    """What an engine is called that was given no name: its host and port, or its program's."""
    if is_url(spec):
        return spec.partition("://")[2].partition("/")[0].rpartition("@")[2]
    words = shlex.split(spec)
    if not words:
        raise ValueError("engine: expected a URL like ws://127.0.0.1:9000 or a command, got: none")
    files = [word for word in words[1:] if Path(word).suffix in {".py", ".js", ".mjs", ".jar"}]
    return Path(files[0] if files else words[0]).stem


async def _connect(url: str) -> ClientConnection:
    token = os.environ.get(TOKEN)
    return await connect(
        url,
        additional_headers={"Authorization": f"Bearer {token}"} if token else None,
        compression=None,  # JPEG does not shrink
        max_size=MAX_FRAME_BYTES,
        proxy=None,
        close_timeout=1,
    )
