"""An engine's program: started for a tournament, started again if it dies, ended with it."""

from __future__ import annotations

import asyncio
import os
import shlex
import socket
import subprocess
from asyncio.subprocess import Process
from pathlib import Path

STOP_S = 5.0
ENDING_S = 0.5
MAX_RESTARTS = 3
"""Of a program that has ended; then it loses what is left."""


class EngineFault(Exception):  # noqa: N818  read as a sentence
    """An engine did not do what it should; the message says what."""


class EngineProgram:
    """An engine that we start ourselves: it listens on the port that `PORT` names."""

    def __init__(self, command: str, log: Path) -> None:
        """Its output goes to `log`."""
        self._command = shlex.split(command)
        self._log = log
        self._process: Process | None = None
        self._starts = 0
        self.url = ""

    @property
    def ended(self) -> bool:
        """It is not running."""
        return self._process is None or self._process.returncode is not None

    async def start(self) -> None:
        """Start it, or start it again.

        Raises:
            EngineFault: it cannot be started, or has ended too often.
        """
        if self._starts > MAX_RESTARTS:
            raise EngineFault(f"ended {self._starts} times, the last time with {self._status}")
        self._starts += 1
        port = _free_port()
        self.url = f"ws://127.0.0.1:{port}"
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env={**os.environ, "PORT": str(port)},
                    start_new_session=True,  # Ctrl-C is for us
                )
            except OSError as error:
                raise EngineFault(f"expected a program to start, got: {error}") from error

    @property
    def _status(self) -> str:
        return "nothing" if self._process is None else f"status {self._process.returncode}"

    async def explain(self) -> str:
        """How it ended, or nothing."""
        if self._process:  # the connection ends a moment before the program does
            await asyncio.wait([asyncio.create_task(self._process.wait())], timeout=ENDING_S)
        return f"; the program ended with {self._status}, see {self._log}" if self.ended else ""

    async def stop(self) -> None:
        """End it, if need be by force."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
