"""Matches that are being watched: each is read once for all its watchers, and when it changes.

What this process appends is known at once, and so is a deadline, at which nobody need ask. The
store stays the truth: what another process appended is found within `POLL_S`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from server.arena.host import Host
from server.arena.rules import next_due
from server.arena.state import State
from server.arena.view import match_word

POLL_S = 2.0
"""Between two looks into the store while nothing is heard."""
FRESH_S = 0.1
"""For so long a text may be sent to others as well: its clocks are that old at most."""

log = logging.getLogger(__name__)


class Channel:
    """One match, its state and those who wait for a new one."""

    def __init__(self, host: Host, match: str, state: State, now: float) -> None:
        self._host = host
        self._match = match
        self._known = state
        self._read_at = now
        self._loop = asyncio.get_running_loop()
        self._poked = asyncio.Event()
        self._texts: dict[int | None, tuple[float, str]] = {}
        self.watchers: set[asyncio.Event] = set()
        """Set when the match has changed."""

    @property
    def state(self) -> State:
        """The newest one that is known."""
        return self._known

    def poke(self) -> None:
        """Something happened; may be called from any thread."""
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._poked.set)

    def text(self, seat: int | None) -> str:
        """A `MatchWord` for that seat, or for watchers, as JSON."""
        at, text = self._texts.get(seat, (float("-inf"), ""))
        if self._loop.time() - at > FRESH_S:
            now = self._host.now()
            text = match_word(self._match, self._known, now, seat).model_dump_json()
            self._texts[seat] = self._loop.time(), text
        return text

    async def follow(self, poll_s: float) -> None:
        """Keep the state new, until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause_s(poll_s)):
                    await self._poked.wait()
            self._poked.clear()
            try:
                state, self._read_at = await asyncio.to_thread(self._host.settled, self._match)
            except Exception:
                log.exception("match %s: cannot be read", self._match)
                await asyncio.sleep(poll_s)
                continue
            self._tell(state)

    def _pause_s(self, poll_s: float) -> float:
        due = next_due(self._known)
        return poll_s if due is None else min(poll_s, max(0.0, due - self._host.now()))

    def _tell(self, state: State) -> None:
        if state is self._known:
            return
        self._known = state
        self._texts.clear()
        for watcher in self.watchers:
            watcher.set()


class Channels:
    """Those of all matches that somebody watches."""

    def __init__(self, host: Host, poll_s: float = POLL_S) -> None:
        self._host = host
        self._poll_s = poll_s
        self._open: dict[str, tuple[Channel, asyncio.Task[None]]] = {}
        host.listen(self._poke)

    @asynccontextmanager
    async def watch(self, match: str) -> AsyncIterator[tuple[Channel, asyncio.Event]]:
        """The match's channel, and an event that is set now and after each change.

        Raises:
            UnknownMatch: there is no such match.
        """
        if match not in self._open:
            state, now = await asyncio.to_thread(self._host.settled, match)
        if match not in self._open:  # nobody else was faster meanwhile
            channel = Channel(self._host, match, state, now)
            channel.poke()  # for what happened since it was read
            self._open[match] = channel, asyncio.create_task(channel.follow(self._poll_s))
        channel, task = self._open[match]
        changed = asyncio.Event()
        changed.set()
        channel.watchers.add(changed)
        try:
            yield channel, changed
        finally:
            channel.watchers.discard(changed)
            if not channel.watchers:
                task.cancel()
                self._open.pop(match, None)

    def _poke(self, match: str) -> None:
        if known := self._open.get(match):
            known[0].poke()
