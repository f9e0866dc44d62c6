"""What the events of a match add up to. Pure.

A round ends when the last seat that plays it has guessed, or by the clock: that it ended is never
told, but computed, so that it cannot end twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from models.geo import haversine_km, score
from server.arena.duel import Side, after, strike
from server.arena.events import (
    Event,
    GuessMade,
    MatchCreated,
    MatchStarted,
    PinPlaced,
    PredictionMade,
    RoundStarted,
    RoundTimedOut,
    SeatReady,
    SeatTaken,
)
from server.arena.state import Ended, Hand, Running, Seat, State, Turn


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
