"""Who is let in: as many views as can be answered soon; the others hear when to come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from server.inference.limits import Limits
from server.inference.meter import Meter
from server.inference.work import WorkError
from server.protocol import ErrorCode

MEMORY = 0.95
"""Of the measured throughput, with each piece of work: about the last twenty count."""

SOONEST_S = 0.1
LATEST_S = 30.0
UNKNOWN_S = 0.5
"""To come back, before anything has been measured."""


class Admission:
    """Counts what is being worked on, and how fast it is done."""

    def __init__(
        self, limits: Limits, meter: Meter, clock_s: Callable[[], float] = perf_counter
    ) -> None:
        self._limits = limits
        self._meter = meter
        self._clock_s = clock_s
        self._requests = 0
        self._views = 0
        self._since_s = 0.0
        """The last piece of work was done, or the server stopped being idle."""
        self._done = 0.0
        self._took_s = 0.0
        """Views done and the seconds they took, older ones counting less."""

    @property
    def wait_s(self) -> float:
        """What is admitted now will be done in this time; 0 before anything is known."""
        return self._views * self._took_s / self._done if self._done else 0.0

    @property
    def retry_after_s(self) -> float:
        """When half of what is admitted now will be done."""
        if not self._done:
            return UNKNOWN_S
        return min(max(self.wait_s / 2, SOONEST_S), LATEST_S)

    @contextmanager
    def hold(self, views: int) -> Iterator[None]:
        """Let work on so many views in while the context lasts; 0 goes on with admitted work.

        Raises:
            WorkError: busy.
        """
        if views:
            self._check(views)
        if not self._requests:
            self._since_s = self._clock_s()
        self._count(1, views)
        try:
            yield
            self._measure(views)
        finally:
            self._count(-1, -views)

    def _check(self, views: int) -> None:
        most, wait_s = self._limits.waiting_views, self.wait_s
        if self._views and self._views + views > most:
            text = f"views being worked on: expected at most {most}, got: {self._views + views}"
        elif self._views and wait_s > self._limits.waiting_s:
            text = f"wait: expected at most {self._limits.waiting_s:g} s, got: {wait_s:.1f} s"
        else:
            return
        raise WorkError(ErrorCode.BUSY, text, retry_after_s=self.retry_after_s)

    def _count(self, requests: int, views: int) -> None:
        self._requests += requests
        self._views += views
        self._meter.waiting(self._requests)

    def _measure(self, views: int) -> None:
        if views:
            now_s = self._clock_s()
            self._done = MEMORY * self._done + views
            self._took_s = MEMORY * self._took_s + now_s - self._since_s
            self._since_s = now_s
