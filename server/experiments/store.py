"""The append-only logs of studies and their people, beside the arena's.

Only a person's own wish takes something out again: their log goes, as if they had never come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from server.database import connect
from server.experiments.events import EVENT, Event

OWN = ""
"""The stream of the study itself; people's have names."""

_EVENTS = Table(
    "study_events",
    MetaData(),
    Column("study", String(40), primary_key=True),
    Column("stream", String(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("type", String(40), nullable=False),
    Column("body", JSON, nullable=False),
    Column("at", Float(53), nullable=False),
)


class UnknownStudy(LookupError):  # noqa: N818  the thing, as in LookupError
    """There is no such study, or no such person in it."""


class Overtaken(Exception):  # noqa: N818  what happened
    """Somebody else appended first: load again and decide again."""


class Studies:
    """All logs. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Open or create the table at a SQLAlchemy `url`."""
        self._engine = connect(url)
        _EVENTS.metadata.create_all(self._engine)

    def load(self, study: str, stream: str = OWN, after: int = 0) -> list[Event]:
        """A log in order, without its first `after` events.

        Raises:
            UnknownStudy: there is no such log, or not one so long: it was deleted.
        """
        last = max(after - 1, 0)  # the last one that is known shows that the log is still there
        ours = (_EVENTS.c.study == study) & (_EVENTS.c.stream == stream)
        query = select(_EVENTS.c.body).where(ours & (_EVENTS.c.number >= last))
        with self._engine.connect() as connection:
            bodies = connection.execute(query.order_by(_EVENTS.c.number)).scalars().all()
        if not bodies:
            what = "somebody of it" if stream else "one of this server"  # names may be tokens
            raise UnknownStudy(f"study {study}: expected {what}, got none")
        return [EVENT.validate_python(body) for body in bodies[after - last :]]

    def append(self, study: str, stream: str, after: int, events: Sequence[Event]) -> None:
        """Add `events` to a log of `after` events, all of them or none.

        Raises:
            Overtaken: the log is longer by now, or shorter: the person's data were deleted.
        """
        self.append_all(study, {stream: (after, events)})

    def append_all(self, study: str, added: Mapping[str, tuple[int, Sequence[Event]]]) -> None:
        """Add to several logs, to all of them or to none.

        Raises:
            Overtaken: one of them is longer or shorter by now.
        """
        rows = [
            _row(study, stream, number, event)
            for stream, (after, events) in added.items()
            for number, event in enumerate(events, start=after)
        ]
        if not rows:
            return
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_EVENTS), rows)
                for stream, (after, _) in added.items():
                    _require_whole(connection, study, stream, after)
        except IntegrityError as error:
            raise Overtaken(f"study {study}: somebody else was faster") from error

    def studies(self) -> list[str]:
        """All of them."""
        query = select(_EVENTS.c.study).where(_EVENTS.c.stream == OWN, _EVENTS.c.number == 0)
        with self._engine.connect() as connection:
            return list(connection.execute(query.order_by(_EVENTS.c.at)).scalars())

    def lengths(self, study: str) -> dict[str, int]:
        """How many events each stream of a study has."""
        query = select(_EVENTS.c.stream, func.count()).where(_EVENTS.c.study == study)
        with self._engine.connect() as connection:
            found = connection.execute(query.group_by(_EVENTS.c.stream))
            return {str(stream): int(length) for stream, length in found}

    def forget(self, study: str, person: str) -> None:
        """Delete a person's log for good."""
        ours = (_EVENTS.c.study == study) & (_EVENTS.c.stream == person)
        with self._engine.begin() as connection:
            connection.execute(delete(_EVENTS).where(ours))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _require_whole(connection: Connection, study: str, stream: str, after: int) -> None:
    """Raises Overtaken: the log was deleted meanwhile; what was added to it goes, too."""
    before = (_EVENTS.c.study == study) & (_EVENTS.c.stream == stream)
    query = select(func.count()).where(before & (_EVENTS.c.number < after))
    if connection.execute(query).scalar_one() != after:
        raise Overtaken(f"study {study}: expected a log of {after} events, got a shorter one")


def _row(study: str, stream: str, number: int, event: Event) -> dict[str, object]:
    return {
        "study": study,
        "stream": stream,
        "number": number,
        "type": event.type,
        "body": event.model_dump(mode="json"),
        "at": event.at,
    }
