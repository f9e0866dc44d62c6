"""The game, pure: a state and a command make events; see `fold` for what events make.

RuleBroken            a command the rules do not allow now
|- OutOfOrder         not the round that is up
|- RoundOver          this round has its outcome already, by a guess or by the clock
|- MatchOver          no round is left
|- Locked             the seat has guessed in this round
|- LostSeat           the seat's side has no health left
`- NoSeat             the lobby has no such seat to give
   `- AllOver         nor will it ever have one

No clock is read here: `now` is handed in, so that a killed server and a test tell the same story.
A time-out is found by whoever looks first after the deadline and dated to the deadline; so is a
round that starts by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from server.arena.events import (
    Event,
    GuessMade,
    PinPlaced,
    PredictionMade,
    RoundStarted,
    RoundTimedOut,
    SeatReady,
)
from server.arena.fold import apply
from server.arena.state import Hand, State
from server.arena.words import Pin
from server.protocol import Prediction

MAX_PINS = 200
"""Of one seat and round: each stays in the log, and the log is read at every step."""
MAX_PREDICTIONS = 8
"""Likewise. A geolocator has one for each view, and a final one."""


class RuleBroken(Exception):  # noqa: N818  read as a sentence: raise RuleBroken
    """A command the rules do not allow now; the message says why."""


class OutOfOrder(RuleBroken):
    """Not the round that is up."""


class RoundOver(RuleBroken):
    """The round has its outcome: the first guess counts, and none after the clock."""


class MatchOver(RuleBroken):
    """No round is left."""


class Locked(RuleBroken):
    """The seat has guessed: the first guess counts."""


class LostSeat(RuleBroken):
    """The seat's side has no health left; it may look on."""


class NoSeat(RuleBroken):
    """The lobby has no such seat to give."""


class AllOver(NoSeat):
    """The match is over: it will never have one."""


@dataclass(frozen=True, slots=True)
class StartRound:
    """Start the round, or ask for it where others have to want it, too.

    Nothing happens if it is running already.
    """

    number: int


@dataclass(frozen=True, slots=True)
class PlacePin:
    """Place or move the pin that a deadline would submit."""

    number: int
    pin: Pin


@dataclass(frozen=True, slots=True)
class Predict:
    """Keep what a geolocator says of the round."""

    number: int
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class MakeGuess:
    """Submit."""

    number: int
    guess: Pin


Command = StartRound | PlacePin | Predict | MakeGuess


def settle(state: State, now: float) -> list[Event]:
    """What the clock has brought since: time-outs, and rounds that start by themselves."""
    events: list[Event] = []
    while event := _due(state, now):
        events.append(event)
        state = apply(state, event)
    return events


def next_due(state: State) -> float | None:
    """Unix time at which the clock brings something; None: never, as it stands."""
    return state.deadline if state.running else state.next_start


def decide(state: State, command: Command, now: float, seat: int = 0) -> list[Event]:
    """What a seat's `command` leads to; empty where it changes nothing. What is due comes first.

    Raises:
        RuleBroken: the rules do not allow it now.
    """
    due = settle(state, now)
    state = reduce(apply, due, state)
    if isinstance(command, StartRound):
        return due + _start(state, seat, command.number, now)
    hand = _hand(state, seat, command.number)
    if isinstance(command, MakeGuess):
        return [*due, GuessMade(at=now, number=command.number, guess=command.guess, seat=seat)]
    if isinstance(command, Predict):
        return due + _predict(hand, command, now, seat)
    return due + _place(hand, command, now, seat)


def _due(state: State, now: float) -> Event | None:
    due = next_due(state)
    if due is None or now < due:
        return None
    if state.running is None:
        return RoundStarted(at=due, number=len(state.ended) + 1)
    pin = None if state.shared else state.running.hands[0].pin
    return RoundTimedOut(at=due, number=state.running.number, guess=pin)


def _start(state: State, seat: int, number: int, now: float) -> list[Event]:
    if state.running and state.running.number == number:
        return []
    _refuse_past(state, seat, number)
    if state.phase != "ready" or number != len(state.ended) + 1:
        raise OutOfOrder(_expected(state, number))
    started = RoundStarted(at=now, number=number)
    if state.shared is None:
        return [started]
    if seat in state.ready or not state.plays(seat):
        return []
    want = SeatReady(at=now, number=number, seat=seat)
    players = {one for one in range(len(state.seats)) if state.plays(one)}
    return [want, started] if players == state.ready | {seat} else [want]


def _place(hand: Hand, command: PlacePin, now: float, seat: int) -> list[Event]:
    if command.pin == hand.pin:
        return []
    if hand.pins >= MAX_PINS:
        text = f"round {command.number}: expected at most {MAX_PINS} moves of the pin, got one more"
        raise RuleBroken(text)
    return [PinPlaced(at=now, number=command.number, pin=command.pin, seat=seat)]


def _predict(hand: Hand, command: Predict, now: float, seat: int) -> list[Event]:
    if hand.predictions >= MAX_PREDICTIONS:
        text = f"round {command.number}: expected at most {MAX_PREDICTIONS} predictions"
        raise RuleBroken(f"{text}, got one more")
    said = command.prediction
    return [PredictionMade(at=now, number=command.number, prediction=said, seat=seat)]


def _hand(state: State, seat: int, number: int) -> Hand:
    """What the seat holds in that round, which is running."""
    _refuse_past(state, seat, number)
    if state.running is None or state.running.number != number:
        raise OutOfOrder(_expected(state, number))
    if seat not in state.running.hands:
        raise LostSeat(f"round {number}: expected a seat whose side has health left")
    hand = state.running.hands[seat]
    if hand.guess:
        raise Locked(f"round {number}: expected one guess, got another; the first one counts")
    return hand


def _refuse_past(state: State, seat: int, number: int) -> None:
    if number <= len(state.ended):
        turn = state.ended[number - 1].turns.get(seat)
        how = "the clock ran out" if turn and turn.timed_out else "it has been guessed"
        raise RoundOver(f"round {number} is over: {how}")
    if state.phase == "over":
        raise MatchOver(f"expected one of {len(state.ended)} rounds, got: round {number}")


def _expected(state: State, number: int) -> str:
    if state.phase == "lobby":
        return f"expected the match to be started first, got: round {number}"
    if state.running:
        return f"expected round {state.running.number}, which is running, got: round {number}"
    return f"expected round {len(state.ended) + 1} to be started, got: round {number}"
