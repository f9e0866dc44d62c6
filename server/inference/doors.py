"""The connections that are open, and how they end in good order when the server stops."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

WORDS_S = 1.0
"""For the last words of connections whose time is over."""


class Guest(Protocol):
    """A connection."""

    def leave(self, grace_s: float) -> None:
        """Begin to leave: finish what can be finished in that time, refuse the rest by name."""


class Doors:
    """Knows who is inside."""

    def __init__(self) -> None:
        self._inside: dict[Guest, asyncio.Event] = {}
        self.closing = False
        """Nobody else is let in."""

    @contextmanager
    def inside(self, guest: Guest) -> Iterator[None]:
        """The guest stays as long as the context lasts."""
        self._inside[guest] = gone = asyncio.Event()
        try:
            yield
        finally:
            del self._inside[guest]
            gone.set()

    async def close(self, grace_s: float) -> None:
        """Let all leave; back when they have, or a little after `grace_s` where some do not."""
        self.closing = True
        leaving = list(self._inside.items())
        for guest, _ in leaving:
            guest.leave(grace_s)
        waits = [asyncio.create_task(gone.wait()) for _, gone in leaving]
        if waits:
            _, late = await asyncio.wait(waits, timeout=grace_s + WORDS_S)
            for wait in late:
                wait.cancel()
