"""A match between two events, as `fold` makes it of a log. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from server.arena.duel import DUELS, Blow, DuelRules, Side
from server.arena.events import MatchCreated, Planned
from server.arena.words import DuelResult, Pin, Placed, SharedRules, TurnWord
from server.protocol import PointWord

Phase = Literal["lobby", "ready", "round", "over"]


@dataclass(frozen=True, slots=True)
class Seat:
    """A player's place."""

    name: str
    token_sha256: str
    team: int | None = None
    player_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Hand:
    """What a seat has done in the running round."""

    pin: Pin | None = None
    pins: int = 0
    """How often it has been placed."""
    predictions: int = 0
    guess: Pin | None = None
    guessed_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Running:
    """The round that is up."""

    number: int
    started_at: float
    hands: Mapping[int, Hand]
    """Of each seat that plays it."""
    first_guess_at: float | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What a seat has done in a round that is over."""

    guess: Pin | None
    distance_km: float | None
    score: int
    time_s: float
    timed_out: bool


@dataclass(frozen=True)
class Ended:
    """A round that is over."""

    planned: Planned
    at: float
    turns: Mapping[int, Turn]
    """Of each seat that played it."""
    scores: tuple[int, ...]
    """Of each side: of a team's guesses the best one counts."""
    blows: tuple[Blow, ...]
    """Of each side; none: classic."""

    @cached_property
    def turn_words(self) -> list[TurnWord]:
        """Made once: many seats are told of many rounds at each change."""
        return [
            TurnWord(
                seat=seat,
                guess=PointWord.model_validate(turn.guess) if turn.guess else None,
                distance_km=turn.distance_km,
                score=turn.score,
                time_s=turn.time_s,
                timed_out=turn.timed_out,
            )
            for seat, turn in self.turns.items()
        ]


@dataclass(frozen=True, slots=True)
class State:
    """A match between two events."""

    created: MatchCreated
    seats: tuple[Seat, ...] = ()
    started_at: float | None = None
    """None: the lobby is open."""
    sides: tuple[Side, ...] = ()
    """Of a duel that has been started."""
    ready: frozenset[int] = frozenset()
    """Seats that want the next round."""
    running: Running | None = None
    ended: tuple[Ended, ...] = ()
    told: int = 1
    """Events that all seats may know of."""
    secrets: Mapping[int, int] = field(default_factory=dict)
    """Events that only the seat may know of."""

    @property
    def shared(self) -> SharedRules | None:
        """None: a match of one seat, which goes on when that seat says so."""
        return self.created.shared.rules if self.created.shared else None

    @property
    def duel(self) -> DuelRules | None:
        """None: points add up."""
        return DUELS.get(self.shared.mode) if self.shared else None

    @property
    def phase(self) -> Phase:
        """ready: the next round may be started."""
        if self.started_at is None:
            return "lobby"
        if self.running:
            return "round"
        return "over" if self._decided else "ready"

    @property
    def deadline(self) -> float | None:
        """Unix time at which the running round ends by itself; None: never."""
        if self.running is None:
            return None
        limit_s = self.created.rules.time_limit_s
        after_s = self.shared.after_first_guess_s if self.shared else None
        first = self.running.first_guess_at
        ends = [self.running.started_at + limit_s] if limit_s else []
        return min(
            ends + ([first + after_s] if after_s and first is not None else []), default=None
        )

    @property
    def next_start(self) -> float | None:
        """Unix time at which the next round starts by itself; None: never."""
        if self.phase != "ready" or not self.shared or self.shared.pause_s is None:
            return None
        since = self.ended[-1].at if self.ended else self.started_at
        return None if since is None else since + self.shared.pause_s

    @property
    def side_count(self) -> int:
        """Teams, or seats where there are none."""
        return (self.shared.teams if self.shared else 0) or len(self.seats)

    @property
    def scores(self) -> list[int]:
        """Points of the sides in the rounds that are over."""
        return [sum(one.scores[side] for one in self.ended) for side in range(self.side_count)]

    @property
    def ranks(self) -> list[tuple[float, int]]:
        """Of each side, to be compared: the higher, the better; equal ones drew.

        A duel's side that lost its health later is better than one that lost it before.
        """
        if not self.sides:
            return [(0, points) for points in self.scores]
        return [(self._fell(side), left.health) for side, left in enumerate(self.sides)]

    @property
    def winner(self) -> int | None:
        """The best side of a match that is over; None: a draw, or nobody to compare with."""
        if self.phase != "over" or self.side_count < 2:
            return None
        best = max(self.ranks)
        return self.ranks.index(best) if self.ranks.count(best) == 1 else None

    @property
    def result(self) -> DuelResult | None:
        """Of a duel that is over, for ratings; None: no duel, not yet, or not rated.

        Who keeps no name may be anybody: of such seats, and of those who met only them, nothing is
        to be learnt.
        """
        if not (self.duel and self.shared and self.shared.rated) or self.phase != "over":
            return None
        best_first = sorted(set(self.ranks), reverse=True)
        seats = [
            Placed(
                name=seat.name,
                side=self.side(number),
                place=best_first.index(self.ranks[self.side(number)]),
            )
            for number, seat in enumerate(self.seats)
            if seat.player_sha256
        ]
        return DuelResult(seats=seats) if len({seat.side for seat in seats}) > 1 else None

    def side(self, seat: int) -> int:
        """The side that a seat is on."""
        team = self.seats[seat].team
        return seat if team is None else team

    def plays(self, seat: int) -> bool:
        """Whether the seat plays on: its side has health left, where there is health."""
        return not self.sides or self.sides[self.side(seat)].health > 0

    def version(self, seat: int | None) -> int:
        """Rises with each event that the seat, or a watcher, may know of.

        What others do in secret does not raise it: nobody learns how often they move their pin.
        """
        return self.told + (0 if seat is None else self.secrets.get(seat, 0))

    @property
    def _decided(self) -> bool:
        standing = sum(side.health > 0 for side in self.sides)
        return len(self.ended) == len(self.created.rounds) or (
            self.duel is not None and standing < 2
        )

    def _fell(self, side: int) -> float:
        """The round in which a side of a duel lost its last health."""
        healths = [one.blows[side].health for one in self.ended]
        return healths.index(0) if 0 in healths else float("inf")
