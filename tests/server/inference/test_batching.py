"""Batches by hand: an executor that runs when it is told to, a clock that stands."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor, Future
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.inference.batching import Batcher, FairQueue


class ByHand(Executor):
    """Runs a call when the test says so."""

    def __init__(self):
        self.calls = []

    def submit(self, call, /, *args):
        future = Future()
        self.calls.append((future, call, args))
        return future

    async def run(self):
        """The oldest call, and what follows from it on the loop."""
        future, call, args = self.calls.pop(0)
        future.set_result(call(*args))
        await settled()


async def settled():
    for _ in range(10):
        await asyncio.sleep(0)


class Doubling:
    """Doubles numbers; those that are negative are a fault."""

    def __init__(self):
        self.batches = []

    def __call__(self, items):
        self.batches.append(list(items))
        if min(items) < 0:
            raise ValueError("negative")
        return [2 * item for item in items]


@pytest.fixture
def hand():
    return ByHand()


@pytest.fixture
def double():
    return Doubling()


async def submitted(batcher, *groups):
    tasks = [asyncio.create_task(batcher.submit(owner, items)) for owner, items in groups]
    await settled()
    return tasks


async def test_an_idle_thread_starts_at_once_and_a_busy_one_gathers(hand, double):
    batcher = Batcher(double, hand, size=32)
    first = await submitted(batcher, ("a", [1]))
    assert len(hand.calls) == 1
    others = await submitted(batcher, ("b", [2, 3]), ("c", [4]), ("a", [5]))
    assert len(hand.calls) == 1, "one call at a time"
    await hand.run()
    await hand.run()
    assert double.batches == [[1], [2, 3, 4, 5]]
    results = [list(task.result().results) for task in (*first, *others)]
    assert results == [[2], [4, 6], [8], [10]]


async def test_a_batch_is_bounded_and_keeps_groups_together(hand, double):
    heard = []
    batcher = Batcher(double, hand, size=4, called=heard.append)
    await submitted(batcher, ("a", [0]))
    tasks = await submitted(
        batcher, ("b", [1, 1, 1]), ("c", [2, 2]), ("d", [3]), ("e", [4] * 6), ("f", [5])
    )
    while hand.calls:
        await hand.run()
    # c does not fit beside b; nobody overtakes it, not even d. e is larger than any batch.
    assert double.batches == [[0], [1, 1, 1], [2, 2, 3], [4] * 6, [5]]
    assert heard == [1, 3, 3, 6, 1]
    assert all(task.done() for task in tasks)


async def test_who_asks_much_does_not_starve_who_asks_little(hand, double):
    batcher = Batcher(double, hand, size=8)
    await submitted(batcher, ("greedy", [0]))
    await submitted(batcher, *[("greedy", [n] * 8) for n in range(1, 9)], ("modest", [99]))
    await hand.run()
    await hand.run()
    await hand.run()
    assert [99] in [batch[-1:] for batch in double.batches[:3]]


async def test_several_calls_side_by_side(hand, double):
    batcher = Batcher(double, hand, size=1, at_once=2)
    await submitted(batcher, ("a", [1]), ("a", [2]), ("a", [3]))
    assert len(hand.calls) == 2
    await hand.run()
    assert len(hand.calls) == 2


async def test_who_is_cancelled_gives_up_its_place(hand, double):
    batcher = Batcher(double, hand, size=8)
    running, waiting, other = await submitted(batcher, ("a", [1]), ("a", [2]), ("b", [3]))
    for task in (running, waiting):
        task.cancel()
    await settled()
    await hand.run()
    await hand.run()
    assert double.batches == [[1], [3]]
    assert list(other.result().results) == [6]
    assert not hand.calls


async def test_a_bad_one_fails_alone(hand, double):
    batcher = Batcher(double, hand, size=8)
    await submitted(batcher, ("a", [1]))
    good, bad, fine = await submitted(batcher, ("a", [2]), ("b", [-1]), ("c", [3]))
    await hand.run()
    await hand.run()
    assert list(good.result().results) == [4]
    assert list(fine.result().results) == [6]
    assert isinstance(bad.exception(), ValueError)


async def test_times_are_those_of_the_call_and_of_the_wait(hand, double):
    now = [100.0]

    def slow(items):
        now[0] += 3
        return double(items)

    batcher = Batcher(slow, hand, clock_s=lambda: now[0])
    (task,) = await submitted(batcher, ("a", [1]))
    now[0] += 2
    await hand.run()
    assert (task.result().waited_s, task.result().took_s) == (2, 3)


async def test_a_closed_one_starts_nothing(hand, double):
    batcher = Batcher(double, hand, size=8)
    running, waiting = await submitted(batcher, ("a", [1]), ("b", [2]))
    batcher.close()
    await settled()
    assert waiting.cancelled()
    await hand.run()
    assert list(running.result().results) == [2]
    assert not hand.calls
    with pytest.raises(RuntimeError, match="closed"):
        await batcher.submit("a", [3])


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 8)), max_size=40),
    st.integers(1, 16),
)
def test_turns_are_taken_and_orders_kept(puts, most):
    queue = FairQueue()
    for number, (owner, size) in enumerate(puts):
        queue.put(owner, (owner, number, size), size)
    taken = []
    while batch := queue.take(most):
        assert sum(size for *_, size in batch) <= most or len(batch) == 1
        taken += batch
    assert sorted(number for _, number, _ in taken) == list(range(len(puts)))
    for owner in range(5):
        mine = [number for other, number, _ in taken if other == owner]
        assert mine == sorted(mine)
        # Between two of mine everybody who waits has had one turn, and nobody two.
        places = [at for at, one in enumerate(taken) if one[0] == owner]
        for before, after in pairwise(places):
            between = [other for other, *_ in taken[before + 1 : after]]
            assert len(between) == len(set(between))


def test_what_is_discarded_is_not_taken():
    queue = FairQueue()
    one, two = object(), object()
    queue.put("a", one, 1)
    queue.put("a", two, 1)
    queue.discard("a", one)
    queue.discard("a", one)
    queue.discard("b", two)
    assert queue.take(8) == [two]
    queue.put("a", one, 1)
    queue.discard("a", one)
    assert queue.take(8) == []
