"""What the show keeps: the operator's choices, one after the other, and digests of its tokens."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, Integer, MetaData, String, Table, insert, select
from sqlalchemy.exc import IntegrityError

from server.arena.store import Conflict
from server.database import connect
from server.live.director import Director

_METADATA = MetaData()

_DIRECTORS = Table(
    "live_directors",
    _METADATA,
    Column("match", String(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", JSON, nullable=False),
    Column("at", Float(53), nullable=False),
)
_TOKENS = Table(
    "live_tokens",
    _METADATA,
    Column("match", String(40), primary_key=True),
    Column("token_sha256", String(64), primary_key=True),
)


class LiveStore:
    """Those tables. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Open or create the tables at a SQLAlchemy `url`."""
        self._engine = connect(url)
        _METADATA.create_all(self._engine)

    def director(self, match: str) -> tuple[Director, int]:
        """The operator's newest choice and its number; nothing chosen yet is number 0."""
        of_match = _DIRECTORS.c.match == match
        columns = select(_DIRECTORS.c.body, _DIRECTORS.c.number).where(of_match)
        with self._engine.connect() as connection:
            row = connection.execute(columns.order_by(_DIRECTORS.c.number.desc()).limit(1)).first()
        if row is None:
            return Director(playlist=(match,)), 0
        return Director.model_validate(row.body), row.number

    def direct(self, match: str, number: int, director: Director, at: float) -> None:
        """Add a choice.

        Raises:
            Conflict: another one has this number.
        """
        body = director.model_dump(mode="json")
        row = {"match": match, "number": number, "body": body, "at": at}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_DIRECTORS), [row])
        except IntegrityError as error:
            raise Conflict("the show: another operator was faster; try again") from error

    def add_token(self, match: str, token_sha256: str) -> None:
        """Let an overlay in."""
        with self._engine.begin() as connection:
            connection.execute(insert(_TOKENS), [{"match": match, "token_sha256": token_sha256}])

    def knows_token(self, match: str, token_sha256: str) -> bool:
        """Whether it is an overlay's."""
        one = (_TOKENS.c.match == match, _TOKENS.c.token_sha256 == token_sha256)
        with self._engine.connect() as connection:
            return connection.execute(select(_TOKENS.c.match).where(*one)).first() is not None

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
