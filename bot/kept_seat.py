"""A bot's seat at a table of several, on disk: who was killed goes on in it."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from bot.game import GameError
from bot.invitation import Invitation, Seat, is_running, require_lobby, take_seat


class KeptSeat:
    """The seat called `name` in one match; empty until it is taken. `kept_seat` makes one."""

    def __init__(self, file: IO[str], invitation: Invitation, name: str) -> None:
        self._file = file
        self._invitation = invitation
        self._name = name
        file.seek(0)
        text = file.read()
        self._seat = Seat(**json.loads(text)) if text else None

    @property
    def is_taken(self) -> bool:
        """By a bot that has not come to the match's end."""
        return self._seat is not None

    def require(self) -> None:
        """Ask the arena for a way in before anything is made ready for it.

        Raises:
            GameError: it cannot be reached, or has none; says why. What is kept stays then.
        """
        if self._seat and not is_running(self._invitation, self._seat):
            self._forget()
        if not self._seat:
            require_lobby(self._invitation)

    async def take(self, player_token: str | None) -> Seat:
        """The seat that is kept, else a new one, which is.

        Raises:
            GameError: there is no seat to be had.
        """
        if self._seat is None:
            self._seat = await take_seat(self._invitation, self._name, player_token)
            self._file.write(json.dumps({"number": self._seat.number, "token": self._seat.token}))
            self._file.flush()
        return self._seat

    def leave(self) -> None:
        """Give it up where its match is over; else, or if nobody can say so, it is kept."""
        with suppress(GameError):
            if self._seat and not is_running(self._invitation, self._seat):
                self._forget()

    def _forget(self) -> None:
        self._seat = None
        self._file.truncate(0)


@contextmanager
def kept_seat(home: Path, invitation: Invitation, name: str) -> Iterator[KeptSeat]:
    """The seat of that name, for one process at a time.

    Raises:
        GameError: another process plays in it.
    """
    said = "\n".join([invitation.match_url, name])
    path = home / "seats" / f"{hashlib.sha256(said.encode()).hexdigest()[:32]}.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with the process, however
        except BlockingIOError:
            raise GameError(
                f"arena: expected a seat called {name!r}, got: one that another bot sits in"
            ) from None
        seat = KeptSeat(file, invitation, name)
        try:
            yield seat
        finally:
            if not seat.is_taken:
                path.unlink()
