"""Sums of rounds. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from server.statistics.words import Percentiles, PlayedRound, Statistics, Sums


def summed(rounds: Sequence[PlayedRound]) -> Statistics:
    """All sums over `rounds`."""
    return Statistics(
        total=_sums(rounds),
        by_bundle=_by(rounds, lambda one: one.bundle or ""),
        by_site=_by(rounds, lambda one: one.site),
        by_country=_by(rounds, lambda one: one.country),
        times=_times(rounds),
    )


def _sums(rounds: Sequence[PlayedRound]) -> Sums:
    distances_km = [one.distance_km for one in rounds if one.distance_km is not None]
    return Sums(
        rounds=len(rounds),
        guessed=len(distances_km),
        mean_score=float(np.mean([one.score for one in rounds])) if rounds else 0.0,
        median_km=float(np.median(distances_km)) if distances_km else None,
    )


def _by(rounds: Iterable[PlayedRound], key: Callable[[PlayedRound], str]) -> dict[str, Sums]:
    groups: dict[str, list[PlayedRound]] = defaultdict(list)
    for one in rounds:
        groups[key(one)].append(one)
    return {name: _sums(groups[name]) for name in sorted(groups)}


def _times(rounds: Iterable[PlayedRound]) -> dict[str, Percentiles]:
    times_ms: dict[str, list[float]] = defaultdict(list)
    for one in rounds:
        if one.time_s is not None:
            times_ms["round"].append(one.time_s * 1000)
        if one.times:
            times_ms["capture"].append(one.times.capture_ms)
            times_ms["locate"].append(one.times.locate_ms)
            times_ms["place"].append(one.times.place_ms)
    return {name: _percentiles(times) for name, times in times_ms.items()}


def _percentiles(times_ms: Sequence[float]) -> Percentiles:
    p50, p90, p99 = np.percentile(times_ms, [50, 90, 99]).tolist()
    return Percentiles(rounds=len(times_ms), p50_ms=p50, p90_ms=p90, p99_ms=p99)
