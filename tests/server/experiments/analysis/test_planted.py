"""Simulated studies: what is planted is found, and nothing is found where nothing is.

A rate of 5 % over 500 studies lies between 1 % and 9 % (four standard errors of 1 %); tests on
few distinct values, and where two tests have to agree, may be more cautious than 5 %.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from server.experiments.analysis.data import Data
from server.experiments.analysis.detection import detection, detection_p
from server.experiments.analysis.paired import in_distance, in_points
from server.experiments.analysis.primary import p_of
from server.experiments.analysis.rating import ladder
from server.experiments.analysis.resampling import interval_of_mean
from server.experiments.analysis.winning import wilson, win_p, win_rate
from tests.server.experiments.analysis.studies import studies

MEASURES = ("score", "distance", "wins", "detection")


@cache
def nulls() -> list[Data]:
    return studies(500, seed=7)


@cache
def planted() -> list[Data]:
    """The bot's error is a third of people's, and people tell it by one standard deviation."""
    return studies(40, seed=8, edge=0.5, d_prime=1.0)


@pytest.mark.parametrize("measure", MEASURES)
def test_nothing_is_found_where_nothing_is(measure) -> None:
    alarms = np.mean([p_of(measure, data) < 0.05 for data in nulls()])
    assert alarms <= 0.09
    assert alarms >= 0.005


@pytest.mark.parametrize("measure", MEASURES)
def test_what_is_planted_is_found(measure) -> None:
    found = np.mean([p_of(measure, data) < 0.05 for data in planted()])
    assert found > (0.5 if measure == "wins" else 0.8)


def test_one_test_alone_is_fooled_by_what_the_other_sees() -> None:
    """With few places that all people share, people's differences move together."""
    alone = np.mean([in_distance(data).p_people < 0.05 for data in nulls()])
    both = np.mean([in_distance(data).p < 0.05 for data in nulls()])
    assert alone > 0.2
    assert both <= 0.09


def test_intervals_of_means_hold_the_truth() -> None:
    """Skewed values of 20 people; 95 % give or take four standard errors, and BCa's own loss."""
    rng = np.random.default_rng(4)
    inside = 0
    for _ in range(120):
        low, high = interval_of_mean(rng.gamma(4, 1, 20))
        inside += low < 4 < high
    assert 0.86 < inside / 120 <= 1


def test_intervals_of_win_rates_hold_the_truth() -> None:
    """People whose own rates differ: each wins with a chance of their own, 0.6 on average."""
    rng = np.random.default_rng(5)
    people = [str(i) for i in range(20) for _ in range(4)]
    inside = 0
    for _ in range(400):
        chances = np.repeat(rng.beta(3, 2, 20), 4)
        low, high = wilson((rng.random(80) < chances).astype(float), people)
        inside += low < 0.6 < high
    assert 0.91 < inside / 400 < 0.99


def test_estimates_are_what_was_planted() -> None:
    data = planted()
    assert np.mean([np.mean(in_distance(one).values) for one in data]) == pytest.approx(
        -0.5, abs=0.05
    )
    found = [detection(one) for one in data]
    assert np.mean([one.d_prime for one in found if one]) == pytest.approx(1.0, abs=0.15)
    inside = [one.low < 1.0 < one.high for one in found if one]
    assert np.mean(inside) > 0.8
    rates = [win_rate(one) for one in data]
    assert np.mean([one.share for one in rates if one]) > 0.7
    ladders = [ladder(one) for one in data]
    assert np.mean([one.percentile for one in ladders if one]) > 80


def test_the_quick_p_is_the_whole_one() -> None:
    data = planted()[0]
    found, rate, points = detection(data), win_rate(data), in_points(data).difference()
    assert found is not None
    assert rate is not None
    assert points is not None
    assert (detection_p(data), win_p(data)) == (found.p, rate.p)
    assert p_of("score", data) == points.p
