"""The worth of a position, against play of many duels and by its laws."""

from __future__ import annotations

import numpy as np
import pytest

from bot.tactics.duel import HEALTH, INDIVIDUAL, SHARED, Duel, Rules
from bot.tactics.worth import Worth, worth_of

BOTH = pytest.mark.parametrize("rules", [SHARED, INDIVIDUAL], ids=["A", "B"])


def worth(rules: Rules, own: float, their: float, steps: tuple[int, int] = (0, 0)) -> float:
    one, other = (np.array(count) for count in steps)
    return float(worth_of(rules).now(np.array(own), np.array(their), one, other))


def played_out(rules: Rules, differences: list[int], matches: int) -> float:
    """Share won of duels played by the rules as docs/tactics.md tells them."""
    rng, won = np.random.default_rng(3), 0.0
    for _ in range(matches):
        health, wins, number = [HEALTH, HEALTH], [0, 0], 0
        while min(health) > 0:
            number += 1
            difference = int(rng.choice(differences))
            winner = 0 if difference > 0 else 1
            grown = wins[winner] if rules.individual else max(0, number - 4)
            health[1 - winner] -= abs(difference) * (1 + 0.5 * grown)
            wins[winner] += 1
        won += health[0] > 0
    return won / matches


@BOTH
def test_as_many_are_won_as_promised_when_duels_are_played_out(rules: Rules) -> None:
    differences = [-2900, -1700, 1300, 2600]
    promised = float(
        Worth(rules, differences).now(np.array(HEALTH), np.array(HEALTH), np.array(0), np.array(0))
    )
    assert promised == pytest.approx(played_out(rules, differences, 4000), abs=0.03)


@BOTH
def test_equals_are_even_and_what_one_wins_the_other_loses(rules: Rules) -> None:
    assert worth(rules, 6000, 6000) == pytest.approx(0.5, abs=1e-9)
    assert worth(rules, 1500, 4000) + worth(rules, 4000, 1500) == pytest.approx(1, abs=1e-9)


@BOTH
def test_more_health_is_never_worse(rules: Rules) -> None:
    healths = np.linspace(100, HEALTH, 30)
    steps = np.full((30, 30), 3)
    own, their = np.meshgrid(healths, healths, indexing="ij")
    worths = worth_of(rules).now(own, their, steps, steps)
    assert (np.diff(worths, axis=0) >= -1e-9).all()
    assert (np.diff(worths, axis=1) <= 1e-9).all()


def test_a_larger_multiplier_of_ones_own_is_worth_something() -> None:
    assert worth(INDIVIDUAL, 3000, 3000, (4, 0)) > 0.55


def test_the_dead_have_lost() -> None:
    table, steps = worth_of(SHARED), np.array(6)
    deadly = np.array([-1500.0, 1500.0])
    after = table.after(np.array(2000.0), np.array(2000.0), steps, steps, deadly)
    assert after.tolist() == [0.0, 1.0]  # 1500 points at 2.5 are 3750


def test_the_steps_of_a_duel() -> None:
    assert Duel(SHARED, round=6, own_health=1, their_health=1).steps == (5, 5)
    assert SHARED.times(np.array([0, 3, 4, 6])).tolist() == [1, 1, 1.5, 2.5]  # rounds 1, 4, 5, 7
    individual = Duel(INDIVIDUAL, 3, 1, 1, own_multiplier=1.0, their_multiplier=2.0)
    assert individual.steps == (0, 2)
