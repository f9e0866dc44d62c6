"""What happens in a match, as the record, the terminal and, later, an overlay hear of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.game import Match, Round, RoundResult, View
from bot.timing import RoundTimes
from server.protocol import Located


@dataclass(frozen=True, slots=True)
class MatchStarted:
    """The bot sits at the table."""

    match: Match


@dataclass(frozen=True, slots=True)
class RoundStarted:
    """A panorama is there."""

    round: Round


@dataclass(frozen=True, slots=True)
class ViewCaptured:
    """A view of it has been taken."""

    round: int
    number: int
    """Within the round, from 1."""
    view: View
    at_ms: float
    """Since the round's start, as in `PlaceLocated`."""


@dataclass(frozen=True, slots=True)
class PlaceLocated:
    """The geolocator has spoken: interim, or final."""

    round: int
    located: Located
    at_ms: float


@dataclass(frozen=True, slots=True)
class RoundPlayed:
    """The guess is placed and scored."""

    result: RoundResult
    times: RoundTimes


@dataclass(frozen=True, slots=True)
class RoundFailed:
    """The round went by without a guess of the bot."""

    round: int
    reason: str


@dataclass(frozen=True, slots=True)
class MatchEnded:
    """No round is left, or the site let the bot go no further."""

    played: int
    failed: int
    total_score: int


Event = (
    MatchStarted
    | RoundStarted
    | ViewCaptured
    | PlaceLocated
    | RoundPlayed
    | RoundFailed
    | MatchEnded
)

Hear = Callable[[Event], None]
"""Someone who wants to know."""
