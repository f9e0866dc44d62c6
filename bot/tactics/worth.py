"""What a position of a duel is worth: the probability of winning it from there.

Computed backwards by dynamic programming (Bellman 1957) over both healths and both counts of
multiplier steps: worth(state) is the mean of worth(state after the round), over differences of
scores as rounds between equals have them. Ties and endless duels count half.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bot.tactics.duel import HEALTH, Rules

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

EQUALS = (
    0, 0, 0, 0, 2, 6, 12, 20, 27, 41, 64, 90, 132, 188, 256, 366, 518, 803, 1359, 3038,
)  # fmt: skip
"""Score differences between two players of equal strength, either way: the middles of twenty equal
shares (docs/tactics.md says how they were measured)."""

LEAST = 1.0
"""Health of who is barely alive: the worth leaps from there to nothing."""

GRID = 25
"""Healths of the table, from `LEAST` to `HEALTH`; between them it is linear."""


class Worth:
    """The table of one rule set."""

    def __init__(self, rules: Rules, differences: ArrayLike) -> None:
        """`differences` `(f,)` of own and their score, all equally likely, in a round to come."""
        self.rules = rules
        healths = np.linspace(LEAST, HEALTH, GRID)
        own, their = np.meshgrid(healths, healths, indexing="ij")
        called = (own > their) + 0.5 * (own == their)
        self._table = np.broadcast_to(called, (rules.most + 1, rules.most + 1, GRID, GRID)).copy()
        future = np.asarray(differences, dtype=np.float64)
        for steps in _backwards(rules):
            one, other = (np.full(own.shape, count) for count in steps)
            self._table[steps] = self.after(own, their, one, other, future).mean(axis=-1)

    def now(self, own: Array, their: Array, one: Ints, other: Ints) -> Array:
        """Worth `(...)` of states before a round: healths, and steps of the multipliers."""
        return self._between(own, their, one, other)

    def after(self, own: Array, their: Array, one: Ints, other: Ints, differences: Array) -> Array:
        """Worth `(..., k)` once rounds at states `(...)` ended by `differences` `(k,)`.

        `differences` may also be `(..., k)`: others for each state. `one` and `other` are the
        steps of the own multiplier and of theirs.
        """
        shape = np.broadcast_shapes((*own.shape, 1), differences.shape)
        won, lost = np.maximum(differences, 0), np.maximum(-differences, 0)
        own_left = np.broadcast_to(
            own[..., None] - lost * self.rules.times(other)[..., None], shape
        )
        their_left = np.broadcast_to(
            their[..., None] - won * self.rules.times(one)[..., None], shape
        )
        one_up, other_up = (1, 1) if not self.rules.individual else (lost == 0, won == 0)
        return self._between(
            own_left, their_left, one[..., None] + one_up, other[..., None] + other_up
        )

    def _between(self, own: Array, their: Array, one: Ints, other: Ints) -> Array:
        one, other = np.minimum(one, self.rules.most), np.minimum(other, self.rules.most)
        i, a = _cell(own)
        j, b = _cell(their)
        table = self._table
        low = (1 - b) * table[one, other, i, j] + b * table[one, other, i, j + 1]
        high = (1 - b) * table[one, other, i + 1, j] + b * table[one, other, i + 1, j + 1]
        worth = (1 - a) * low + a * high
        return np.where(own <= 0, 0.0, np.where(their <= 0, 1.0, worth))


def _cell(health: Array) -> tuple[Ints, Array]:
    """The grid's cell, and where in it from 0 to 1."""
    at = np.clip((health - LEAST) / (HEALTH - LEAST), 0, 1) * (GRID - 1)
    cell = np.minimum(at.astype(np.int64), GRID - 2)
    return cell, at - cell


def _backwards(rules: Rules) -> Sequence[tuple[int, int]]:
    """Counts of steps, later ones first: those of rules A are always equal."""
    counts = range(rules.most)
    pairs = [(a, b) for a in counts for b in counts if rules.individual or a == b]
    return sorted(pairs, key=sum, reverse=True)


@lru_cache
def worth_of(rules: Rules) -> Worth:
    """The table between equals; made once, in a fraction of a second."""
    return Worth(rules, [*EQUALS, *(-difference for difference in EQUALS)])
