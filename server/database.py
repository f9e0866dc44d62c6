"""The database of matches and statistics: SQLite, or PostgreSQL where there are many servers."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.event import listen
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_S = 10
"""How long a writer waits for another one's SQLite lock."""


def connect(url: str) -> Engine:
    """An engine for a SQLAlchemy `url`; what it has committed outlives the process."""
    # An error's text must not show what was to be written: tokens, truths, who is a bot.
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        listen(engine, "connect", _make_durable)
    return engine


def _make_durable(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a commit is on disk before it is acknowledged
    cursor.execute(f"PRAGMA busy_timeout={BUSY_S * 1000}")
    cursor.close()
