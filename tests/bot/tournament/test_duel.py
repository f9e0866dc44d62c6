"""Games of two players; damage and multipliers as published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tournament.duel import HEALTH, Outcome, Rules, damage, outcome
from server.arena import duel as arena


@pytest.mark.parametrize(
    ("difference", "tenths", "expected"),
    [(4039, 25, 10098), (187, 15, 280), (3865, 15, 5798), (561, 5, 280), (1, 10, 1), (0, 35, 0)],
)
def test_halves_go_to_the_even_neighbour(difference: int, tenths: int, expected: int) -> None:
    """10097.5, 280.5 and 5797.5 were seen to become 10098, 280 and 5798."""
    assert damage(difference, tenths) == expected


def test_duels_a_raise_the_multiplier_from_the_fifth_round() -> None:
    # By hand: 4 x 1, then 1.5 and 2: 6000 - 4 x 500 - 750 - 1000 = 2250.
    assert outcome(Rules.DUELS_A, [5000] * 6, [4500] * 6) == Outcome(6000, 2250, 6)


def test_duels_b_raise_the_winners_multiplier() -> None:
    # By hand: 1000, then 1.5 x 1000 of the first; the second's first win counts once.
    assert outcome(Rules.DUELS_B, [4000, 4000, 0], [3000, 3000, 1000]) == Outcome(5000, 3500, 3)
    # A tie raises both: the first then wins at 1.5.
    assert outcome(Rules.DUELS_B, [10, 1000], [10, 0]) == Outcome(6000, 4500, 2)


def test_a_duel_ends_with_somebodys_health() -> None:
    ended = outcome(Rules.DUELS_A, [0, 0, 5000], [5000, 1000, 0])
    assert (ended, ended.result) == (Outcome(0, 6000, 2), 0.0)


def test_the_classic_game_adds_up() -> None:
    assert outcome(Rules.CLASSIC, [1, 2], [3, 0]).result == 0.5
    assert outcome(Rules.CLASSIC, [1, 3], [3, 0]) == Outcome(4, 3, 2)


def test_both_play_all_rounds() -> None:
    with pytest.raises(ValueError, match="expected equally many, got: 1 and 2"):
        outcome(Rules.DUELS_A, [1], [1, 2])


@given(
    st.sampled_from([(Rules.DUELS_A, arena.DUELS_A), (Rules.DUELS_B, arena.DUELS_B)]),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=12),
)
def test_the_arenas_duels_end_alike(
    rules: tuple[Rules, arena.DuelRules], scores: list[tuple[int, int]]
) -> None:
    """A bot may not know the arena's rules: here are the same, written twice."""
    sides = [arena.Side(HEALTH), arena.Side(HEALTH)]
    number = 0
    for number, both in enumerate(scores, start=1):
        sides = arena.after(rules[1], number, sides, arena.strike(sides, both))
        if not all(side.health for side in sides):
            break
    first, second = (list(each) for each in zip(*scores, strict=True))
    expected = Outcome(sides[0].health, sides[1].health, number)
    assert outcome(rules[0], first, second) == expected
