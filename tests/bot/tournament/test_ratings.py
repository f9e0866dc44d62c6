"""Ratings, against arithmetic and against a general optimiser."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from bot.tournament.ratings import PRIOR_GAMES, bradley_terry, ratings


def test_three_wins_in_four_are_191_points() -> None:
    """400 log10(3) = 190.85; the prior's one game hides among 4 million."""
    won = np.array([[[0, 3e6], [1e6, 0]]])
    strong, weak = bradley_terry(won)[0]
    assert strong - weak == pytest.approx(190.85, abs=0.01)
    assert strong + weak == pytest.approx(3000)


def test_the_fit_is_the_most_likely_one() -> None:
    chance = np.random.default_rng(7)
    won = chance.integers(0, 9, (4, 4)).astype(float)
    np.fill_diagonal(won, 0)

    def unlikeliness(logits: np.ndarray) -> float:
        apart = logits[:, None] - logits[None, :]
        games = (won * np.logaddexp(0, -apart)).sum()
        prior = PRIOR_GAMES / 2 * (np.logaddexp(0, -logits) + np.logaddexp(0, logits)).sum()
        return float(games + prior)

    best = minimize(unlikeliness, np.zeros(4), tol=1e-12).x
    expected = 400 / np.log(10) * (best - best.mean()) + 1500
    np.testing.assert_allclose(bradley_terry(won[None])[0], expected, atol=0.05)


def test_who_wins_all_has_a_rating() -> None:
    strong, weak = ratings(np.tile([[0.0, 1.0], [0.0, 0.0]], (20, 1, 1)))
    assert 1600 < strong.value < 2500
    assert strong.low == pytest.approx(strong.high)
    assert weak.value == pytest.approx(3000 - strong.value)


def test_intervals_hold_the_true_difference() -> None:
    """Of 100 tournaments between players of odds 3 to 1, about 95 hold 95.4 above the mean."""
    chance = np.random.default_rng(1)
    held = 0
    for _ in range(100):
        first = (chance.random(60) < 0.75).astype(float)
        won = np.zeros((60, 2, 2))
        won[:, 0, 1], won[:, 1, 0] = first, 1 - first
        strong = ratings(won)[0]
        assert strong.low is not None
        assert strong.high is not None
        held += strong.low <= 1500 + 190.85 / 2 <= strong.high
    assert 88 <= held <= 100


def test_few_matches_have_no_interval() -> None:
    won = np.tile([[0.0, 1.0], [0.0, 0.0]], (9, 1, 1))
    assert {rating.low for rating in ratings(won)} == {None}


def test_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(matches, players, players\), got: \(2, 3\)"):
        ratings(np.zeros((2, 3)))
