"""When a person guesses: lognormal by difficulty, within the clock. Pure.

Times that people take to decide are skewed to the right, and their logarithms are nearly normal
(Luce, Response Times, 1986, chapter 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log
from random import Random
from statistics import NormalDist
from typing import Literal

Difficulty = Literal["easy", "medium", "hard"]
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")

EASY_SCORE, MEDIUM_SCORE = 4000.0, 2000.0
"""Points from which a round is easy, or medium. Of people: their mean at the place; of the bot:
what it expects."""

LEAST_S = 2.0
"""Nobody looks, finds the place on the map and submits faster."""

SPARE_S = 1.0
"""Before the clock's end: later, a click may come too late."""


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Guess times at one difficulty, were there no clock."""

    median_s: float
    sigma: float
    """Of the natural logarithm."""

    def quantile(self, share: float) -> float:
        """Seconds within which a `share` in (0, 1) of people has guessed."""
        return exp(log(self.median_s) + self.sigma * NormalDist().inv_cdf(share))

    def share(self, time_s: float) -> float:
        """Of people, who have guessed by then."""
        return NormalDist().cdf(log(time_s / self.median_s) / self.sigma)


Pace = Mapping[Difficulty, Lognormal]

SHIPPED: Pace = {
    "easy": Lognormal(12.0, 0.45),
    "medium": Lognormal(20.0, 0.45),
    "hard": Lognormal(28.0, 0.5),
}
"""General knowledge of people who play without moving, not a measurement; WorldGuessr's own bots,
which pass for people, take 8 to 40 s. `bot.human.fit` fits a study's people."""


def difficulty_of(points: float) -> Difficulty:
    """Of a round by the points that it brings."""
    if points >= EASY_SCORE:
        return "easy"
    return "medium" if points >= MEDIUM_SCORE else "hard"


def guess_after_s(
    rng: Random, difficulty: Difficulty, clock_s: float | None, pace: Pace = SHIPPED
) -> float:
    """Seconds from a round's start to the guess, drawn from the part within the clock.

    Raises:
        ValueError: the clock is too short to guess at all.
    """
    of = pace[difficulty]
    last_s = None if clock_s is None else clock_s - SPARE_S
    if last_s is not None and last_s <= LEAST_S:
        raise ValueError(
            f"clock_s: expected more than {LEAST_S + SPARE_S:g} s to guess in, got: {clock_s:g}"
        )
    low, high = of.share(LEAST_S), 1.0 if last_s is None else of.share(last_s)
    # Where nearly nobody would guess in time, rounding may leave no part to draw from.
    share = min(max(low + (high - low) * rng.random(), 1e-12), 1 - 1e-12)
    time_s = max(of.quantile(share), LEAST_S)
    return time_s if last_s is None else min(time_s, last_s)
