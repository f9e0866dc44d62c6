"""`homing serve`: the inference server and the arena, on this machine."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import os
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from server.app import create_app
from server.logs import write_to_stderr
from server.rack import Rack
from server.settings import DEFAULT_PORT, LOOPBACK, Settings, from_environment
from server.sockets import Server, server_config


class HomingServer(Server):
    """Lets conversations end in good order before uvicorn cuts them; loads anew at SIGHUP."""

    def __init__(self, config: uvicorn.Config, models: Rack) -> None:
        super().__init__(config)
        self._models = models
        self._loads: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """What uvicorn does, and an ear for SIGHUP."""
        await super().startup(sockets)
        if hasattr(signal, "SIGHUP"):  # Windows has none
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._load_anew)

    def _load_anew(self) -> None:
        loading = asyncio.create_task(self._models.load())
        self._loads.add(loading)
        loading.add_done_callback(self._loads.discard)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, then what uvicorn does."""
        await self._models.drain()
        await super().shutdown(sockets)


log = logging.getLogger(__name__)


def main(argv: list[str]) -> int:
    """Serve until told to stop; return 0, or 1 where port, token or database cannot be had."""
    settings = _settings(argv)
    try:
        listener = _listen(settings.host, settings.port)
    except OSError as error:
        return _fail(_explained(error, settings))
    with listener:
        settings = replace(settings, port=listener.getsockname()[1])
        try:
            app = create_app(settings)
        except (OSError, ValueError, SQLAlchemyError, ImportError) as error:
            return _fail(str(error))  # ImportError: of a database's driver
        write_to_stderr(secrets=settings.secrets)
        _announce(settings)
        _run(app, listener)
    return 0


def _fail(message: str) -> int:
    print(f"homing serve: {message}", file=sys.stderr)
    return 1


def _settings(argv: list[str]) -> Settings:
    parser = argparse.ArgumentParser(
        "homing serve", description="Run the inference server and the arena on this machine."
    )
    parser.add_argument("--port", type=_port, help=f"0: any free one; default {DEFAULT_PORT}")
    parser.add_argument(
        "--host", help=f"address to listen on; default {LOOPBACK[0]}, this machine only"
    )
    parser.add_argument(
        "--bundle",
        action="append",
        dest="bundles",
        help="name or folder of a bundle; default world-small. Again: others beside it, by request",
    )
    parser.add_argument("--packs", type=Path, help="folder of packs; default HOME/packs")
    settings = from_environment(os.environ)
    given: dict[str, Any] = {
        name: value for name, value in vars(parser.parse_args(argv)).items() if value is not None
    }
    if "bundles" in given:
        given["bundles"] = tuple(given["bundles"])
    return replace(settings, **given)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**16:
        raise argparse.ArgumentTypeError(f"expected 0 to {2**16 - 1}, got: {text}")
    return int(text)


def _listen(host: str, port: int) -> socket.socket:
    """From here on connections wait in the queue, so that the printed URL is true at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _explained(error: OSError, settings: Settings) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {settings.port} is taken; choose another with --port, or 0 for any"
    return f"{settings.host}:{settings.port}: expected an address to listen on, got: {error}"


def _run(app: FastAPI, listener: socket.socket) -> None:
    # uvicorn closes in good order at SIGTERM, then raises it again: that is a clean end, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    HomingServer(server_config(app), app.state.models).run(sockets=[listener])


def _announce(settings: Settings) -> None:
    """Say where the server is. A token that the environment gave is not repeated."""
    token = "$HOMING_TOKEN" if os.environ.get("HOMING_TOKEN") else settings.token
    if settings.host not in LOOPBACK:
        log.warning(
            "%s can be reached from other machines; "
            "name the addresses they use in HOMING_ORIGINS (http://192.168.1.5:8321)",
            settings.host,
        )
    print(f"{settings.url}/#token={token}")
    print(
        f"bundle {', '.join(settings.bundles)}, packs in {settings.packs}; stop with Ctrl-C",
        flush=True,
    )
