"""Every figure once against what can be computed by hand or by somebody else's program."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from server.experiments.analysis.data import Data, kept
from server.experiments.analysis.detection import d_prime, detection
from server.experiments.analysis.paired import in_distance, in_points
from server.experiments.analysis.rating import BOT, ladder
from server.experiments.analysis.resampling import flipped_p, interval, interval_of_mean, means_by
from server.experiments.analysis.strengths import by_country, by_setting, holm
from server.experiments.analysis.winning import win_rate
from server.experiments.plan import Exclusions
from tests.server.experiments.analysis.studies import match, round_


def test_differences_count_people_once() -> None:
    rounds = [round_("a", 1000, 2000), round_("a", 1000, 4000, place="q"), round_("b", 5000, 4000)]
    found = in_points(Data((), (*rounds, round_("c", 1, None)))).difference()
    assert found is not None
    assert (found.mean, found.people, found.rounds) == (500, 2, 3)  # (2000 - 1000) / 2
    assert (found.p_people, found.p_places, found.p) == (1.0, 1.0, 1.0)


def test_ratio_of_errors() -> None:
    rounds = (
        round_("a", distance_km=100, bot_distance_km=1),
        round_("b", distance_km=0.001, bot_distance_km=10),  # nearer than 0.1 km is 0.1 km
        round_("c", distance_km=None),
    )
    assert in_distance(Data((), rounds)).values == (-2.0, 2.0)
    assert in_points(Data((), ())).difference() is None


def test_means_by_group() -> None:
    assert means_by(["b", "a", "b"], [1, 5, 3]).tolist() == [5, 2]


def test_flips_as_scipy_does_them() -> None:
    from scipy.stats import permutation_test

    values = np.random.default_rng(2).normal(0.5, 1, 9)
    theirs = permutation_test(
        (values,), np.mean, permutation_type="samples", n_resamples=np.inf
    ).pvalue
    assert flipped_p(values) == pytest.approx(theirs)
    many = np.random.default_rng(3).normal(0.35, 1, 40)
    theirs = permutation_test(
        (many,), np.mean, permutation_type="samples", n_resamples=20_000, rng=1
    ).pvalue
    assert flipped_p(many) == pytest.approx(theirs, abs=0.012)


def test_no_interval_of_nothing() -> None:
    assert interval_of_mean([3.0]) == (-np.inf, np.inf)
    assert interval_of_mean([3.0, 3.0, 3.0]) == (3.0, 3.0)
    assert interval(lambda weights: weights @ np.ones(1), people=1) == (-np.inf, np.inf)
    assert flipped_p([]) == 1.0


def test_win_rate() -> None:
    rows = [match(f"p{i}", won=i < 3, set=i) for i in range(10)]
    found = win_rate(Data((*rows, match("x", 1, "person")), ()))
    assert found is not None
    assert (found.share, found.matches, found.people) == (0.7, 10, 10)
    # Wilson's of 7 in 10 is 0.397 to 0.892; by Student's t of 9 degrees it is wider.
    assert 0.33 < found.low < 0.397
    assert 0.892 < found.high < 0.93
    assert found.p == pytest.approx(2 * (1 + 10 + 45 + 120) / 2**10)  # a sign test of 3 in 10


def test_matches_of_one_person_are_worth_less() -> None:
    alone = win_rate(Data(tuple(match(f"p{i}", i % 2) for i in range(20)), ()))
    twice = win_rate(Data(tuple(match(f"p{i // 4}", i // 4 % 2) for i in range(20)), ()))
    assert alone is not None
    assert twice is not None
    assert twice.high - twice.low > 1.5 * (alone.high - alone.low)


def test_d_prime_log_linear() -> None:
    """Hautus 1995: (20 + 0.5) / 21 and 0.5 / 21 where rates are 1 and 0."""
    at = NormalDist().inv_cdf
    expected = at(20.5 / 21) - at(0.5 / 21)
    assert d_prime(np.array([20, 20, 0, 20])) == pytest.approx(expected)


def test_detection() -> None:
    rows = []
    for i in range(8):
        rows.append(match(f"p{i}", said_bot=i < 6, sure=80))
        rows.append(match(f"p{i}", opponent="person", said_bot=i < 2, sure=50))
    rows.append(match("p9", said_bot=None))
    found = detection(Data(tuple(rows), ()))
    assert found is not None
    assert (found.hits, found.false_alarms, found.answers, found.people) == (0.75, 0.25, 16, 8)
    assert found.d_prime == pytest.approx(2 * NormalDist().inv_cdf(6.5 / 9))
    assert found.low < found.d_prime < found.high
    # Bots are rated 80 six times and -80 twice, people 50 twice and -50 six times.
    assert found.area == pytest.approx(6 / 8)
    assert detection(Data(tuple(rows[::2]), ())) is None


def test_ladder_is_glickmans_example() -> None:
    """A newcomer who beats a newcomer: 1662 and 1338, deviation 290 (his formulas, by hand)."""
    found = ladder(Data((match("a", won=0),), ()))
    assert found is not None
    assert [one.name for one in found.standings] == [BOT, "a"]
    assert found.bot.rating == pytest.approx(1662.3, abs=0.2)
    assert found.bot.deviation == pytest.approx(290.3, abs=0.2)
    assert found.percentile == 100


def test_people_rate_each_other() -> None:
    rows = (
        match("a", 1, "person", rival="b"),
        match("b", 0, "person", rival="a"),
        match("b", 0.5, number=2),
        match("c", 1, "person", rival=None),
    )
    found = ladder(Data(rows, ()))
    assert found is not None
    assert next(one.name for one in found.standings) == "a"
    assert found.percentile == pytest.approx(100 / 3)  # c is at 1500, the bot below
    assert ladder(Data(rows[:2], ())) is None


def test_strengths() -> None:
    people = [f"p{i}" for i in range(6)]
    rounds = [
        round_(p, 0, 1000, place=c, country=c, urban=c == "FR")
        for p in people
        for c in ("FR", "JP")
    ]
    few = [round_(p, 0, 9, country="PE", place="PE") for p in people[:4]]
    data = Data((), (*rounds, *few))
    assert [one.group for one in by_country(data)] == ["FR", "JP"]
    assert by_country(data)[0].p == pytest.approx(2 * 2 / 2**6)
    assert [one.group for one in by_setting(data)] == ["rural", "urban"]


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_exclusions() -> None:
    data = Data(
        (match("a"), match("b"), match("b", number=2)),
        (round_("a"), round_("b", distance_km=None), round_("b")),
    )
    assert kept(data, Exclusions()).people == ["a", "b"]
    assert kept(data, Exclusions(least_matches=2)).people == ["b"]
    assert kept(data, Exclusions(least_guessed=0.6)).people == ["a"]
