"""Damage and multipliers, against rounds of real duels as they were captured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tournament.duel import Rules, outcome
from server.arena.duel import DUELS, DUELS_A, DUELS_B, Blow, DuelRules, Side, after, damage, strike


@pytest.mark.parametrize(
    ("difference", "multiplier", "taken"),
    [(4039, 2.5, 10098), (561, 0.5, 280), (187, 1.5, 280), (3865, 1.5, 5798), (561, 1.5, 842)],
)
def test_damage_as_captured(difference: int, multiplier: float, taken: int) -> None:
    """10097.5 -> 10098, 280.5 -> 280, 5797.5 -> 5798 and by the same rule 841.5 -> 842."""
    assert damage(5000, 5000 - difference, multiplier) == taken


def multipliers(rules: DuelRules, rounds: list[tuple[int, int]]) -> list[tuple[float, float]]:
    """In each of the rounds with these scores of two sides that have much health."""
    sides, seen = [Side(100_000), Side(100_000)], []
    for number, scores in enumerate(rounds, start=1):
        blows = strike(sides, scores)
        seen.append((blows[0].multiplier, blows[1].multiplier))
        sides = after(rules, number, sides, blows)
    return seen


def test_duels_a_grow_with_the_rounds() -> None:
    ones = [one for one, _ in multipliers(DUELS_A, [(10, 0)] * 7)]
    others = [other for _, other in multipliers(DUELS_A, [(10, 0)] * 7)]
    assert ones == others == [1, 1, 1, 1, 1.5, 2, 2.5]


def test_duels_b_grow_with_wins() -> None:
    rounds = [(10, 0), (0, 10), (10, 0), (5, 5), (0, 0)]
    assert multipliers(DUELS_B, rounds) == [(1, 1), (1.5, 1), (1.5, 1.5), (2, 1.5), (2.5, 2)]


def test_the_winners_multiplier_hits() -> None:
    blows = strike([Side(6000, 3.0), Side(6000, 1.5)], [1000, 1187])
    assert blows == [Blow(1000, 3.0, 280, 5720), Blow(1187, 1.5, 0, 6000)]


def test_of_many_sides_the_best_one_hits_all_that_stand() -> None:
    blows = strike([Side(6000), Side(500), Side(0, 9.0), Side(6000, 2.0)], [3000, 0, 5000, 4000])
    assert [blow.damage for blow in blows] == [2000, 8000, 0, 0]
    assert [blow.health for blow in blows] == [4000, 0, 0, 6000]
    assert blows[2].score == 0


def test_who_has_lost_wins_no_multiplier() -> None:
    sides = [Side(0), Side(10), Side(10)]
    blows = strike(sides, [0, 0, 0])
    assert [side.multiplier for side in after(DUELS_B, 3, sides, blows)] == [1, 1.5, 1.5]


scores = st.lists(st.integers(0, 5000), min_size=2, max_size=5)


@given(st.lists(scores, min_size=1, max_size=12), st.sampled_from([DUELS_A, DUELS_B]))
def test_health_never_rises_and_the_best_loses_none(
    rounds: list[list[int]], rules: DuelRules
) -> None:
    count = len(rounds[0])
    sides = [Side(6000)] * count
    for number, some in enumerate(rounds, start=1):
        these = (some * count)[:count]
        blows = strike(sides, these)
        best = max(score for side, score in zip(sides, these, strict=True) if side.health)
        for side, score, blow in zip(sides, these, blows, strict=True):
            assert 0 <= blow.health <= side.health
            assert blow.damage >= 0
            if score == best:
                assert blow.health == side.health
        grown = after(rules, number, sides, blows)
        assert all(new.multiplier >= old.multiplier for new, old in zip(grown, sides, strict=True))
        sides = grown
        assert any(side.health for side in sides)


scores_of_two = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1)


@given(scores_of_two, st.sampled_from(["duels_a", "duels_b"]))
def test_tournaments_play_the_same_duels(rounds: list[tuple[int, int]], mode: str) -> None:
    """Theirs was written by itself, without a line of this one."""
    theirs = outcome(Rules(mode), [a for a, _ in rounds], [b for _, b in rounds])
    sides, number = [Side(6000), Side(6000)], 0
    for number, scores in enumerate(rounds, start=1):
        sides = after(DUELS[mode], number, sides, strike(sides, scores))
        if not all(side.health for side in sides):
            break
    assert (sides[0].health, sides[1].health, number) == (
        theirs.first,
        theirs.second,
        theirs.rounds,
    )
