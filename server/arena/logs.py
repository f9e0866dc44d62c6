"""What the logs add up to, without reading them anew at each step."""

from __future__ import annotations

from collections import OrderedDict
from functools import reduce
from threading import Lock

from server.arena.fold import apply, fold
from server.arena.state import State
from server.arena.store import Store

MAX_MATCHES = 256
"""Whose states are remembered; the one not asked for for longest is forgotten."""


class Logs:
    """States of matches. Safe to share between threads, and right whoever else appends.

    A log only grows: what is remembered of its beginning stays true, and only the rest is read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._known: OrderedDict[str, tuple[State, int]] = OrderedDict()

    def state(self, match: str) -> tuple[State, int]:
        """The match's state and the length of its log.

        Raises:
            UnknownMatch: there is no such match.
        """
        with self._lock:
            known = self._known.get(match)
        if known is None:
            events = self._store.load(match)
            known = fold(events), len(events)
        elif events := self._store.load(match, known[1]):
            known = reduce(apply, events, known[0]), known[1] + len(events)
        with self._lock:
            self._known[match] = known
            self._known.move_to_end(match)
            if len(self._known) > MAX_MATCHES:
                self._known.popitem(last=False)
        return known
