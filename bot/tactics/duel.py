"""A duel as a player sees it: both healths, and what a point of difference costs.

Whoever scores less in a round loses health: the difference times a multiplier. Who has none left
has lost. Both rule sets are published ones (docs/tactics.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HEALTH = 6000.0
"""Of each at the start."""

STEP = 0.5
"""By which multipliers grow."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How the multiplier grows: it counts steps, of which the first `free` change nothing."""

    individual: bool
    """Each has an own one, that of the round's winner counts, and grows; else one for both."""
    free: int
    most: int
    """Steps after which hardly a duel goes on: it is called for who has more health."""

    def times(self, steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """Multipliers after so many steps."""
        return 1 + STEP * np.maximum(steps - self.free, 0.0)


SHARED = Rules(individual=False, free=3, most=40)
"""Rules A: rounds 1 to 4 once, then half more with each round."""

INDIVIDUAL = Rules(individual=True, free=0, most=20)
"""Rules B: half more for the winner of each round, for both after a tie."""


@dataclass(frozen=True, slots=True)
class Duel:
    """Where a duel stands before a round's guess."""

    rules: Rules
    round: int
    """From 1."""
    own_health: float
    their_health: float
    own_multiplier: float = 1.0
    """Of rules B; those of A follow from the round."""
    their_multiplier: float = 1.0

    @property
    def steps(self) -> tuple[int, int]:
        """By how many steps the own and their multipliers have grown."""
        if not self.rules.individual:
            return self.round - 1, self.round - 1
        return round((self.own_multiplier - 1) / STEP), round((self.their_multiplier - 1) / STEP)
