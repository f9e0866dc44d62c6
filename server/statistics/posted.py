"""Rounds that were told: an append-only table beside the arena's log."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, MetaData, String, Table, insert, select
from sqlalchemy.exc import IntegrityError

from server.database import connect
from server.statistics.words import FinishedRound

_ROUNDS = Table(
    "finished_rounds",
    MetaData(),
    Column("id", String(200), primary_key=True),
    Column("body", JSON, nullable=False),
    Column("ended_at", Float(53), nullable=False, index=True),
)


class AnotherRound(ValueError):  # noqa: N818  the thing, as in ValueError
    """A round of this id is recorded, and it is not this one."""


class Posted:
    """The table. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Open or create the table at a SQLAlchemy `url`."""
        self._engine = connect(url)
        _ROUNDS.metadata.create_all(self._engine)

    def record(self, one: FinishedRound) -> bool:
        """Keep a round; False: it is kept already, because an answer was lost on its way.

        Raises:
            AnotherRound: its id is another one's.
        """
        row = {"id": one.id, "body": one.model_dump(mode="json"), "ended_at": one.ended_at}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_ROUNDS), [row])
        except IntegrityError as error:
            if self._load(one.id) != one:
                raise AnotherRound(
                    f"id: expected a new one or the same round again, got: {one.id}, "
                    "which is another round's"
                ) from error
            return False
        return True

    def rounds(self) -> list[FinishedRound]:
        """All of them, by when they ended."""
        query = select(_ROUNDS.c.body).order_by(_ROUNDS.c.ended_at, _ROUNDS.c.id)
        with self._engine.connect() as connection:
            bodies = connection.execute(query).scalars().all()
        return [FinishedRound.model_validate(body) for body in bodies]

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _load(self, id_: str) -> FinishedRound:
        query = select(_ROUNDS.c.body).where(_ROUNDS.c.id == id_)
        with self._engine.connect() as connection:
            return FinishedRound.model_validate(connection.execute(query).scalar_one())
