"""What the events of a match add up to. Pure.

A round ends when the last seat that plays it has guessed, or by the clock: that it ended is never
told, but computed, so that it cannot end twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Literal

from models.geo import haversine_km, score
from server.arena.duel import DUELS, Blow, DuelRules, Side, after, strike
from server.arena.events import (
    Event,
    GuessMade,
    MatchCreated,
    MatchStarted,
    PinPlaced,
    Planned,
    PredictionMade,
    RoundStarted,
    RoundTimedOut,
    SeatReady,
    SeatTaken,
)
from server.arena.words import Pin, SharedRules

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


@dataclass(frozen=True, slots=True)
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


def fold(events: Iterable[Event]) -> State:
    """The state after `events`.

    Raises:
        ValueError: they are no match's log.
    """
    first, *rest = events
    if not isinstance(first, MatchCreated):
        raise ValueError(f"log: expected match_created first, got: {first.type}")
    return reduce(apply, rest, opened(first))


def opened(created: MatchCreated) -> State:
    """The state after a log's first event."""
    if created.shared:
        return State(created)
    return State(created, (Seat(created.name, created.token_sha256),), started_at=created.at)


def apply(state: State, event: Event) -> State:
    """The state after one more event.

    Raises:
        ValueError: the event cannot follow.
    """
    after_it = _applied(state, event)
    if after_it is None:
        raise ValueError(f"log: expected what follows {state.phase}, got: {event.type}")
    if isinstance(event, PinPlaced | PredictionMade):
        known = state.secrets.get(event.seat, 0)
        return replace(after_it, secrets={**state.secrets, event.seat: known + 1})
    return replace(after_it, told=state.told + 1)


def _applied(state: State, event: Event) -> State | None:
    """None: the event cannot follow."""
    if state.phase == "lobby":
        return _in_lobby(state, event)
    if state.phase == "ready":
        return _between_rounds(state, event)
    return _in_round(state, state.running, event) if state.running else None


def _in_lobby(state: State, event: Event) -> State | None:
    if isinstance(event, SeatTaken):
        seat = Seat(event.name, event.token_sha256, event.team, event.player_sha256)
        return replace(state, seats=(*state.seats, seat))
    if isinstance(event, MatchStarted) and state.shared:
        health = (Side(state.shared.health),) * (state.side_count if state.duel else 0)
        return replace(state, started_at=event.at, sides=health)
    return None


def _between_rounds(state: State, event: Event) -> State | None:
    if isinstance(event, SeatReady):
        return replace(state, ready=state.ready | {event.seat})
    if isinstance(event, RoundStarted) and event.number == len(state.ended) + 1:
        hands = {seat: Hand() for seat in range(len(state.seats)) if state.plays(seat)}
        running = Running(event.number, event.at, hands)
        return replace(state, ready=frozenset(), running=running)
    return None


def _in_round(state: State, running: Running, event: Event) -> State | None:
    if isinstance(event, RoundTimedOut) and event.number == running.number:
        return _end(state, running, event.at)
    if not isinstance(event, PinPlaced | PredictionMade | GuessMade):
        return None
    hand = running.hands.get(event.seat)
    if event.number != running.number or hand is None or hand.guess:
        return None
    hands = {**running.hands, event.seat: _played(hand, event)}
    running = replace(running, hands=hands)
    if not isinstance(event, GuessMade):
        return replace(state, running=running)
    if all(one.guess for one in hands.values()):
        return _end(state, running, event.at)
    first = event.at if running.first_guess_at is None else running.first_guess_at
    return replace(state, running=replace(running, first_guess_at=first))


def _played(hand: Hand, event: PinPlaced | PredictionMade | GuessMade) -> Hand:
    if isinstance(event, PinPlaced):
        return replace(hand, pin=event.pin, pins=hand.pins + 1)
    if isinstance(event, PredictionMade):
        return replace(hand, predictions=hand.predictions + 1)
    return replace(hand, guess=event.guess, guessed_at=event.at)


def _end(state: State, running: Running, at: float) -> State:
    planned = state.created.rounds[running.number - 1]
    turns = {seat: _turn(state, running, hand, at) for seat, hand in running.hands.items()}
    scores = [0] * state.side_count
    for seat, turn in turns.items():
        scores[state.side(seat)] = max(scores[state.side(seat)], turn.score)
    blows = strike(state.sides, scores) if state.duel else []
    sides = after(state.duel, running.number, state.sides, blows) if state.duel else ()
    ended = Ended(planned, at, turns, tuple(scores), tuple(blows))
    return replace(state, running=None, ended=(*state.ended, ended), sides=tuple(sides))


def _turn(state: State, running: Running, hand: Hand, at: float) -> Turn:
    planned = state.created.rounds[running.number - 1]
    guess = hand.guess or hand.pin
    distance_km = (
        float(haversine_km((planned.lat, planned.lng), (guess.lat, guess.lng))) if guess else None
    )
    return Turn(
        guess=guess,
        distance_km=distance_km,
        score=0 if distance_km is None else score(distance_km, state.created.diagonal_km),
        # The system's clock may be set back while a round runs.
        time_s=max(0.0, (hand.guessed_at if hand.guess else at) - running.started_at),
        timed_out=hand.guess is None,
    )
