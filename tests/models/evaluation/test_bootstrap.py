"""Intervals, against a formula, their promise of 95 %, and what groups must do to them."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.bootstrap import interval_of_mean, intervals, means, medians


def test_like_the_normal_interval_where_all_are_on_their_own() -> None:
    values = np.random.default_rng(1).normal(3000, 900, size=800)
    low, high = interval_of_mean(values, [""] * 800)
    half = 1.96 * values.std() / np.sqrt(800)
    assert low == pytest.approx(values.mean() - half, abs=half / 10)
    assert high == pytest.approx(values.mean() + half, abs=half / 10)


@pytest.mark.slow
def test_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    covered = 0
    for trial in range(200):
        centres = rng.normal(size=50)
        values = np.repeat(centres, 4) + 0.1 * rng.normal(size=200)
        groups = [str(row // 4) for row in range(200)]
        low, high = interval_of_mean(values, groups, seed=trial)
        covered += low <= 0 <= high
    assert 0.9 < covered / 200 < 0.99  # 0.95, and chance of 200 trials


def test_copies_of_a_value_tell_nothing_new() -> None:
    values = np.random.default_rng(3).normal(size=100)
    alone = interval_of_mean(values, [str(row) for row in range(100)])
    copied = interval_of_mean(np.repeat(values, 9), [str(row // 9) for row in range(900)])
    assert np.ptp(copied) == pytest.approx(np.ptp(alone), rel=0.05)


def test_groups_of_unequal_size_weigh_by_size() -> None:
    low, high = interval_of_mean([1, 1, 1, 5], ["a", "a", "a", "b"])
    assert (low, high) == (1, 5)


@pytest.mark.parametrize(("values", "groups"), [([], []), ([1.0], []), ([[1.0]], [""])])
def test_what_has_no_mean_is_refused(values: list[float], groups: list[str]) -> None:
    with pytest.raises(ValueError, match="expected values"):
        interval_of_mean(values, groups)


def test_medians_are_those_of_the_repeated_values() -> None:
    rng = np.random.default_rng(4)
    for count in (1, 2, 7, 30):
        values = rng.normal(size=count).round(1)
        weights = rng.integers(0, 4, size=(40, count))
        weights = weights[weights.sum(axis=1) > 0]
        expected = [np.median(np.repeat(values, row)) for row in weights]
        assert medians(values, weights.astype(float)) == pytest.approx(expected)


def test_figures_of_one_call_share_their_resamples() -> None:
    values = np.random.default_rng(5).normal(size=60)
    both = np.stack([values, 2 * values], axis=1)
    first, second = intervals(lambda weights: means(both, weights), [""] * 60)
    assert second == pytest.approx([2 * bound for bound in first])
    assert first == pytest.approx(interval_of_mean(values, [""] * 60))


def test_interval_of_a_median_against_its_order_statistics() -> None:
    """The textbook interval: ranks n/2 -+ 1.96 sqrt(n)/2 (Conover, Practical Nonparametric
    Statistics, 3.2)."""
    values = np.sort(np.random.default_rng(6).exponential(size=400))
    found = intervals(lambda weights: medians(values, weights)[:, None], [""] * 400)
    low, high = values[[200 - 20, 200 + 19]]
    assert found[0] == pytest.approx((low, high), rel=0.06)
