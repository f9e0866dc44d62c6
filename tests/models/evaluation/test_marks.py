"""Right areas by known cities, intervals by the binomial formula."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.marks import LEAST_SEQUENCES, Marks, mark, metrics_of
from models.evaluation.metrics import figures
from models.geo import destination
from models.geography.admin import by_places
from tests.models.evaluation.small_questions import ATLANTIC, LYON, PARIS, SYDNEY, asked_at

VERSAILLES = (48.80, 2.13)


def marks_of(guesses, truths) -> Marks:
    asked = asked_at(truths)
    return mark(guesses, asked, by_places(asked.points))


def test_country_and_admin1_of_known_cities() -> None:
    found = marks_of([VERSAILLES, LYON, SYDNEY, PARIS], [PARIS] * 4)
    assert found.country_right.tolist() == [True, True, False, True]
    assert found.admin1_right.tolist() == [True, False, False, True]
    assert found.errors_km[1] == pytest.approx(392, abs=3)  # Paris to Lyon


def test_at_sea_nothing_is_right() -> None:
    found = marks_of([ATLANTIC, PARIS, ATLANTIC], [ATLANTIC, ATLANTIC, PARIS])
    assert not found.country_right.any()
    assert not found.admin1_right.any()


def test_figures_with_the_intervals_of_the_binomial() -> None:
    truths = np.tile(PARIS, (400, 1))
    errors_km = np.where(np.arange(400) % 4 == 0, 10.0, 500.0)
    asked = asked_at(truths)
    guesses = destination(truths, 0.0, errors_km)
    right = np.arange(400) < 100
    metrics = metrics_of(Marks(asked, guesses, errors_km, right, right))
    assert metrics.n == 400
    assert metrics.country_percent == 25
    half = 196 * np.sqrt(0.25 * 0.75 / 400)
    for name in ("within_25_km_percent", "within_200_km_percent", "country_percent"):
        assert figures(metrics)[name] == 25
        assert metrics.intervals[name] == pytest.approx((25 - half, 25 + half), abs=0.6)
    assert metrics.intervals["median_km"] == (500, 500)
    low, high = metrics.intervals["mean_km"]
    assert metrics.mean_km == pytest.approx(377.5)
    assert low < 377.5 < high
    assert metrics.intervals.keys() == figures(metrics).keys()
    for name, (low, high) in metrics.intervals.items():
        assert low - 1e-9 <= figures(metrics)[name] <= high + 1e-9


def test_drives_are_drawn_whole() -> None:
    truths = np.tile(PARIS, (200, 1))
    errors_km = np.repeat(np.linspace(0, 100, 20), 10)
    none = np.zeros(200, dtype=bool)
    guesses = destination(truths, 0.0, errors_km)
    drives = tuple(str(row // 10) for row in range(200))
    widths = [
        np.ptp(metrics_of(Marks(asked, guesses, errors_km, none, none)).intervals["mean_km"])
        for asked in (asked_at(truths), asked_at(truths, drives))
    ]
    assert widths[1] == pytest.approx(widths[0] * np.sqrt(10), rel=0.15)


def test_too_few_drives_have_no_interval() -> None:
    count = LEAST_SEQUENCES - 1
    truths = np.tile(PARIS, (2 * count, 1))
    drives = tuple(str(row // 2) for row in range(2 * count))
    asked = asked_at(truths, drives)
    assert metrics_of(mark(truths, asked, by_places(truths))).intervals == {}
    alone = asked_at(truths)
    assert metrics_of(mark(truths, alone, by_places(truths))).intervals != {}
