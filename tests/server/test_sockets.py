"""The server's end: nothing stays open behind it."""

from __future__ import annotations

import gc
import socket
import threading
from contextlib import suppress

import pytest
from fastapi import FastAPI, Response

from server import sockets

pytestmark = pytest.mark.slow

LARGE = bytes(2**26)
"""More than the kernel keeps for a peer that does not read."""


def test_who_does_not_fetch_its_answer_is_cut_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is forgotten open would say so as it is thrown away: warnings are errors here."""
    monkeypatch.setattr(sockets, "GRACE_S", 0.2)
    app = FastAPI()
    app.get("/large")(lambda: Response(LARGE))
    server = sockets.Server(sockets.server_config(app))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],))
    with socket.create_connection(listener.getsockname(), timeout=30) as peer:
        thread.start()
        peer.sendall(b"GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        n_bytes = len(peer.recv(1000))
        server.should_exit = True
        thread.join()
        with suppress(ConnectionResetError):
            while part := peer.recv(2**20):
                n_bytes += len(part)
    assert n_bytes < len(LARGE)
    del server
    gc.collect()
