"""How often something may happen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.live.chat.pacing import Pace, Paces


@given(
    waits=st.lists(st.integers(0, 12), max_size=60),
    limit=st.integers(1, 5),
    window=st.integers(1, 30),
)
def test_no_window_holds_more(waits: list[int], limit: int, window: int) -> None:
    pace, now, taken = Pace(limit, window), 0, []
    for wait in waits:
        now += wait
        free = sum(time > now - window for time in taken) < limit  # by counting them all
        assert pace.take(now) == free
        if free:
            taken.append(now)


def test_when_it_may_happen_again() -> None:
    pace = Pace(2, 30)
    assert (pace.take(0), pace.take(10), pace.take(20)) == (True, True, False)
    assert pace.wait_s(20) == 10
    assert pace.take(30)


def test_each_has_its_own_and_memory_is_bounded() -> None:
    paces = Paces(1, 10, most=3)
    assert paces.take("a", 0)
    assert not paces.take("a", 1)
    assert paces.take("b", 1)
    for n in range(1000):
        paces.take(f"flood {n}", 2)
    assert len(paces) == 3
