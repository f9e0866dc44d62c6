"""Glicko-2 ratings from the results of duels (Glickman, "Example of the Glicko-2 system", 2012).

They are computed from the results, which are written together with the end of a duel: none is
counted twice or lost, whenever the server is killed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from glicko2.math import mu_to_rating, phi_to_rd, rd_to_phi, update_rating

from server.arena.store import Store
from server.arena.words import DuelResult, Placed, Rating


@dataclass(frozen=True, slots=True)
class Strength:
    """On Glicko-2's own scale; a newcomer's is that of a rating of 1500 and a deviation of 350."""

    mu: float = 0.0
    phi: float = rd_to_phi(350)
    sigma: float = 0.06
    duels: int = 0


class Ratings:
    """Of all names. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: tuple[int, list[Rating]] = (0, [])

    def words(self) -> list[Rating]:
        """Best first."""
        if self._store.result_count() != self._known[0]:
            results = self._store.results()
            self._known = len(results), rating_words(results)
        return self._known[1]


def rating_words(results: Iterable[DuelResult]) -> list[Rating]:
    """The ratings after `results`, each a rating period of its own; best first."""
    strengths: Mapping[str, Strength] = reduce(rated, results, {})
    words = [
        Rating(
            name=name,
            rating=mu_to_rating(one.mu),
            deviation=phi_to_rd(one.phi),
            volatility=one.sigma,
            duels=one.duels,
        )
        for name, one in strengths.items()
    ]
    return sorted(words, key=lambda word: (-word.rating, word.name))


def rated(strengths: Mapping[str, Strength], result: DuelResult) -> dict[str, Strength]:
    """The strengths after one more duel: each seat met all seats of the other sides at once."""
    before = {seat.name: strengths.get(seat.name, Strength()) for seat in result.seats}
    return {**strengths, **{seat.name: _after(seat, result, before) for seat in result.seats}}


def _after(seat: Placed, result: DuelResult, before: Mapping[str, Strength]) -> Strength:
    opponents = [
        (before[other.name].mu, before[other.name].phi, _points(seat, other))
        for other in result.seats
        if other.side != seat.side
    ]
    own = before[seat.name]
    mu, phi, sigma = update_rating(own.mu, own.phi, own.sigma, opponents)
    return Strength(mu, phi, sigma, own.duels + 1)


def _points(seat: Placed, other: Placed) -> float:
    if seat.place == other.place:
        return 0.5
    return 1.0 if seat.place < other.place else 0.0
