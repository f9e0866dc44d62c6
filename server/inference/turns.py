"""Places for work that takes much memory: few at once, owners in turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from server.inference.batching import FairQueue


class Turns:
    """So many may be at it at once; the others wait, one of each owner before a second of any."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: FairQueue[asyncio.Future[None]] = FairQueue()

    @asynccontextmanager
    async def take(self, owner: Hashable) -> AsyncIterator[None]:
        """A place as long as the context lasts."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.put(owner, turn, 1)
        self._call()
        try:
            await turn
            yield
        finally:
            self._waiting.discard(owner, turn)
            if turn.done() and not turn.cancelled():
                self._free += 1
                self._call()

    def _call(self) -> None:
        while self._free:
            called = self._waiting.take(1)
            if not called:
                return
            if not called[0].done():
                self._free -= 1
                called[0].set_result(None)
