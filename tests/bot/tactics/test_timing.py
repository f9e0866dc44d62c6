"""How long to look."""

from __future__ import annotations

import pytest

from bot.tactics.timing import thinking_s, views_in_time


def test_a_reserve_is_kept_for_the_pin() -> None:
    assert thinking_s(None) is None
    assert thinking_s(60) == 55
    assert thinking_s(4) == 2  # a short clock is halved


def test_a_locked_opponent_leaves_15_s_though_no_clock_is_shown() -> None:
    assert thinking_s(None, opponent_locked=True) == 10
    assert thinking_s(8, opponent_locked=True) == 4


@pytest.mark.parametrize(
    ("left_s", "locked", "taken", "views"),
    [
        (None, False, 0, 4),  # no clock: all
        (60, False, 0, 4),
        (None, True, 2, 4),  # 10 s for two more of 4 s
        (12, True, 1, 2),  # 7 s: one more
        (6, True, 1, 1),  # 3 s: none fits any more
        (1, True, 0, 1),  # never none
    ],
)
def test_views_that_fit(left_s: float | None, locked: bool, taken: int, views: int) -> None:
    assert views_in_time(left_s, locked, taken, of=4, view_ms=4000) == views
