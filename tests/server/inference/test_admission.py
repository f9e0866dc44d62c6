"""Who is let in, and what the others are told, on a clock that is set by hand."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from server.inference.admission import LATEST_S, SOONEST_S, UNKNOWN_S, Admission
from server.inference.limits import Limits
from server.inference.meter import Unmetered
from server.inference.work import WorkError
from server.protocol import ErrorCode


class Clock:
    now_s = 1000.0

    def __call__(self):
        return self.now_s


class Counting(Unmetered):
    def __init__(self):
        self.heard = []

    def waiting(self, requests):
        self.heard.append(requests)


@pytest.fixture
def clock():
    return Clock()


def admission(clock, views=16, wait_s=10.0, meter=None):
    limits = Limits(waiting_views=views, waiting_s=wait_s)
    return Admission(limits, meter or Unmetered(), clock)


def work(admission, clock, views, seconds):
    with admission.hold(views):
        clock.now_s += seconds


def refused(admission, views=4):
    with pytest.raises(WorkError) as caught, admission.hold(views):
        pass
    assert caught.value.code is ErrorCode.BUSY
    return caught.value


def test_so_many_views_are_let_in_and_no_more(clock):
    gate = admission(clock)
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(gate.hold(4))
        error = refused(gate)
        assert error.message == "views being worked on: expected at most 16, got: 20"
        assert error.retry_after_s == UNKNOWN_S
        with gate.hold(0):
            pass  # what has been let in goes on
    with gate.hold(16):
        pass


def test_one_request_is_always_let_in(clock):
    gate = admission(clock, views=2, wait_s=0.001)
    work(gate, clock, 4, seconds=500)
    with gate.hold(8):
        refused(gate, 1)


def test_the_hint_is_half_of_what_is_left_to_do(clock):
    gate = admission(clock, views=1000)
    for _ in range(5):
        work(gate, clock, views=4, seconds=1.0)
    with gate.hold(8), gate.hold(8):
        assert gate.wait_s == pytest.approx(16 / 4)
        assert gate.retry_after_s == pytest.approx(2)
    assert gate.wait_s == 0
    assert gate.retry_after_s == SOONEST_S


def test_a_wait_that_is_too_long_is_refused_by_its_length(clock):
    gate = admission(clock, views=1000, wait_s=10)
    work(gate, clock, views=1, seconds=100)
    with gate.hold(1):
        error = refused(gate, 1)
    assert error.message == "wait: expected at most 10 s, got: 100.0 s"
    assert error.retry_after_s == LATEST_S


def test_side_by_side_work_is_measured_once_and_idle_time_not_at_all(clock):
    gate = admission(clock, views=1000)
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(gate.hold(4))
        second.enter_context(gate.hold(4))
        clock.now_s += 2
        first.close()
        second.close()
    clock.now_s += 3600
    with gate.hold(8):
        assert gate.wait_s == pytest.approx(2, rel=0.06)  # 8 views in 2 s


def test_newer_work_counts_more(clock):
    gate = admission(clock, views=1000)
    for seconds in [8.0] * 50 + [1.0] * 100:
        work(gate, clock, views=8, seconds=seconds)
    with gate.hold(8):
        assert gate.wait_s == pytest.approx(1, rel=0.1)


def test_work_that_fails_leaves_its_place_and_is_not_measured(clock):
    meter = Counting()
    gate = admission(clock, meter=meter)
    with pytest.raises(KeyError), gate.hold(16):
        {}["a view that is broken"]
    assert gate.wait_s == 0
    assert gate.retry_after_s == UNKNOWN_S
    assert meter.heard == [1, 0]
