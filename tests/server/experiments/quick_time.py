"""An event loop whose time jumps to the next thing that is due, while no request is under way."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

import httpx

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Waits for real only where threads are at work."""

    busy = 0
    now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.busy:
            return super().select(None if timeout is None or timeout > 0 else 0)
        found = super().select(0)
        if not found and timeout:
            self.now += timeout
        return found


class QuickLoop(asyncio.SelectorEventLoop):
    """Seconds of it cost what happens in them."""

    def __init__(self) -> None:
        self.selector = _Selector()
        super().__init__(self.selector)

    def time(self) -> float:
        return self.selector.now


class Steady(httpx.AsyncBaseTransport):
    """Requests take no time by that loop's clock."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, QuickLoop)
        loop.selector.busy += 1
        try:
            return await self._inner.handle_async_request(request)
        finally:
            loop.selector.busy -= 1


def run(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` in quick time."""
    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        return runner.run(main)
