"""Where things are drawn."""

from __future__ import annotations

import re

import numpy as np
import pytest

from models.evaluation.land import land_path
from models.evaluation.plots import (
    HEIGHT,
    MOST_PLACES,
    WIDTH,
    error_plot,
    error_x,
    reliability_curve,
    world_map,
)
from models.evaluation.reliability import Bin


def test_lines_go_the_shorter_way_and_are_drawn_on_both_sides() -> None:
    over = world_map(np.array([(10.0, 170.0)]), np.array([(0.0, -160.0)]))
    assert over.lines == "M170.0 -10.0l30.0 10.0M-190.0 -10.0l30.0 10.0"
    back = world_map(np.array([(0.0, -160.0)]), np.array([(10.0, 170.0)]))
    assert back.lines == "M-160.0 -0.0l-30.0 -10.0M200.0 -0.0l-30.0 -10.0"
    near = world_map(np.array([(0.0, 10.0)]), np.array([(5.0, 30.0)]))
    assert near.lines == "M10.0 -0.0l20.0 -5.0"
    assert (near.truths, near.guesses) == ("M10.00 -0.00h0", "M30.00 -5.00h0")


def test_the_far_south_is_there_only_when_it_is_needed() -> None:
    here = np.array([(40.0, 0.0)])
    assert world_map(here, here).view_box == "-180 -84 360 142"
    assert world_map(here, np.array([(-70.0, 0.0)])).view_box == "-180 -84 360 174"


def test_of_very_many_an_even_choice() -> None:
    many = np.zeros((4 * MOST_PLACES, 2))
    many[:, 1] = np.linspace(-179, 179, len(many))
    found = world_map(many, many)
    assert found.drawn == MOST_PLACES == found.truths.count("M")
    assert found.truths.startswith("M-179.00 ")
    assert found.truths.endswith("M179.00 -0.00h0")


def test_errors_stand_on_a_log_axis() -> None:
    assert error_x(0.0) == 0
    assert error_x(30_000) == WIDTH
    assert error_x(100.0) - error_x(10.0) == pytest.approx(error_x(10.0) - error_x(1.0))


def test_bars_count_and_curves_rise_to_the_top() -> None:
    errors = np.array([0.0, 0.5, 30, 31, 32, 20_000])
    plot = error_plot({"guess": errors, "refined": errors / 2}, "guess")
    heights = [bar[3] / (HEIGHT / 2) for bar in plot.bars]
    assert heights == pytest.approx([1 / 3, 1 / 3, 1, 1 / 3])
    start, end = re.findall(r"[ML]([\d.]+) ([\d.]+)", plot.curves["guess"])[::210]
    assert float(start[1]) == pytest.approx(HEIGHT * 5 / 6, abs=0.1)  # one of six at its start
    assert (float(end[0]), float(end[1])) == (WIDTH, 0)
    assert [name for _, name in plot.ticks] == ["0.1", "1", "10", "100", "1,000", "10,000"]


def test_reliability_rises_to_the_right() -> None:
    curve = reliability_curve([Bin(5, 0.0, 0.5), Bin(5, 1.0, 1.0)])
    assert curve == f"M0.0 {HEIGHT / 2:.1f}L{HEIGHT:.1f} 0.0"


def test_land_lies_within_the_world_and_is_small() -> None:
    path = land_path()
    assert 30_000 < len(path) < 150_000
    x, y = 0, 0
    for start, steps in re.findall(r"M([-\d,]+)l([-\d, ]+)z", path):
        x, y = map(int, start.split(","))
        for step in steps.split(" "):
            dx, dy = map(int, step.split(","))
            x, y = x + dx, y + dy
            assert -1800 <= x <= 1800
            assert -900 <= y <= 900
