"""Who meets whom: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Pair = tuple[str, str]

BYE = ""
"""The partner of who has none; worth a point, as it is in chess (FIDE handbook C.04)."""


def round_robin(players: Sequence[str]) -> list[Pair]:
    """Everyone with everyone."""
    return list(combinations(players, 2))


def swiss(
    players: Sequence[str], points: Mapping[str, float], met: Mapping[frozenset[str], int]
) -> list[Pair]:
    """Pairs of about equal points who have met least; of an odd number the last has a `BYE`.

    The perfect matching of least cost: a pair that has met before costs more than all differences
    of points together. `met` counts byes as meetings with `BYE`.
    """
    ranked = sorted(players, key=lambda name: -points[name])
    seats = [*ranked, BYE] if len(ranked) % 2 else ranked
    level = {**points, BYE: min(points.values(), default=0) - 1}
    pairs = list(combinations(seats, 2))
    costs = [(level[a] - level[b]) ** 2 for a, b in pairs]
    again = 1 + sum(sorted(costs)[-len(seats) :])
    meetings = [met.get(frozenset(pair), 0) for pair in pairs]
    # The places in the ranking tell between matchings that are equally good.
    ties = [1e-3 * (seats.index(b) - seats.index(a)) ** 2 / len(seats) ** 2 for a, b in pairs]
    total = np.array(costs) + again * np.array(meetings) + np.array(ties)
    seated = np.array([[float(seat in pair) for pair in pairs] for seat in seats])
    found = milp(
        total,
        integrality=np.ones(len(pairs)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(seated, 1, 1),
    )
    return [pair for pair, chosen in zip(pairs, found.x, strict=True) if chosen > 0.5]


def count_meetings(pairs: Sequence[Pair]) -> Counter[frozenset[str]]:
    """How often each two have met."""
    return Counter(frozenset(pair) for pair in pairs)
