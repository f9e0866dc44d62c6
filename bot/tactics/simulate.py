"""What the tactic gains: thousands of duels on the same panoramas.

    python -m bot.tactics.simulate ROUNDS [--matches 20000] [--seed 0]

ROUNDS is what `python -m models.duel_rounds` wrote. The panoramas are dealt into groups, each
match draws from one group, and is played thrice with the same draws: naming the most probable
place (argmax), naming the guess (which scores most on average), and by the tactic. The interval is
over the groups' means (Student's t), so that it covers the luck of the panoramas as well as that
of the draws.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.tactics.choice import MARGIN, stakes_of
from bot.tactics.duel import HEALTH, INDIVIDUAL, SHARED, Rules
from bot.tactics.worth import worth_of

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

GROUPS = 20
T_95 = 2.093
"""Student's t of 19 degrees of freedom, 97.5 %."""

MOST_ROUNDS = 40
SETTINGS = (("own", "equal"), ("own", "clear"), ("own", "clouded"), ("clear", "own"))
"""Who plays with and without the tactic, against whom."""


@dataclass(frozen=True, slots=True, eq=False)
class Rounds:
    """What one player may name at `n` panoramas, of at most `c` places each."""

    scores: Array
    """`(n, c)`."""
    differences: Array
    """`(n, c, k)` as of `Stakes`."""
    probabilities: Array
    """`(n, k)`, 0 beyond a panorama's cases."""
    there: NDArray[np.bool_]
    """`(n, c)`: it has that many places."""


def rounds_of(places: Array, radii_km: Array, scores: Array) -> Rounds:
    """From places `(n, c, 3)`, of which those of probability 0 are none."""
    n, c = scores.shape
    differences, probabilities = np.zeros((n, c, (c + 1) * c)), np.zeros((n, (c + 1) * c))
    there = places[..., 2] > 0
    there[:, 0] = True
    for i in range(n):
        stakes = stakes_of(places[i][there[i]], float(radii_km[i]))
        rows, cases = stakes.differences.shape
        differences[i, :rows, :cases] = stakes.differences
        probabilities[i, :cases] = stakes.probabilities
    return Rounds(scores, differences, probabilities, there)


def play(
    rules: Rules, own: Rounds, their_scores: Array, draws: Ints, tactic: bool
) -> tuple[Array, float]:
    """Play a duel for each row of panoramas `(m, MOST_ROUNDS)`.

    Returns who won `(m,)` (1 own, 0.5 nobody, 0 they), and the share of guesses that were changed.
    """
    health = np.full((2, len(draws)), HEALTH)
    steps = np.zeros((2, len(draws)), dtype=np.int64)
    changed = guesses = 0
    for panoramas in draws.T:
        alive = np.flatnonzero((health > 0).all(axis=0))
        at = panoramas[alive]
        place = np.zeros(len(alive), dtype=np.int64)
        if tactic:
            place = _chosen(rules, own, at, health[:, alive], steps[:, alive])
        changed, guesses = changed + int((place > 0).sum()), guesses + len(alive)
        won = own.scores[at, place] - their_scores[at]
        _settle(rules, health, steps, alive, won)
    wins = np.where(health[0] > health[1], 1.0, np.where(health[0] == health[1], 0.5, 0.0))
    return wins, changed / max(guesses, 1)


def _chosen(rules: Rules, own: Rounds, at: Ints, health: Array, steps: Ints) -> Ints:
    """`choose` and its margin, for many duels at once."""
    worth, place = worth_of(rules), np.zeros(len(at), dtype=np.int64)
    for first in range(0, len(at), 1000):
        some = slice(first, first + 1000)
        cases = own.differences[at[some]]
        flat = cases.reshape(len(cases), -1)
        after = worth.after(health[0, some], health[1, some], steps[0, some], steps[1, some], flat)
        wins = np.einsum("mck,mk->mc", after.reshape(cases.shape), own.probabilities[at[some]])
        wins = np.where(own.there[at[some]], wins, -1)
        best = wins.argmax(axis=1)
        place[some] = np.where(wins.max(axis=1) > wins[:, 0] + MARGIN, best, 0)
    return place


def _settle(rules: Rules, health: Array, steps: Ints, alive: Ints, won: Array) -> None:
    """Take the damage of one round, and raise the multipliers."""
    times = rules.times(steps[:, alive])
    health[0, alive] -= np.maximum(-won, 0) * times[1]
    health[1, alive] -= np.maximum(won, 0) * times[0]
    steps[0, alive] += (won >= 0) | (not rules.individual)
    steps[1, alive] += (won <= 0) | (not rules.individual)


@dataclass(frozen=True, slots=True)
class Gain:
    """Of the tactic in one setting; win rates from 0 to 1."""

    argmax: float
    guess: float
    tactic: float
    over_argmax: str
    """The tactic's gain with its 95 % interval, in points of a hundred."""
    over_guess: str
    changed: float
    """Share of guesses that are not the guess."""


def gain(
    rules: Rules, own: Rounds, argmax: Array, their_scores: Array, matches: int, seed: int
) -> Gain:
    """Play `matches` duels thrice; `argmax` `(n,)` is what the most probable places score."""
    rng = np.random.default_rng(seed)
    groups = np.array_split(rng.permutation(len(their_scores)), GROUPS)
    draws = np.vstack([rng.choice(group, (matches // GROUPS, MOST_ROUNDS)) for group in groups])
    blunt = replace(own, scores=np.broadcast_to(argmax[:, None], own.scores.shape))
    by_argmax, _ = play(rules, blunt, their_scores, draws, tactic=False)
    by_guess, _ = play(rules, own, their_scores, draws, tactic=False)
    by_tactic, changed = play(rules, own, their_scores, draws, tactic=True)
    return Gain(
        float(by_argmax.mean()),
        float(by_guess.mean()),
        float(by_tactic.mean()),
        _interval(by_tactic - by_argmax),
        _interval(by_tactic - by_guess),
        changed,
    )


def _interval(gains: Array) -> str:
    """Mean and half width of the paired gains `(m,)`, whose groups lie one after the other."""
    means = 100 * gains.reshape(GROUPS, -1).mean(axis=1)
    return f"{means.mean():+.1f} ± {T_95 * means.std(ddof=1) / np.sqrt(GROUPS):.1f}"


def table(rounds: Mapping[str, Array], matches: int, seed: int) -> list[str]:
    """Lines of Markdown, one for each setting and rule set."""
    lines = [
        "| player | against | rules | argmax | guess | tactic | to argmax | to guess | changed |",
        "|---|---|---|" + "---:|" * 6,
    ]
    for one, other in SETTINGS:
        own = rounds_of(*(rounds[f"{one}_{name}"] for name in ("places", "radius_50_km", "scores")))
        for letter, rules in (("A", SHARED), ("B", INDIVIDUAL)):
            theirs = rounds[f"{other}_scores"][:, 0]
            found = gain(rules, own, rounds[f"{one}_argmax"], theirs, matches, seed)
            lines.append(
                f"| {one} | {other} | {letter} | {found.argmax:.1%} | {found.guess:.1%} "
                f"| {found.tactic:.1%} | {found.over_argmax} | {found.over_guess} "
                f"| {found.changed:.1%} |"
            )
    return lines


def main(argv: list[str]) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=Path)
    parser.add_argument("--matches", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(argv)
    with np.load(arguments.rounds) as rounds:
        print("\n".join(table(dict(rounds), arguments.matches, arguments.seed)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
