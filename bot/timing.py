"""Where a round's time goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


class Stopwatch:
    """Milliseconds since its start and since its last lap."""

    def __init__(self, clock_s: Callable[[], float] = perf_counter) -> None:
        self._clock_s = clock_s
        self._started_s = self._lapped_s = clock_s()

    @property
    def total_ms(self) -> float:
        """Since the start."""
        return (self._clock_s() - self._started_s) * 1000

    def lap_ms(self) -> float:
        """Since the start or the last lap; a new lap begins."""
        now_s = self._clock_s()
        lap_s, self._lapped_s = now_s - self._lapped_s, now_s
        return lap_s * 1000


@dataclass(frozen=True, slots=True)
class RoundTimes:
    """The phases of a round as they follow one another; what overlaps is counted once."""

    capture_ms: float
    """From the panorama's being there to the last view."""
    locate_ms: float
    """From the last view to the final prediction: what streaming leaves of the server's work."""
    place_ms: float
    """From the prediction to the result on the page."""

    @property
    def total_ms(self) -> float:
        """Capture to result."""
        return self.capture_ms + self.locate_ms + self.place_ms
