"""The ablation's table and its paired intervals, by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.ablation.tables import Line, as_markdown, lines_of, paired_interval, save_json
from models.geo import WORLD_DIAGONAL_KM

POINTS = np.array([(0.0, 0.0), (0.0, 90.0)])


def test_lines_count_all_seeds_and_panoramas() -> None:
    """A degree along the equator is 6371.0088 km x pi / 180 = 111.195 km."""
    right = np.stack([POINTS, POINTS])
    off = right.copy()
    off[0, 0, 1] = 1  # one seed, one panorama: 5000 exp(-10 x 111.195 / 14916.862) = 4640.8
    full, other = lines_of({"full": right, "other": off}, POINTS, ["", ""], WORLD_DIAGONAL_KM)
    assert (full.mean_score, full.difference) == (5000, 0)
    assert other.mean_score == (3 * 5000 + 4641) / 4
    assert other.difference == pytest.approx(-359 / 4)
    assert (other.median_km, other.within_25_km_percent) == (0, 75)


def test_seeds_are_resampled() -> None:
    """Two seeds give -100, -50 and 0 with chances 1/4, 1/2, 1/4, however many the panoramas."""
    differences = np.repeat([[-100.0], [0.0]], 50, axis=1)
    assert paired_interval(differences, [""] * 50) == pytest.approx((-100, 0))
    assert paired_interval(differences[:1], [""] * 50) == pytest.approx((-100, -100))


def test_drives_are_resampled_whole() -> None:
    """Two drives, of 3 panoramas and of 1: -10, (3 x -10 + 30) / 4 = 0, or 30."""
    differences = np.array([[-10.0, -10.0, -10.0, 30.0]] * 3)
    assert paired_interval(differences, ["a", "a", "a", "b"]) == pytest.approx((-10, 30))


def test_of_fewer_than_ten_drives_no_interval_is_told() -> None:
    """As `homing evaluate`: resamples of so few differ too little."""
    truths = np.zeros((20, 2))
    guesses = {"full": truths[None], "other": truths[None] + 1}
    for drives, told in ((9, False), (10, True)):
        sequences = [str(row % drives) for row in range(20)]
        lines = lines_of(guesses, truths, sequences, WORLD_DIAGONAL_KM)
        assert [line.interval is not None for line in lines] == [told, told]
        last_cell = as_markdown(lines).splitlines()[-1].rpartition("|")[0].rpartition("|")[2]
        assert bool(last_cell.strip()) == told


def test_markdown() -> None:
    lines = [
        Line("full system", 4012.4, 61.6, 40.44, 0, (0, 0)),
        Line("no refinement", 3990, 1070.2, 3, -22.4, (-40.2, 1.6)),
    ]
    assert as_markdown(lines).splitlines() == [
        "|               | score | median km | 25 km, % | difference |      95 % |",
        "| ------------- | ----: | --------: | -------: | ---------: | --------: |",
        "| full system   | 4,012 |        62 |     40.4 |            |           |",
        "| no refinement | 3,990 |     1,070 |      3.0 |        -22 | -40 to +2 |",
    ]


def test_all_figures_are_kept(tmp_path: Path) -> None:
    line = Line("full system", 4012.4, 61.6, 40.44, 0, (0, 0))
    found = json.loads(save_json({"test": [line]}, tmp_path / "t.json").read_text("utf-8"))
    assert found["test"][0]["mean_score"] == 4012.4
