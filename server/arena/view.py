"""A match as a seat or a watcher may see it now: nothing of the truth before a round is over."""

from __future__ import annotations

from server.arena.state import Ended, Hand, Running, State
from server.arena.words import (
    BlowWord,
    MatchWord,
    Outcome,
    RoundWord,
    SeatWord,
    SideWord,
)
from server.protocol import PointWord

PREFIX = "/api/arena"


def match_word(match: str, state: State, now: float, seat: int | None = 0) -> MatchWord:
    """What `seat` of `match` may see at `now`; None: a watcher, who has nothing of its own."""
    created = state.created
    sides = side_words(state)
    return MatchWord(
        match=match,
        version=state.version(seat),
        name="" if seat is None else state.seats[seat].name,
        seat=seat,
        pack=created.pack,
        rules=created.rules,
        diagonal_km=created.diagonal_km,
        shared=state.shared,
        phase=state.phase,
        starts_in_s=_left_s(state.next_start, now),
        round=_round(match, state, state.running, now, seat) if state.running else None,
        seats=[_seat(state, one) for one in range(len(state.seats))],
        sides=sides,
        winner=state.winner,
        outcomes=[outcome_word(number, ended, seat) for number, ended in enumerate(state.ended, 1)],
        total_score=0 if seat is None or not sides else sides[state.side(seat)].score,
    )


def image_path(match: str, number: int) -> str:
    """Of a round's panorama."""
    return f"{PREFIX}/matches/{match}/rounds/{number}/panorama"


def side_words(state: State) -> list[SideWord]:
    """The sides as they stand; none in the lobby."""
    if state.phase == "lobby":
        return []
    return [_side(state, side, score) for side, score in enumerate(state.scores)]


def _blow_words(ended: Ended) -> list[BlowWord]:
    return [BlowWord.model_validate(blow) for blow in ended.blows]


def _round(match: str, state: State, running: Running, now: float, seat: int | None) -> RoundWord:
    planned = state.created.rounds[running.number - 1]
    own = (None if seat is None else running.hands.get(seat)) or Hand()
    return RoundWord(
        number=running.number,
        image=image_path(match, running.number),
        heading=planned.heading,
        hfov_deg=planned.hfov_deg,
        time_left_s=_left_s(state.deadline, now),
        pin=PointWord.model_validate(own.pin) if own.pin else None,
        guess=PointWord.model_validate(own.guess) if own.guess else None,
    )


def _seat(state: State, seat: int) -> SeatWord:
    hand = state.running.hands.get(seat) if state.running else None
    return SeatWord(
        name=state.seats[seat].name,
        side=state.side(seat),
        locked=hand is not None and hand.guess is not None,
        ready=seat in state.ready,
    )


def _side(state: State, side: int, score: int) -> SideWord:
    duel = state.sides[side] if state.sides else None
    return SideWord(
        score=score,
        health=duel.health if duel else None,
        multiplier=duel.multiplier if duel else None,
    )


def outcome_word(number: int, ended: Ended, seat: int | None) -> Outcome:
    """A round that is over, with what was `seat`'s own; None: a watcher's."""
    planned = ended.planned
    own = None if seat is None else ended.turns.get(seat)
    return Outcome(
        number=number,
        location=PointWord(lat=planned.lat, lng=planned.lng),
        guess=PointWord.model_validate(own.guess) if own and own.guess else None,
        distance_km=own.distance_km if own else None,
        score=own.score if own else 0,
        time_s=own.time_s if own else 0.0,
        licence=planned.licence,
        attribution=planned.attribution,
        place=planned.place,
        turns=ended.turn_words,
        blows=_blow_words(ended),
    )


def _left_s(until: float | None, now: float) -> float | None:
    return None if until is None else max(0.0, until - now)
