"""Who is there right now: who has asked lately."""

from __future__ import annotations

from collections.abc import Callable

HERE_S = 15.0
"""Who has not asked for so long is not there: no match is opened for them."""


class Presence:
    """People of studies, and the bot of each under the name of the study itself."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._asked: dict[tuple[str, str], float] = {}
        self._came: dict[tuple[str, str], float] = {}

    def note(self, study: str, who: str) -> bool:
        """Somebody asks; whether they were there before."""
        was_here, now = self.is_here(study, who), self._clock()
        self._asked[study, who] = now
        if not was_here:
            self._came[study, who] = now
        return was_here

    def is_here(self, study: str, who: str) -> bool:
        """Whether somebody has asked lately."""
        return self._clock() - self._asked.get((study, who), -HERE_S) < HERE_S

    def here_for_s(self, study: str, who: str) -> float:
        """Since they came, if they are here; 0 else."""
        return self._clock() - self._came[study, who] if self.is_here(study, who) else 0.0
