"""Databases: a SQLite file, and a real PostgreSQL where its programs are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

PLACES = "/usr/lib/postgresql/*/bin"
"""Where Debian puts the server's programs, which are not on PATH."""

QUICK = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "shared_buffers=16MB"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server of its own, on a free port; skips where there are no programs for it."""
    programs = [Path(found) for found in [shutil.which("initdb")] if found]
    programs += sorted(Path("/").glob(f"{PLACES[1:]}/initdb"))
    if not programs:
        pytest.skip("PostgreSQL is not installed here: expected initdb on PATH or in " + PLACES)
    pytest.importorskip("psycopg", reason="needs homing[postgresql]")
    with tempfile.TemporaryDirectory(prefix="postgresql-") as name, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        folder = Path(name) / "data"
        # It refuses to be run by root.
        user = "nobody" if os.geteuid() == 0 else None
        if user:
            shutil.chown(name, user)
        _run(user, programs[0], "-D", folder, "-U", "homing", "-A", "trust", "--no-sync")
        options = " ".join(["-p", str(port), "-h", "127.0.0.1", "-k", name, *QUICK])
        pg_ctl = programs[0].parent / "pg_ctl"
        _run(user, pg_ctl, "-D", folder, "-l", f"{name}/log", "-o", options, "-w", "start")
        try:
            yield f"postgresql://homing@127.0.0.1:{port}/postgres"
        finally:
            _run(user, pg_ctl, "-D", folder, "-m", "immediate", "stop")


def _run(user: str | None, *command: object) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True,
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        timeout=120,
    )


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind, as HOMING_DATABASE_URL names it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/arena.sqlite"
    found: str = request.getfixturevalue("postgresql")
    engine = create_engine(found)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return found
