"""Every round that is over: the arena's own, from its log, and those that were told.

A truth that somebody is still to find stays secret, whoever found it before: while a match runs,
rounds at the places of its rounds to come are held back, with their guesses.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.geo import haversine_km
from models.geography.places import countries_of
from server.arena.events import Event, Planned
from server.arena.fold import fold
from server.arena.state import Ended, State, Turn
from server.arena.store import Store
from server.protocol import PointWord
from server.statistics.posted import Posted
from server.statistics.words import FinishedRound, PlayedRound

ARENA = "arena"
"""The site of our own rounds."""

ABANDONED_S = 24 * 3600
"""A match in which nothing happened for so long is not played on."""

SECRET_KM = 1.0
"""Around a place to be found; sites round their truths differently."""


@dataclass(frozen=True, slots=True)
class _Match:
    """What of a match's log is needed again and again."""

    events: int
    ended: tuple[FinishedRound, ...]
    to_come: tuple[Planned, ...]
    last_at: float


class Ledger:
    """All rounds. Safe to share between threads."""

    def __init__(
        self,
        posted: Posted,
        log: Store,
        countries: Callable[[ArrayLike], NDArray[np.str_]] = countries_of,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Put together; `countries` gives the codes `(n,)` of points `(n, 2)`."""
        self._posted = posted
        self._log = log
        self._countries = countries
        self._clock = clock
        self._matches: dict[str, _Match] = {}

    def record(self, one: FinishedRound) -> bool:
        """Keep a round that was told; False: it is kept already.

        Raises:
            AnotherRound: its id is another one's.
        """
        return self._posted.record(one)

    def rounds(self) -> list[PlayedRound]:
        """All that may be seen, by when they ended."""
        matches = self._read_log()
        since = self._clock() - ABANDONED_S
        secret = [planned for m in matches if m.last_at > since for planned in m.to_come]
        ended = (one for match in matches for one in match.ended)
        return self._located(_unsecret(merged(ended, self._posted.rounds()), secret))

    def _read_log(self) -> list[_Match]:
        """Of each match, read again only where something was added to its log."""
        for match, length in self._log.lengths().items():
            known = self._matches.get(match)
            if known is None or known.events != length:
                self._matches[match] = _read(match, self._log.load(match))
        return list(self._matches.values())

    def _located(self, rounds: Sequence[FinishedRound]) -> list[PlayedRound]:
        if not rounds:
            return []
        countries = self._countries([_pair(one.location) for one in rounds])
        return [
            PlayedRound(
                **one.model_dump(exclude={"id"}),
                country=str(country),
                distance_km=_distance_km(one),
            )
            for one, country in zip(rounds, countries, strict=True)
        ]


def merged(ended: Iterable[FinishedRound], told: Iterable[FinishedRound]) -> list[FinishedRound]:
    """Each round once, by when they ended.

    The arena's log is believed in what both know; bundle and times it has from who played.
    """
    ours = {one.id: one for one in ended}
    seats = defaultdict(list)
    for one in ours.values():
        seats[one.site, one.match, one.number].append(one)
    others = []
    for one in told:
        of_match = seats.get((one.site, one.match, one.number), [])
        known = _seat_of(one, of_match)
        if not of_match:
            others.append(one)
        elif known:
            measured = {"bundle": one.bundle, "times": one.times}
            ours[known.id] = known.model_copy(update=measured)
    return sorted([*ours.values(), *others], key=lambda one: one.ended_at)


def _seat_of(told: FinishedRound, seats: Sequence[FinishedRound]) -> FinishedRound | None:
    """Whose round was told: the only seat's, or the one of that name."""
    if len(seats) == 1:
        return seats[0]
    return next((one for one in seats if one.player == told.player), None)


def _read(match: str, events: Sequence[Event]) -> _Match:
    state = fold(events)
    return _Match(
        events=len(events),
        ended=tuple(
            _finished(match, state, number, ended, seat, turn)
            for number, ended in enumerate(state.ended, start=1)
            for seat, turn in ended.turns.items()
        ),
        to_come=() if state.phase == "over" else state.created.rounds[len(state.ended) :],
        last_at=events[-1].at,
    )


def _finished(
    match: str, state: State, number: int, ended: Ended, seat: int, turn: Turn
) -> FinishedRound:
    round_id = f"{ARENA}:{match}:{number}"
    return FinishedRound(
        id=f"{round_id}:{seat}" if state.shared else round_id,
        site=ARENA,
        match=match,
        number=number,
        ended_at=ended.at,
        player=state.seats[seat].name,
        location=PointWord(lat=ended.planned.lat, lng=ended.planned.lng),
        guess=PointWord(lat=turn.guess.lat, lng=turn.guess.lng) if turn.guess else None,
        score=turn.score,
        time_s=turn.time_s,
    )


def _unsecret(rounds: list[FinishedRound], secret: Iterable[Planned]) -> list[FinishedRound]:
    if not rounds:
        return []
    points = np.array([_pair(one.location) for one in rounds])
    hidden = np.zeros(len(rounds), dtype=bool)
    for place in {(planned.lat, planned.lng) for planned in secret}:
        hidden |= haversine_km(points, place) < SECRET_KM
    return [one for one, hide in zip(rounds, hidden, strict=True) if not hide]


def _distance_km(one: FinishedRound) -> float | None:
    if one.guess is None:
        return None
    return float(haversine_km(_pair(one.location), _pair(one.guess)))


def _pair(point: PointWord) -> tuple[float, float]:
    return point.lat, point.lng
