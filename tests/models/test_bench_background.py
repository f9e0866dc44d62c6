"""The benchmark runs, and says itself whether the search was exact."""

from __future__ import annotations

from models.bench_background import main


def test_a_small_one(capsys) -> None:
    assert main(["--pictures", "3000", "--dims", "16", "--queries", "20"]) == 0
    told = capsys.readouterr().out
    assert "background of 3,000 x 16" in told
    assert "exact: 20 of 20" in told
    assert "x the matrix" in told
