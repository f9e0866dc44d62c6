"""The table of published figures."""

from __future__ import annotations

import pytest

from models.evaluation.benchmarks import BENCHMARKS, SOURCES, published
from models.evaluation.metrics import RADII_KM


@pytest.mark.parametrize("benchmark", BENCHMARKS)
def test_figures_can_be_true(benchmark: str) -> None:
    found = published(benchmark)
    assert len({result.system for result in found}) == len(found) >= 5
    for result in found:
        assert result.source in SOURCES
        within = [result.row.values.get(f"within_{radius}_km_percent") for radius in RADII_KM]
        told = [share for share in within if share is not None]
        assert told == sorted(told), result.system  # a wider circle holds no less
        assert all(0 <= share <= 100 for share in told)
        assert result.row.values


def test_as_the_papers_say() -> None:
    """PIGEOTTO's figures in its abstract and table, HierLoc's on OSV-5M."""
    rows = {(name, p.system): p.row.values for name in BENCHMARKS for p in published(name)}
    pigeotto = rows["im2gps3k", "PIGEOTTO"]
    assert [pigeotto[f"within_{r}_km_percent"] for r in RADII_KM] == [11.3, 36.7, 53.8, 72.4, 85.3]
    assert pigeotto["median_km"] == 147.3
    assert rows["gws15k", "PIGEOTTO"]["within_2500_km_percent"] == 85.1
    hierloc = rows["osv5m", "HierLoc (DINOv3)"]
    assert hierloc == {
        "mean_km": 861,
        "mean_score": 3963,
        "country_percent": 82.9,
        "admin1_percent": 55.0,
    }


def test_nothing_is_known_of_no_benchmark() -> None:
    assert published("") == ()
