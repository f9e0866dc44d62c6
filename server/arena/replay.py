"""A match to be watched again, from its log. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.arena.events import Event, MatchCreated, PinPlaced, PredictionMade, RoundStarted
from server.arena.fold import apply, opened
from server.arena.state import State
from server.arena.view import image_path, side_words
from server.arena.words import (
    MatchWord,
    Outcome,
    Replay,
    ReplayedPin,
    ReplayedPrediction,
    ReplayedRound,
)
from server.protocol import PointWord


def replay(match: MatchWord, log: Sequence[Event]) -> Replay:
    """What happened in the rounds that `match` shows to be over."""
    rounds = zip(match.outcomes, _rounds(log), strict=False)
    return Replay(match=match, rounds=[_round(match, *one) for one in rounds])


def _rounds(log: Iterable[Event]) -> Iterable[tuple[State, Sequence[Event]]]:
    """Of each round that is over, the state after it and its events."""
    first, *rest = log
    if not isinstance(first, MatchCreated):
        raise ValueError(f"log: expected match_created first, got: {first.type}")
    state, events = opened(first), list[Event]()
    for event in rest:
        over = len(state.ended)
        state = apply(state, event)
        events = [event] if isinstance(event, RoundStarted) else [*events, event]
        if len(state.ended) > over:
            yield state, events


def _round(
    match: MatchWord, outcome: Outcome, played: tuple[State, Sequence[Event]]
) -> ReplayedRound:
    state, events = played
    ended, start = state.ended[-1], events[0].at
    return ReplayedRound(
        outcome=outcome,
        image=image_path(match.match, outcome.number),
        heading=ended.planned.heading,
        hfov_deg=ended.planned.hfov_deg,
        length_s=max(0.0, ended.at - start),
        pins=[
            ReplayedPin(
                seat=event.seat,
                time_s=max(0.0, event.at - start),
                pin=PointWord.model_validate(event.pin),
            )
            for event in events
            if isinstance(event, PinPlaced)
        ],
        predictions=[
            ReplayedPrediction(
                seat=event.seat,
                time_s=max(0.0, event.at - start),
                prediction=event.prediction,
            )
            for event in events
            if isinstance(event, PredictionMade)
        ],
        sides=side_words(state),
    )
