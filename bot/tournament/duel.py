"""A game between two players, from their scores of each round: pure.

A duel is played with health, by either of the published rule sets; the classic game adds up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

HEALTH = 6000
"""Of each player, at the start of a duel (both rule sets)."""

CALM_ROUNDS = 4
"""Duels A, `roundsWithoutDamageMultiplier`: rounds of multiplier 1."""

STEP_TENTHS = 5
"""`multiplierIncrement` of both rule sets: half a time more."""


class Rules(StrEnum):
    """How two players' scores make a game; the arena's names."""

    DUELS_A = "duels_a"
    """The rules captured in December 2025: one multiplier for both, by the round's number."""
    DUELS_B = "duels_b"
    """Those of September 2026: each player's own, raised by each round won."""
    CLASSIC = "classic"
    """The greater total of all rounds wins."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a game ended."""

    first: int
    """Health left, or points in the classic game; so is `second`."""
    second: int
    rounds: int
    """That were needed: a duel ends with somebody's health."""

    @property
    def result(self) -> float:
        """The first player's: 1 won, 0.5 drawn, 0 lost."""
        return 0.5 if self.first == self.second else float(self.first > self.second)


def outcome(rules: Rules, first: Sequence[int], second: Sequence[int]) -> Outcome:
    """The game of two players with these scores, round by round.

    Where both have health left after the last round, the healthier one wins.

    Raises:
        ValueError: they have not played equally many rounds.
    """
    if len(first) != len(second):
        raise ValueError(f"scores: expected equally many, got: {len(first)} and {len(second)}")
    if rules is Rules.CLASSIC:
        return Outcome(sum(first), sum(second), len(first))
    return _duel(rules, first, second)


def damage(difference: int, multiplier_tenths: int) -> int:
    """Health lost by a difference of scores; halves go to the even neighbour, as published."""
    return round(Fraction(difference * multiplier_tenths, 10))


def _duel(rules: Rules, first: Sequence[int], second: Sequence[int]) -> Outcome:
    health = [HEALTH, HEALTH]
    won = [0, 0]
    """Rounds won or drawn before this one."""
    number = 0
    for number, scores in enumerate(zip(first, second, strict=True), start=1):
        difference = scores[0] - scores[1]
        winner, loser = (0, 1) if difference > 0 else (1, 0)
        raised = max(number - CALM_ROUNDS, 0) if rules is Rules.DUELS_A else won[winner]
        lost = damage(abs(difference), 10 + STEP_TENTHS * raised)
        health[loser] = max(health[loser] - lost, 0)
        if health[loser] == 0:
            break
        won[winner] += 1
        won[loser] += difference == 0
    return Outcome(health[0], health[1], number)
