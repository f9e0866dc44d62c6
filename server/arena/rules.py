"""The game, pure: events make a state, a state and a command make events.

RuleBroken            a command the rules do not allow now
|- OutOfOrder         not the round that is up
|- RoundOver          this round has its outcome already, by a guess or by the clock
`- MatchOver          no round is left

No clock is read here: `now` is handed in, so that a killed server and a test tell the same story.
A time-out is found by whoever looks first after the deadline and dated to the deadline.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

from models.geo import haversine_km, score
from server.arena.events import (
    Event,
    GuessMade,
    MatchCreated,
    PinPlaced,
    Planned,
    RoundStarted,
    RoundTimedOut,
)
from server.arena.words import Pin

MAX_PINS = 200
"""Of one round: each stays in the log, and the log is read at every step."""


class RuleBroken(Exception):  # noqa: N818  read as a sentence: raise RuleBroken
    """A command the rules do not allow now; the message says why."""


class OutOfOrder(RuleBroken):
    """Not the round that is up."""


class RoundOver(RuleBroken):
    """The round has its outcome: the first guess counts, and none after the clock."""


class MatchOver(RuleBroken):
    """No round is left."""


@dataclass(frozen=True, slots=True)
class StartRound:
    """Show the round and start its clock; nothing happens if it is running already."""

    number: int


@dataclass(frozen=True, slots=True)
class PlacePin:
    """Place or move the pin that a deadline would submit."""

    number: int
    pin: Pin


@dataclass(frozen=True, slots=True)
class MakeGuess:
    """Submit."""

    number: int
    guess: Pin


Command = StartRound | PlacePin | MakeGuess


@dataclass(frozen=True, slots=True)
class Running:
    """The round that is up."""

    number: int
    started_at: float
    pin: Pin | None = None
    pins: int = 0
    """How often it has been placed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A round that is over."""

    planned: Planned
    guess: Pin | None
    distance_km: float | None
    score: int
    time_s: float
    timed_out: bool


@dataclass(frozen=True, slots=True)
class State:
    """A match between two events."""

    created: MatchCreated
    running: Running | None = None
    ended: tuple[Ended, ...] = ()

    @property
    def phase(self) -> Literal["ready", "round", "over"]:
        """ready: the next round may be started."""
        if self.running:
            return "round"
        return "over" if len(self.ended) == len(self.created.rounds) else "ready"

    @property
    def deadline(self) -> float | None:
        """Unix time at which the running round ends by itself; None: never."""
        limit_s = self.created.rules.time_limit_s
        return self.running.started_at + limit_s if self.running and limit_s else None

    @property
    def total_score(self) -> int:
        """Points of the rounds that are over."""
        return sum(round_.score for round_ in self.ended)


def fold(events: Iterable[Event]) -> State:
    """The state after `events`.

    Raises:
        ValueError: they are no match's log.
    """
    first, *rest = events
    if not isinstance(first, MatchCreated):
        raise ValueError(f"log: expected match_created first, got: {first.type}")
    return reduce(apply, rest, State(first))


def apply(state: State, event: Event) -> State:
    """The state after one more event.

    Raises:
        ValueError: the event cannot follow.
    """
    running = state.running
    if isinstance(event, RoundStarted) and state.phase == "ready":
        return replace(state, running=Running(event.number, event.at))
    if running and not isinstance(event, MatchCreated) and event.number == running.number:
        if isinstance(event, PinPlaced):
            return replace(state, running=replace(running, pin=event.pin, pins=running.pins + 1))
        if isinstance(event, GuessMade | RoundTimedOut):
            ended = (*state.ended, _ended(state, running, event))
            return replace(state, running=None, ended=ended)
    raise ValueError(f"log: expected what follows {state.phase}, got: {event.type}")


def settle(state: State, now: float) -> list[Event]:
    """The time-out that is due, if one is."""
    deadline = state.deadline
    if state.running is None or deadline is None or now < deadline:
        return []
    return [RoundTimedOut(at=deadline, number=state.running.number, guess=state.running.pin)]


def decide(state: State, command: Command, now: float) -> list[Event]:
    """What `command` leads to; empty where it changes nothing. Due time-outs come first.

    Raises:
        RuleBroken: the rules do not allow it now.
    """
    due = settle(state, now)
    state = reduce(apply, due, state)
    if isinstance(command, StartRound):
        return due + _start(state, command.number, now)
    running = _running(state, command.number)
    if isinstance(command, MakeGuess):
        return [*due, GuessMade(at=now, number=command.number, guess=command.guess)]
    if command.pin == running.pin:
        return due
    if running.pins >= MAX_PINS:
        text = f"round {command.number}: expected at most {MAX_PINS} moves of the pin, got one more"
        raise RuleBroken(text)
    return [*due, PinPlaced(at=now, number=command.number, pin=command.pin)]


def _start(state: State, number: int, now: float) -> list[Event]:
    if state.running and state.running.number == number:
        return []
    _refuse_past(state, number)
    if state.phase != "ready" or number != len(state.ended) + 1:
        raise OutOfOrder(_expected(state, number))
    return [RoundStarted(at=now, number=number)]


def _running(state: State, number: int) -> Running:
    _refuse_past(state, number)
    if state.running is None or state.running.number != number:
        raise OutOfOrder(_expected(state, number))
    return state.running


def _refuse_past(state: State, number: int) -> None:
    if number <= len(state.ended):
        how = "the clock ran out" if state.ended[number - 1].timed_out else "it has been guessed"
        raise RoundOver(f"round {number} is over: {how}")
    if state.phase == "over":
        raise MatchOver(f"expected one of {len(state.ended)} rounds, got: round {number}")


def _expected(state: State, number: int) -> str:
    if state.running:
        return f"expected round {state.running.number}, which is running, got: round {number}"
    return f"expected round {len(state.ended) + 1} to be started, got: round {number}"


def _ended(state: State, running: Running, event: GuessMade | RoundTimedOut) -> Ended:
    planned = state.created.rounds[running.number - 1]
    guess = event.guess
    distance_km = (
        float(haversine_km((planned.lat, planned.lng), (guess.lat, guess.lng))) if guess else None
    )
    return Ended(
        planned=planned,
        guess=guess,
        distance_km=distance_km,
        score=0 if distance_km is None else score(distance_km, state.created.diagonal_km),
        # The system's clock may be set back while a round runs.
        time_s=max(0.0, event.at - running.started_at),
        timed_out=isinstance(event, RoundTimedOut),
    )
