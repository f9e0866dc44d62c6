"""The operator's part: what the show's clock says. Pure, and small enough to be kept whole.

The show is a function of its clock, which runs `delay_s + lag_s` behind the world's: holding stops
it before the next round, rewinding puts it back to the last round's end. The match plays on.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from server.arena.rules import RuleBroken
from server.live.words import MAX_QUEUE, Order, ShowSettings
from server.protocol import Word

BEFORE_S = 1e-3
"""So long before a round's start the held show stops."""


class Director(Word):
    """What the operator has chosen so far."""

    playlist: tuple[str, ...]
    """Matches, the first one's host has the say."""
    stage: int = 0
    """Which of them is shown."""
    settings: ShowSettings = Field(default_factory=ShowSettings)
    held_since: float | None = None
    """By the show's clock; None: it runs."""
    lag_s: float = 0.0

    @property
    def match(self) -> str:
        """The one that is shown."""
        return self.playlist[self.stage]

    def _moved(self, held_since: float | None, lag_s: float) -> Director:
        return self.model_copy(update={"held_since": held_since, "lag_s": max(0.0, lag_s)})


def show_time(director: Director, now: float, starts: Sequence[float]) -> float:
    """The show's clock, Unix time. `starts`: when rounds of its match started."""
    at = now - director.settings.delay_s - director.lag_s
    stop = _stop(director, starts)
    return at if stop is None else min(at, stop)


def stands(director: Director, now: float, starts: Sequence[float]) -> bool:
    """Whether the show is held and has come to where it stops."""
    stop = _stop(director, starts)
    return stop is not None and show_time(director, now, starts) >= stop


def order(
    director: Director, said: Order, now: float, starts: Sequence[float], ends: Sequence[float]
) -> Director:
    """What an order makes of it. `ends`: when rounds of its match ended.

    Raises:
        RuleBroken: there is nothing to rewind, or no next match.
    """
    at = show_time(director, now, starts)
    edge = now - director.settings.delay_s
    if said.do == "hold":
        return director._moved(at, director.lag_s)
    if said.do == "go_on":
        return director._moved(None, edge - at)
    if said.do == "go_live":
        return director._moved(None, 0)
    if said.do == "rewind":
        end = max((end for end in ends if end <= at), default=None)
        if end is None:
            raise RuleBroken("rewind: expected a round that has been shown, got: none")
        return director._moved(None if director.held_since is None else end, edge - end)
    return _next_match(director)


def queued(director: Director, match: str) -> Director:
    """With one match more.

    Raises:
        RuleBroken: it is there already, or there are too many.
    """
    if match in director.playlist:
        raise RuleBroken("queue: expected a match that is not in it, got: one that is")
    if len(director.playlist) > MAX_QUEUE:
        raise RuleBroken(f"queue: expected at most {MAX_QUEUE} matches, got: one more")
    return director.model_copy(update={"playlist": (*director.playlist, match)})


def _next_match(director: Director) -> Director:
    if director.stage + 1 >= len(director.playlist):
        raise RuleBroken("next match: expected one in the queue, got: none")
    return director._moved(None, 0).model_copy(update={"stage": director.stage + 1})


def _stop(director: Director, starts: Sequence[float]) -> float | None:
    if director.held_since is None:
        return None
    start = min((start for start in starts if start > director.held_since), default=None)
    return None if start is None else start - BEFORE_S
