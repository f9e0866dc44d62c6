"""The chat's scoreboard: what viewers scored, and who is banned, in the server's database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)

from server.database import connect
from server.live.chat.room import MAX_NAME

DAY_S = 24 * 3600.0
"""A day ends with the question, whatever the clocks and time zones of chat say."""

_METADATA = MetaData()
_VIEWERS = Table(
    "chat_viewers",
    _METADATA,
    Column("viewer", String(200), primary_key=True),
    Column("name", String(MAX_NAME), nullable=False),
    Column("banned", Boolean, nullable=False),
)
_TURNS = Table(
    "chat_turns",
    _METADATA,
    Column("match", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("viewer", String(200), primary_key=True, index=True),
    Column("at", Float(53), nullable=False, index=True),
    Column("score", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A viewer's round."""

    viewer: str
    name: str
    score: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A viewer's rounds, summed."""

    name: str
    score: int
    rounds: int


class Scoreboard:
    """The tables. Safe to share between threads; one process writes."""

    def __init__(self, url: str) -> None:
        """Open or create the tables at a SQLAlchemy `url`."""
        self._engine = connect(url)
        _METADATA.create_all(self._engine)

    def record(self, match: str, number: int, at: float, turns: Sequence[Scored]) -> bool:
        """Keep a round; False: it is kept already."""
        round_ = _TURNS.c.match == match, _TURNS.c.number == number
        with self._engine.begin() as connection:
            if connection.execute(select(_TURNS.c.match).where(*round_).limit(1)).first():
                return False
            if turns:
                _name(connection, turns)
                rows = [
                    {"match": match, "number": number, "at": at}
                    | {"viewer": one.viewer, "score": one.score}
                    for one in turns
                ]
                connection.execute(insert(_TURNS), rows)
        return True

    def best(self, since: float = 0.0, limit: int = 5) -> list[Standing]:
        """Who scored most from `since` on, best first."""
        with self._engine.connect() as connection:
            rows = connection.execute(_standings(since).limit(limit)).all()
        return [Standing(*row) for row in rows]

    def of(self, viewer: str, since: float = 0.0) -> Standing | None:
        """One viewer's; None: never played."""
        with self._engine.connect() as connection:
            query = _standings(since).where(_TURNS.c.viewer == viewer)
            row = connection.execute(query).first()
        return Standing(*row) if row else None

    def ban(self, name: str, *, banned: bool) -> set[str]:
        """Ban or unban all who are called so, in any case; empty: nobody is known so."""
        folded = name.casefold()  # here: SQLite's `lower` knows ASCII only
        with self._engine.begin() as connection:
            known = connection.execute(select(_VIEWERS.c.viewer, _VIEWERS.c.name))
            viewers = {viewer for viewer, called in known if called.casefold() == folded}
            mark = _VIEWERS.update().where(_VIEWERS.c.viewer.in_(viewers)).values(banned=banned)
            connection.execute(mark)
        return viewers

    def know(self, viewer: str, name: str) -> None:
        """Remember what a viewer is called, to be banned by it."""
        with self._engine.begin() as connection:
            _name(connection, [Scored(viewer, name, 0)])

    def banned(self) -> set[str]:
        """All who are."""
        with self._engine.connect() as connection:
            query = select(_VIEWERS.c.viewer).where(_VIEWERS.c.banned)
            return set(connection.execute(query).scalars())

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _standings(since: float) -> Select[str, int, int]:
    score = func.sum(_TURNS.c.score)
    return (
        select(_VIEWERS.c.name, score, func.count())
        .join(_VIEWERS, _VIEWERS.c.viewer == _TURNS.c.viewer)
        .where(_TURNS.c.at >= since, _VIEWERS.c.banned.is_(False))
        .group_by(_VIEWERS.c.viewer, _VIEWERS.c.name)
        .order_by(score.desc(), _VIEWERS.c.viewer)
    )


def _name(connection: Connection, turns: Iterable[Scored]) -> None:
    """Take the viewers' newest names; who is banned stays it."""
    viewers = {one.viewer: one.name for one in turns}
    kept = select(_VIEWERS.c.viewer).where(_VIEWERS.c.banned)
    banned = set(connection.execute(kept).scalars())
    rows = [
        {"viewer": viewer, "name": name, "banned": viewer in banned}
        for viewer, name in viewers.items()
    ]
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        ids = [row["viewer"] for row in chunk]
        connection.execute(delete(_VIEWERS).where(_VIEWERS.c.viewer.in_(ids)))
        connection.execute(insert(_VIEWERS), chunk)


_CHUNK = 500
"""Viewers of one statement; SQLite's limit of values is far above it."""
