"""Times of the bot that nobody can tell from those of the model."""

from __future__ import annotations

from math import exp, log
from random import Random

import numpy as np
import pytest

from bot.human.fit import Observed, fit, load_pace, main, save_pace
from bot.human.pace import SHIPPED, Lognormal, difficulty_of, guess_after_s


def test_lognormal_by_hand() -> None:
    of = Lognormal(20, 0.5)
    assert of.quantile(0.5) == pytest.approx(20)
    assert of.quantile(0.975) == pytest.approx(20 * exp(0.5 * 1.959964), rel=1e-6)
    assert of.share(20) == pytest.approx(0.5)


def test_drawn_from_the_part_within_the_clock() -> None:
    """Against scipy's lognormal, truncated by hand."""
    from scipy.stats import kstest, lognorm

    rng = Random(1)
    times = [guess_after_s(rng, "hard", 30) for _ in range(2000)]
    of = SHIPPED["hard"]
    whole = lognorm(of.sigma, scale=of.median_s)
    low, high = whole.cdf([2, 29])
    assert kstest(times, lambda t: (whole.cdf(t) - low) / (high - low)).pvalue > 0.01
    assert 2 <= min(times) <= max(times) <= 29


def test_without_a_clock_nothing_is_cut() -> None:
    rng = Random(2)
    times = np.array([guess_after_s(rng, "easy", None) for _ in range(2000)])
    assert np.median(times) == pytest.approx(SHIPPED["easy"].median_s, rel=0.06)


def test_a_clock_far_too_short_for_the_difficulty() -> None:
    pace = {**SHIPPED, "hard": Lognormal(1000, 0.1)}
    assert 2 <= guess_after_s(Random(1), "hard", 10, pace) <= 9
    with pytest.raises(ValueError, match="more than 3 s to guess in, got: 3"):
        guess_after_s(Random(1), "hard", 3)


def test_difficulty() -> None:
    assert [difficulty_of(p) for p in (5000, 4000, 3999, 2000, 0)] == [
        "easy", "easy", "medium", "medium", "hard"
    ]  # fmt: skip


def observed(limit_s: float = 25) -> list[Observed]:
    """People of known medians; who would take longer than the clock is cut off by it."""
    rng = np.random.default_rng(3)
    planted = {"easy": (9, 4500), "medium": (16, 3000), "hard": (30, 500)}
    return [
        Observed(f"{name}{i % 7}", score, min(time_s, limit_s), bool(time_s >= limit_s))
        for name, (median, score) in planted.items()
        for i, time_s in enumerate(rng.lognormal(log(median), 0.4, 600).tolist())
    ]


def test_fit_finds_what_was_planted() -> None:
    """Though the clock hides more than half of the hard rounds' times."""
    pace = fit(observed())
    assert [pace[name].median_s for name in pace] == pytest.approx([9, 16, 30], rel=0.06)
    assert [of.sigma for of in pace.values()] == pytest.approx([0.4] * 3, rel=0.12)


def test_fit_wants_rounds() -> None:
    with pytest.raises(ValueError, match="medium rounds: expected at least 20 with a guess, got"):
        fit([one for one in observed() if not one.place.startswith("medium")])


def test_command(tmp_path, capsys) -> None:
    from dataclasses import asdict
    from json import dumps

    rounds = tmp_path / "rounds.jsonl"
    rounds.write_text("\n".join(dumps(asdict(one)) for one in observed()))
    assert main([str(rounds), "-o", str(tmp_path / "pace.json")]) == 0
    assert load_pace(tmp_path / "pace.json") == fit(observed())
    rounds.write_text('{"place": 1}')
    assert main([str(rounds)]) == 1
    assert "line 1: expected a round, got: KeyError('score')" in capsys.readouterr().err


def test_a_file_that_is_no_pace(tmp_path) -> None:
    save_pace(SHIPPED, tmp_path / "p.json")
    assert load_pace(tmp_path / "p.json") == SHIPPED
    (tmp_path / "p.json").write_text('{"easy": 3}')
    with pytest.raises(ValueError, match=r"p\.json: expected a pace by difficulty"):
        load_pace(tmp_path / "p.json")
