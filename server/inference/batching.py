"""Calls of slow code that gather what many connections want: fair, bounded, without a timer.

A call starts the moment its thread is idle, with whatever there is; what comes meanwhile is
gathered for the next. So a lone client waits for nothing, and batches grow by themselves as the
load does.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class FairQueue(Generic[T]):
    """Owners take turns, an item each; the items of one owner keep their order."""

    def __init__(self) -> None:
        self._lines: OrderedDict[Hashable, deque[tuple[T, int]]] = OrderedDict()
        """By owner, whose turn it is first. None is empty."""

    def put(self, owner: Hashable, item: T, size: int) -> None:
        """Queue an item of an owner."""
        self._lines.setdefault(owner, deque()).append((item, size))

    def take(self, most: int) -> list[T]:
        """Items whose sizes sum up to `most`, but at least one where there is any.

        One that does not fit is not overtaken: it begins the next turn.
        """
        taken: list[T] = []
        while self._lines:
            owner, line = next(iter(self._lines.items()))
            item, size = line[0]
            if taken and size > most:
                break
            most -= size
            taken.append(item)
            line.popleft()
            self._lines.move_to_end(owner)
            if not line:
                del self._lines[owner]
        return taken

    def discard(self, owner: Hashable, item: T) -> None:
        """Forget an item, if it is still here."""
        line = self._lines.get(owner, deque())
        with suppress(StopIteration):
            line.remove(next(entry for entry in line if entry[0] is item))
            if not line:
                del self._lines[owner]


@dataclass(frozen=True, slots=True)
class Done(Generic[R]):
    """What became of items that were submitted together."""

    results: Sequence[R]
    waited_s: float
    """From their submission to the call's start."""
    took_s: float
    """The call that they were part of."""


@dataclass(slots=True, eq=False)
class _Group(Generic[T, R]):
    """Items that go through one call together."""

    items: Sequence[T]
    answer: asyncio.Future[Done[R]]
    since_s: float


class Batcher(Generic[T, R]):
    """Gathers items into calls of `do`, which runs in `executor`."""

    def __init__(
        self,
        do: Callable[[Sequence[T]], Sequence[R]],
        executor: Executor,
        size: int = 1,
        at_once: int = 1,
        called: Callable[[int], None] = lambda _: None,
        clock_s: Callable[[], float] = perf_counter,
    ) -> None:
        """Each call has `size` items or fewer, and `at_once` calls run side by side.

        `do` answers each item, in order; `called` hears of each call's number of items, on the
        event loop.
        """
        self._do = do
        self._executor = executor
        self._size = size
        self._at_once = at_once
        self._called = called
        self._clock_s = clock_s
        self._queue: FairQueue[_Group[T, R]] = FairQueue()
        self._calls = 0
        self._closed = False

    async def submit(self, owner: Hashable, items: Sequence[T]) -> Done[R]:
        """What `do` says of `items`, which stay together. Who is cancelled gives up its place.

        Raises:
            Exception: whatever `do` raises for these items alone.
            RuntimeError: after `close`.
        """
        if self._closed:
            raise RuntimeError("batcher: expected to be asked before it was closed")
        loop = asyncio.get_running_loop()
        group: _Group[T, R] = _Group(items, loop.create_future(), self._clock_s())
        self._queue.put(owner, group, len(items))
        self._start()
        try:
            return await group.answer
        finally:
            self._queue.discard(owner, group)

    def close(self) -> None:
        """Start no more calls; who waits is cancelled."""
        self._closed = True
        while groups := self._queue.take(self._size):
            _cancel(groups)

    def _start(self) -> None:
        while not self._closed and self._calls < self._at_once:
            groups = self._queue.take(self._size)
            if not groups:
                return
            self._calls += 1
            loop = asyncio.get_running_loop()
            call = loop.run_in_executor(self._executor, self._call, groups)
            call.add_done_callback(partial(self._over, groups))

    def _call(self, groups: Sequence[_Group[T, R]]) -> list[Done[R] | Exception]:
        """In the executor: an outcome for each group. A bad one fails alone."""
        started_s = self._clock_s()
        try:
            results = self._do([item for group in groups for item in group.items])
        except Exception as error:
            return [error] if len(groups) == 1 else [self._call([one])[0] for one in groups]
        took_s = self._clock_s() - started_s
        outcomes: list[Done[R] | Exception] = []
        first = 0
        for group in groups:
            mine = results[first : first + len(group.items)]
            outcomes.append(Done(mine, started_s - group.since_s, took_s))
            first += len(group.items)
        return outcomes

    def _over(
        self,
        groups: Sequence[_Group[T, R]],
        call: asyncio.Future[list[Done[R] | Exception]],
    ) -> None:
        self._calls -= 1
        if call.cancelled():
            _cancel(groups)
            return
        self._start()  # first, so that the thread does not idle while answers are handed out
        self._called(sum(len(group.items) for group in groups))
        for group, outcome in zip(groups, call.result(), strict=True):
            if group.answer.done():
                continue  # nobody waits any more
            if isinstance(outcome, Exception):
                group.answer.set_exception(outcome)
            else:
                group.answer.set_result(outcome)


def _cancel(groups: Sequence[_Group[T, R]]) -> None:
    for group in groups:
        group.answer.cancel()
