"""Who calls, by the token that they show. Logs hold SHA-256 digests only."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from server.arena.lobby import closed
from server.arena.state import State


class WrongSeat(PermissionError):  # noqa: N818  the thing, as in PermissionError
    """The token is not this match's."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may see the match."""

    seat: int | None
    """None: watches only."""
    host: bool = False
    """May start it."""


def new_token() -> str:
    """One that nobody guesses."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """What a log keeps of a token."""
    return sha256(token.encode()).hexdigest()


def caller(state: State, token: str) -> Caller:
    """Whose token it is.

    Raises:
        WrongSeat: nobody's of this match.
    """
    said = digest(token)
    for seat, known in enumerate(state.seats):
        if hmac.compare_digest(said, known.token_sha256):
            return Caller(seat)
    shared = state.created.shared
    if shared and hmac.compare_digest(said, shared.host_sha256):
        return Caller(None, host=True)
    if shared and hmac.compare_digest(said, shared.watch_sha256):
        return Caller(None)
    raise WrongSeat("expected a token of this match")


def viewer(state: State, token: str) -> Caller:
    """Whose token it is; while the lobby is open, who is invited may look in, too.

    Raises:
        WrongSeat: nobody's of this match.
        NoSeat: that of who was invited; the lobby is closed.
    """
    if not _is_invite(state, token):
        return caller(state, token)
    if state.phase != "lobby":
        raise closed(state)
    return Caller(None)


def require_host(state: State, token: str) -> None:
    """Raises WrongSeat: the token is not that of whoever opened the match."""
    if not caller(state, token).host:
        raise WrongSeat("expected the token of the match's host")


def require_invite(state: State, token: str) -> None:
    """Raises WrongSeat: the token is not the match's invite."""
    if not _is_invite(state, token):
        raise WrongSeat("expected this match's invite")


def _is_invite(state: State, token: str) -> bool:
    shared = state.created.shared
    return shared is not None and hmac.compare_digest(digest(token), shared.invite_sha256)
