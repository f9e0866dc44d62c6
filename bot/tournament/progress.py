"""How far a tournament is, for people."""

from __future__ import annotations

import sys
from time import monotonic

from bot.tournament.sittings import Sitting

EVERY_S = 2.0


class Progress:
    """Hears sittings; says now and then how many there are, how fast, and how long the rest takes.

    Sittings of an earlier run count as done, not as speed.
    """

    def __init__(self, done: int, total: int) -> None:
        self._before = done
        self._done = done
        self._total = total
        self._rounds = 0
        self._started_s = self._said_s = monotonic()

    def __call__(self, sitting: Sitting) -> None:
        """One more."""
        self._done += 1
        self._rounds += len(sitting.turns)
        now_s = monotonic()
        if self._done == self._total or now_s - self._said_s >= EVERY_S:
            self._said_s = now_s
            print(self.text(now_s - self._started_s), file=sys.stderr, flush=True)

    def text(self, elapsed_s: float) -> str:
        """After so many seconds of this run."""
        left_s = (self._total - self._done) * elapsed_s / max(self._done - self._before, 1)
        rate = 60 * self._rounds / max(elapsed_s, 1e-9)
        return (
            f"played {self._done} of {self._total} matches, {rate:,.0f} rounds a minute, "
            f"{_clock(left_s)} left"
        )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
