"""Health and damage of duels, pure: the two published rule sets as values.

A round's best side hits every other one for the difference of their scores, times the best one's
multiplier, rounded half to even. Both sets were read from public captures of games: `DUELS_A` in
December 2025, `DUELS_B` in September 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DuelRules:
    """How multipliers grow."""

    individual: bool
    """Each side has its own, which grows when it wins a round or shares the win; else all have
    one, which grows with the rounds."""
    rounds_without: int
    """After so many rounds it begins to grow."""
    increment: float


DUELS_A = DuelRules(individual=False, rounds_without=4, increment=0.5)
"""x1 in rounds 1 to 4, then x1.5, x2, x2.5 and so on for everybody."""

DUELS_B = DuelRules(individual=True, rounds_without=1, increment=0.5)
"""The winner of a round has 0.5 more from the next round on."""

DUELS = {"duels_a": DUELS_A, "duels_b": DUELS_B}
"""By their `Mode` on the wire."""


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a duel between two rounds."""

    health: int
    multiplier: float = 1.0
    """Of the damage that it deals in the next round."""


@dataclass(frozen=True, slots=True)
class Blow:
    """What a round did to one side."""

    score: int
    multiplier: float
    """In that round."""
    damage: int
    """That it took; may be more than the health it had."""
    health: int
    """After it."""


def damage(best: int, score: int, multiplier: float) -> int:
    """What a side of `score` points loses to the round's best one."""
    return round((best - score) * multiplier)  # Python rounds half to even


def strike(sides: Sequence[Side], scores: Sequence[int]) -> list[Blow]:
    """A round's blows. Sides without health only look on; their scores do not count.

    Where several sides share the best score, the largest of their multipliers hits the others.
    """
    alive = [
        (score, side.multiplier) for side, score in zip(sides, scores, strict=True) if side.health
    ]
    best, multiplier = max(alive)
    return [
        _blow(side, score, damage(best, score, multiplier) if side.health else 0)
        for side, score in zip(sides, scores, strict=True)
    ]


def _blow(side: Side, score: int, taken: int) -> Blow:
    return Blow(
        score=score if side.health else 0,
        multiplier=side.multiplier,
        damage=taken,
        health=max(0, side.health - taken),
    )


def after(
    rules: DuelRules, number: int, sides: Sequence[Side], blows: Sequence[Blow]
) -> list[Side]:
    """The sides after round `number`."""
    return [
        Side(blow.health, _multiplier(rules, number, side, blow))
        for side, blow in zip(sides, blows, strict=True)
    ]


def _multiplier(rules: DuelRules, number: int, side: Side, blow: Blow) -> float:
    """Of the round after `number`."""
    if not rules.individual:
        return 1 + rules.increment * max(0, number + 1 - rules.rounds_without)
    won = blow.damage == 0 and side.health > 0 and number >= rules.rounds_without
    return side.multiplier + (rules.increment if won else 0.0)
