"""The append-only log of matches, in SQLite or PostgreSQL.

An acknowledged event outlives the process: it is on disk before `append` returns. Two writers of
one match cannot both have the same event number; the second one is told to look again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import (
    JSON,
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from server.arena.events import EVENT, Event
from server.database import connect

_EVENTS = Table(
    "events",
    MetaData(),
    Column("match", String(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("type", String(40), nullable=False),
    Column("body", JSON, nullable=False),
    Column("at", Float(53), nullable=False),
)


class UnknownMatch(LookupError):  # noqa: N818  the thing, as in LookupError
    """There is no such match."""


class Conflict(Exception):  # noqa: N818  the thing that happened
    """Someone else appended first: load again and decide again."""


class Store:
    """The logs of all matches. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Open or create the tables at a SQLAlchemy `url`."""
        self._engine = connect(url)
        _EVENTS.metadata.create_all(self._engine)

    def load(self, match: str) -> list[Event]:
        """A match's events in order, never none.

        Raises:
            UnknownMatch: it has none.
        """
        query = select(_EVENTS.c.body).where(_EVENTS.c.match == match).order_by(_EVENTS.c.number)
        with self._engine.connect() as connection:
            bodies = connection.execute(query).scalars().all()
        if not bodies:
            raise UnknownMatch(f"expected a match of this server, got: {match}")
        return [EVENT.validate_python(body) for body in bodies]

    def append(self, match: str, after: int, events: Sequence[Event]) -> None:
        """Add `events` to a log of `after` events, all of them or none.

        Raises:
            Conflict: the log has more than `after` events by now.
        """
        rows = [_row(match, number, event) for number, event in enumerate(events, start=after)]
        if not rows:
            return
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_EVENTS), rows)
        except IntegrityError as error:
            raise Conflict(f"match {match}: event {after} is there already") from error

    def export(self, match: str) -> Iterator[str]:
        """A match's log as JSON lines, without line ends. It tells the truth of all its rounds."""
        return (EVENT.dump_json(event).decode() for event in self.load(match))

    def lengths(self) -> dict[str, int]:
        """How many events each match has."""
        query = select(_EVENTS.c.match, func.count()).group_by(_EVENTS.c.match)
        with self._engine.connect() as connection:
            return {str(match): int(length) for match, length in connection.execute(query)}

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _row(match: str, number: int, event: Event) -> dict[str, object]:
    body = event.model_dump(mode="json")
    return {"match": match, "number": number, "type": event.type, "body": body, "at": event.at}
