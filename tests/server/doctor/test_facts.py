"""The shells see what is there: broken files, taken ports, folders without a way in."""

from __future__ import annotations

import http.server
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.arena.store import Store
from server.doctor import facts


@contextmanager
def answering(body: bytes) -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_ports() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]
    assert facts.port(free) == (False, None)
    standing = {"status": "ready", "bundle": "b", "version": "9", "encoder": None, "problem": None}
    with answering(json.dumps(standing).encode()) as port:
        assert facts.port(port) == (True, standing)
    for other in (b"<html>", b'{"status": "ready"}', b"[]"):
        with answering(other) as port:
            assert facts.port(port) == (True, None)


def test_a_silent_program_has_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "PATIENCE_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert facts.port(listener.getsockname()[1]) == (True, None)


def test_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "a==1.2 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n"
        "b==3 ; sys_platform == 'linux' \\\n    --hash=sha256:22\n"
    )
    assert facts.locked(lock) == ["a==1.2", "b==3 ; sys_platform == 'linux'"]
    assert facts.locked(tmp_path / "none") == []


def test_home(tmp_path: Path) -> None:
    home = tmp_path / "not" / "yet"
    disk, problem = facts.writable(home)
    assert not problem
    assert abs(disk - time.time()) < 60
    assert facts.free_bytes(home) > 0
    assert not (tmp_path / "not").exists()


def test_home_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    problem = facts.writable(tmp_path / "file")[1]
    assert problem == f"expected a folder to write to, got: {os.strerror(20)}"


def test_databases(tmp_path: Path) -> None:
    path = tmp_path / "arena.sqlite"
    assert facts.database(f"sqlite:///{path}") == ""
    assert not path.exists()
    Store(f"sqlite:///{path}").close()
    assert facts.database(f"sqlite:///{path}") == ""
    path.write_bytes(b"no database " * 1000)
    assert "file is not a database" in facts.database(f"sqlite:///{path}")
    assert "sqlight" in facts.database("sqlight:///x")


def test_packages() -> None:
    assert facts.installed("pydantic")
    assert facts.installed("there-is-no-such-package") is None
    assert any(text.startswith("torch==") for text in facts.required())


def test_a_browser_that_does_not_start(tmp_path: Path) -> None:
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\necho Chromium 150 \n")
    browser.chmod(0o755)
    assert facts.browser_version(str(browser)) == "Chromium 150"
    with pytest.raises(OSError, match="nowhere"):
        facts.browser_version(str(tmp_path / "nowhere"))


@pytest.mark.slow
def test_bundles(tmp_path: Path) -> None:
    assert facts.bundle("world-small")[0].startswith("world-small@")
    (tmp_path / "bundle.json").write_text("{}")
    encoder, problem = facts.bundle(str(tmp_path))
    assert encoder == ""
    assert problem.startswith("BundleError")


@pytest.mark.slow
def test_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    found = facts.torch()
    assert not isinstance(found, str)
    assert found.threads >= 1

    def broken(name: str) -> None:
        raise RuntimeError("operator torchvision::nms does not exist")

    monkeypatch.setattr(facts, "import_module", broken)
    assert facts.torch() == "RuntimeError: operator torchvision::nms does not exist"
