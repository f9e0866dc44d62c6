"""The append-only log of matches, in SQLite or PostgreSQL, and what must be written with it.

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
from server.arena.names import look_of
from server.arena.words import DuelResult
from server.database import connect

_METADATA = MetaData()

_EVENTS = Table(
    "events",
    _METADATA,
    Column("match", String(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("type", String(40), nullable=False),
    Column("body", JSON, nullable=False),
    Column("at", Float(53), nullable=False),
)

_RESULTS = Table(
    "duel_results",
    _METADATA,
    Column("match", String(40), primary_key=True),
    Column("at", Float(53), nullable=False),
    Column("body", JSON, nullable=False),
)
_KEPT_NAMES = Table(
    "kept_names",
    _METADATA,
    Column("name", String(40), primary_key=True),
    Column("player_sha256", String(64), nullable=False),
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
        _METADATA.create_all(self._engine)

    def load(self, match: str, after: int = 0) -> list[Event]:
        """A match's events in order, but the first `after`; never none where that is 0.

        Raises:
            UnknownMatch: it has none at all.
        """
        of_match = (_EVENTS.c.match == match, _EVENTS.c.number >= after)
        query = select(_EVENTS.c.body).where(*of_match).order_by(_EVENTS.c.number)
        with self._engine.connect() as connection:
            bodies = connection.execute(query).scalars().all()
        if not bodies and after == 0:
            raise UnknownMatch(f"expected a match of this server, got: {match}")
        return [EVENT.validate_python(body) for body in bodies]

    def append(
        self, match: str, after: int, events: Sequence[Event], result: DuelResult | None = None
    ) -> None:
        """Add `events` to a log of `after` events, all of them or none.

        `result` is kept with them, when they end a duel: never one without the other.

        Raises:
            Conflict: the log has more than `after` events by now.
        """
        rows = [_row(match, number, event) for number, event in enumerate(events, start=after)]
        if not rows:
            return
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_EVENTS), rows)
                if result:
                    body = result.model_dump(mode="json")
                    row = {"match": match, "at": events[-1].at, "body": body}
                    connection.execute(insert(_RESULTS), [row])
        except IntegrityError as error:
            raise Conflict(f"match {match}: event {after} is there already") from error

    def export(self, match: str) -> Iterator[str]:
        """A match's log as JSON lines, without line ends. It tells the truth of all its rounds."""
        return (EVENT.dump_json(event).decode() for event in self.load(match))

    def results(self) -> list[DuelResult]:
        """Of all duels that are over, by when they ended."""
        query = select(_RESULTS.c.body).order_by(_RESULTS.c.at, _RESULTS.c.match)
        with self._engine.connect() as connection:
            bodies = connection.execute(query).scalars().all()
        return [DuelResult.model_validate(body) for body in bodies]

    def result_count(self) -> int:
        """How many duels are over."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(_RESULTS)).scalar_one()

    def keep_name(self, name: str, player_sha256: str | None) -> bool:
        """Whether the player may use the name; whoever comes first with a token keeps it.

        And with it all names that look like it.
        """
        look = look_of(name)
        keeper = self._keeper(look)
        if keeper is None and player_sha256 is not None:
            row = {"name": look, "player_sha256": player_sha256}
            try:
                with self._engine.begin() as connection:
                    connection.execute(insert(_KEPT_NAMES), [row])
            except IntegrityError:
                keeper = self._keeper(look)
        return keeper in {None, player_sha256}

    def _keeper(self, look: str) -> str | None:
        query = select(_KEPT_NAMES.c.player_sha256).where(_KEPT_NAMES.c.name == look)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

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
