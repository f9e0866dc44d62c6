"""Every round that is over: the arena's own, from its log, and those that were told.

A truth that somebody is still to find stays secret, whoever found it before: while a match runs,
rounds at the places of its rounds to come are held back, with their guesses.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.geo import haversine_km
from models.geography.places import countries_of
from server.arena.events import Event, GuessMade, Planned, RoundTimedOut
from server.arena.rules import Ended, State, fold
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
    rounds = {(one.site, one.match, one.number): one for one in ended}
    others = []
    for one in told:
        ours = rounds.get((one.site, one.match, one.number))
        if ours is None:
            others.append(one)
        else:
            known = {"bundle": one.bundle, "times": one.times}
            rounds[one.site, one.match, one.number] = ours.model_copy(update=known)
    return sorted([*rounds.values(), *others], key=lambda one: one.ended_at)


def _read(match: str, events: Sequence[Event]) -> _Match:
    state = fold(events)
    ends = [event.at for event in events if isinstance(event, GuessMade | RoundTimedOut)]
    ended = zip(count(1), state.ended, ends, strict=False)
    return _Match(
        events=len(events),
        ended=tuple(_finished(match, state, *one) for one in ended),
        to_come=state.created.rounds[len(state.ended) :],
        last_at=events[-1].at,
    )


def _finished(match: str, state: State, number: int, ended: Ended, at: float) -> FinishedRound:
    return FinishedRound(
        id=f"{ARENA}:{match}:{number}",
        site=ARENA,
        match=match,
        number=number,
        ended_at=at,
        player=state.created.name,
        location=PointWord(lat=ended.planned.lat, lng=ended.planned.lng),
        guess=PointWord(lat=ended.guess.lat, lng=ended.guess.lng) if ended.guess else None,
        score=ended.score,
        time_s=ended.time_s,
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
