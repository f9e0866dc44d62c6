"""How long to look."""

from __future__ import annotations

from bot.tactics.timing import thinking_s


def test_a_reserve_is_kept_for_the_pin() -> None:
    assert thinking_s(None) is None
    assert thinking_s(60) == 55
    assert thinking_s(4) == 2  # a short clock is halved
