"""A match as its seat may see it now: nothing of the truth before a round is over."""

from __future__ import annotations

from server.arena.rules import Ended, Running, State
from server.arena.words import MatchWord, Outcome, RoundWord
from server.protocol import PointWord

PREFIX = "/api/arena"


def match_word(match: str, state: State, now: float) -> MatchWord:
    """What the seat of `match` may see at `now`."""
    created = state.created
    return MatchWord(
        match=match,
        name=created.name,
        pack=created.pack,
        rules=created.rules,
        diagonal_km=created.diagonal_km,
        phase=state.phase,
        round=_round(match, state, state.running, now) if state.running else None,
        outcomes=[_outcome(number, ended) for number, ended in enumerate(state.ended, start=1)],
        total_score=state.total_score,
    )


def _round(match: str, state: State, running: Running, now: float) -> RoundWord:
    planned = state.created.rounds[running.number - 1]
    return RoundWord(
        number=running.number,
        image=f"{PREFIX}/matches/{match}/rounds/{running.number}/panorama",
        heading=planned.heading,
        hfov_deg=planned.hfov_deg,
        time_left_s=None if state.deadline is None else max(0.0, state.deadline - now),
        pin=PointWord.model_validate(running.pin) if running.pin else None,
    )


def _outcome(number: int, ended: Ended) -> Outcome:
    planned = ended.planned
    return Outcome(
        number=number,
        location=PointWord(lat=planned.lat, lng=planned.lng),
        guess=PointWord.model_validate(ended.guess) if ended.guess else None,
        distance_km=ended.distance_km,
        score=ended.score,
        time_s=ended.time_s,
        licence=planned.licence,
        attribution=planned.attribution,
        place=planned.place,
    )
