"""From what everyone played to games, ratings and the cross-table: pure."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.tournament.duel import Outcome, outcome
from bot.tournament.pairing import BYE, Pair, count_meetings, round_robin, swiss
from bot.tournament.plan import Form, Plan
from bot.tournament.ratings import Rating, ratings
from bot.tournament.sittings import Sitting

Played = Mapping[tuple[str, int], Sitting]
"""Sittings by player and seed."""


@dataclass(frozen=True, slots=True)
class Game:
    """Two players on the panoramas of one match."""

    seed: int
    first: str
    second: str
    """`BYE`: there was nobody to play."""
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Record:
    """Games of one player, against one other or all."""

    won: int = 0
    drawn: int = 0
    lost: int = 0

    @property
    def games(self) -> int:
        """All."""
        return self.won + self.drawn + self.lost

    @property
    def points(self) -> float:
        """One of each win, half of each draw."""
        return self.won + self.drawn / 2


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of the final table."""

    player: str
    spec: str
    rating: Rating
    record: Record
    byes: int
    mean_score: float
    """Points a round."""
    median_km: float | None
    """Of the rounds with a guess; None: there is none."""
    answer_ms: float
    """Median of the rounds."""
    failures: Mapping[str, int]
    """Rounds lost without a guess, by reason."""


def by_key(sittings: Iterable[Sitting]) -> dict[tuple[str, int], Sitting]:
    """Sittings as `Played`."""
    return {(sitting.player, sitting.seed): sitting for sitting in sittings}


def games(plan: Plan, players: Sequence[str], played: Played) -> list[Game]:
    """All games of a tournament whose matches everyone has played.

    Players do not see each other, so a game is made of two sittings at the same match.
    """
    if plan.form is Form.ROUND_ROBIN:
        pairs = round_robin(players)
        return [_game(plan, seed, pair, played) for seed in plan.seeds for pair in pairs]
    found: list[Game] = []
    for seed in plan.seeds:
        met = count_meetings([(game.first, game.second) for game in found])
        pairs = swiss(players, _points(players, found), met)
        found += [_game(plan, seed, pair, played) for pair in pairs]
    return found


def standings(players: Sequence[str], found: Sequence[Game], played: Played) -> list[Standing]:
    """The table, best rating first."""
    rated = dict(zip(players, ratings(_won(players, found)), strict=True))
    rows = [_standing(name, rated[name], found, played) for name in players]
    return sorted(rows, key=lambda row: -row.rating.value)


def record(name: str, found: Iterable[Game], against: str | None = None) -> Record:
    """Games of one player against another, or against all; byes are none."""
    results = Counter(
        game.outcome.result if game.first == name else 1 - game.outcome.result
        for game in found
        if name in (game.first, game.second)
        and game.second != BYE
        and against in (None, game.first, game.second)
    )
    return Record(results[1.0], results[0.5], results[0.0])


def _game(plan: Plan, seed: int, pair: Pair, played: Played) -> Game:
    first, second = pair
    if second == BYE:
        return Game(seed, first, BYE, Outcome(1, 0, 0))
    scores = [played[name, seed].scores for name in pair]
    return Game(seed, first, second, outcome(plan.rules, *scores))


def _points(players: Sequence[str], found: Sequence[Game]) -> dict[str, float]:
    """With those of byes."""
    return {name: record(name, found).points + _byes(name, found) for name in players}


def _byes(name: str, found: Iterable[Game]) -> int:
    return sum((game.first, game.second) == (name, BYE) for game in found)


def _won(
    players: Sequence[str], found: Sequence[Game]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """As `ratings` takes it."""
    seeds = {seed: row for row, seed in enumerate(sorted({game.seed for game in found}))}
    at = {name: row for row, name in enumerate(players)}
    won = np.zeros((max(len(seeds), 1), len(players), len(players)))
    for game in found:
        if game.second != BYE:
            i, j = at[game.first], at[game.second]
            won[seeds[game.seed], i, j] += game.outcome.result
            won[seeds[game.seed], j, i] += 1 - game.outcome.result
    return won


def _standing(name: str, rating: Rating, found: Sequence[Game], played: Played) -> Standing:
    sittings = [sitting for (player, _), sitting in played.items() if player == name]
    turns = [turn for sitting in sittings for turn in sitting.turns]
    distances_km = [turn.distance_km for turn in turns if turn.distance_km is not None]
    return Standing(
        player=name,
        spec=sittings[0].spec,
        rating=rating,
        record=record(name, found),
        byes=_byes(name, found),
        mean_score=statistics.mean(turn.score for turn in turns),
        median_km=statistics.median(distances_km) if distances_km else None,
        answer_ms=statistics.median(turn.answer_ms for turn in turns),
        failures=dict(Counter(turn.failure for turn in turns if turn.failure)),
    )
