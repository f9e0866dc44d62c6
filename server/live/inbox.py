"""What seats tell the show, in memory: views, beliefs, and what in the views spoke for these."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock

from server.arena.rules import RuleBroken
from server.live.chat.words import ChatSummary
from server.live.words import Belief
from server.protocol import MAX_VIEWS

MAX_VIEW_BYTES = 256 * 1024
"""Of a JPEG. What a bot captures, 512 pixels wide, has 30 to 120 KB."""
MAX_HEAT_BYTES = 64 * 1024
"""Of a heat map, which is a small JPEG: 256 pixels wide, it has 8 to 20 KB."""
MAX_BELIEFS = 16
"""Of a seat in a round."""
KEPT_ROUNDS = 3
"""The running one, the last, and one more for a show that lags behind."""
MAX_BYTES = 32 * 2**20
"""Of one match's pictures: two seats' views have 12 at most, their heat maps 3."""
MAX_MATCHES = 16
"""The one not heard of for longest is forgotten."""


@dataclass(frozen=True, slots=True)
class SentView:
    """A picture, and when it came."""

    at: float
    number: int
    heading: float
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class SentBelief:
    """A belief, and when it came."""

    at: float
    belief: Belief


@dataclass(frozen=True, slots=True)
class SentHeat:
    """The heat map of a view, and when it came."""

    at: float
    number: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """All that one seat told in one round, in order."""

    views: tuple[SentView, ...] = ()
    beliefs: tuple[SentBelief, ...] = ()
    heats: tuple[SentHeat, ...] = ()

    def until(self, at: float) -> Sent:
        """What had come by then."""
        return Sent(
            tuple(view for view in self.views if view.at <= at),
            tuple(belief for belief in self.beliefs if belief.at <= at),
            tuple(heat for heat in self.heats if heat.at <= at),
        )

    @property
    def bytes(self) -> int:
        """Of all pictures."""
        views = sum(len(view.jpeg) for view in self.views)
        return views + sum(len(heat.jpeg) for heat in self.heats)


NOTHING = Sent()
Key = tuple[int, int]
"""Round and seat."""


class Inbox:
    """Of all matches. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._matches: OrderedDict[str, dict[Key, Sent]] = OrderedDict()
        self._chats: OrderedDict[tuple[str, int], ChatSummary] = OrderedDict()

    def add_view(self, match: str, key: Key, view: SentView) -> None:
        """Keep a view; one that is there already stays.

        Raises:
            RuleBroken: it is too large, or the match has told too much.
        """
        if len(view.jpeg) > MAX_VIEW_BYTES:
            raise RuleBroken(f"view: expected at most {MAX_VIEW_BYTES} bytes, got more")
        with self._lock:
            kept = self._kept(match, key[0])
            known = kept.get(key, NOTHING)
            if any(one.number == view.number for one in known.views):
                return
            held = sum(sent.bytes for sent in kept.values())
            if len(known.views) >= MAX_VIEWS or held + len(view.jpeg) > MAX_BYTES:
                raise RuleBroken("views: expected fewer in this round, got: one more")
            kept[key] = replace(known, views=(*known.views, view))

    def add_heat(self, match: str, key: Key, heat: SentHeat) -> None:
        """Keep the heat map of a view; one that is there already stays.

        Raises:
            RuleBroken: it is too large, the match has told too much, or the view was not told.
        """
        if len(heat.jpeg) > MAX_HEAT_BYTES:
            raise RuleBroken(f"heat: expected at most {MAX_HEAT_BYTES} bytes, got more")
        with self._lock:
            kept = self._kept(match, key[0])
            known = kept.get(key, NOTHING)
            if all(view.number != heat.number for view in known.views):
                raise RuleBroken(f"heat: expected that of a told view, got: view {heat.number}")
            if any(one.number == heat.number for one in known.heats):
                return
            if sum(sent.bytes for sent in kept.values()) + len(heat.jpeg) > MAX_BYTES:
                raise RuleBroken("heat: expected fewer pictures in this match, got: one more")
            kept[key] = replace(known, heats=(*known.heats, heat))

    def add_belief(self, match: str, key: Key, belief: SentBelief) -> None:
        """Keep a belief.

        Raises:
            RuleBroken: there have been too many.
        """
        with self._lock:
            kept = self._kept(match, key[0])
            known = kept.get(key, NOTHING)
            if len(known.beliefs) >= MAX_BELIEFS:
                raise RuleBroken(f"beliefs: expected at most {MAX_BELIEFS} in a round, got more")
            kept[key] = replace(known, beliefs=(*known.beliefs, belief))

    def add_chat(self, summary: ChatSummary) -> None:
        """Keep what a match's viewers guessed in a round; the newest counts."""
        with self._lock:
            self._chats[summary.match, summary.number] = summary
            if len(self._chats) > MAX_MATCHES * KEPT_ROUNDS:
                self._chats.popitem(last=False)

    def chat(self, match: str, number: int) -> ChatSummary | None:
        """What its viewers guessed in a round, as far as that was told."""
        with self._lock:
            return self._chats.get((match, number))

    def sent(self, match: str, number: int, seats: int) -> Sequence[Sent]:
        """Of each seat in one round."""
        with self._lock:
            kept = self._matches.get(match, {})
            return [kept.get((number, seat), NOTHING) for seat in range(seats)]

    def _kept(self, match: str, number: int) -> dict[Key, Sent]:
        """What the match may keep once round `number` runs."""
        kept = self._matches.setdefault(match, {})
        self._matches.move_to_end(match)
        for key in [key for key in kept if key[0] <= number - KEPT_ROUNDS]:
            del kept[key]
        if len(self._matches) > MAX_MATCHES:
            self._matches.popitem(last=False)
        return kept
