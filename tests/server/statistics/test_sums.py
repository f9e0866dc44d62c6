"""Sums against figures computed by hand."""

from __future__ import annotations

import pytest

from server.protocol import PointWord
from server.statistics.sums import summed
from server.statistics.words import PhaseTimes, PlayedRound, Sums
from tests.server.statistics.conftest import finished


def played(country: str, distance_km: float | None, **fields: object) -> PlayedRound:
    if distance_km is None:
        fields |= {"guess": None, "score": 0}
    kept = finished(**fields).model_dump(exclude={"id"})
    return PlayedRound(**kept, country=country, distance_km=distance_km)


def test_nothing_was_played() -> None:
    sums = summed([])
    assert sums.total == Sums(rounds=0, guessed=0, mean_score=0, median_km=None)
    assert (sums.by_bundle, sums.by_country, sums.times) == ({}, {}, {})


def test_by_hand() -> None:
    rounds = [
        played("FR", 10, score=5000, bundle="a"),
        played("FR", 30, score=4000, bundle="a", site="arena"),
        played("JP", 1000, score=1000),
        played("JP", None, bundle="b"),
    ]
    sums = summed(rounds)
    assert sums.total == Sums(rounds=4, guessed=3, mean_score=2500, median_km=30)
    assert sums.by_country == {
        "FR": Sums(rounds=2, guessed=2, mean_score=4500, median_km=20),
        "JP": Sums(rounds=2, guessed=1, mean_score=500, median_km=1000),
    }
    assert list(sums.by_bundle) == ["", "a", "b"]
    assert sums.by_bundle["b"] == Sums(rounds=1, guessed=0, mean_score=0, median_km=None)
    assert {site: one.rounds for site, one in sums.by_site.items()} == {
        "arena": 1,
        "worldguessr": 3,
    }


def test_percentiles_of_times() -> None:
    """Linear between ranks: of 0, 100, ..., 1000 ms the 90th percentile is 900."""
    rounds = [
        played("FR", 1, times=PhaseTimes(capture_ms=ms, locate_ms=0, place_ms=2 * ms))
        for ms in range(0, 1001, 100)
    ]
    rounds.append(played("FR", 1, time_s=2.5, guess=PointWord(lat=0, lng=0)))
    times = summed(rounds).times
    capture, place = times["capture"], times["place"]
    assert (capture.rounds, capture.p50_ms, capture.p90_ms) == (11, 500, 900)
    assert capture.p99_ms == pytest.approx(990)
    assert place.p90_ms == pytest.approx(1800)
    assert (times["round"].rounds, times["round"].p50_ms) == (1, 2500)
