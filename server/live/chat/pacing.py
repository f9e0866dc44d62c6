"""How often something may happen: counts within a sliding window. Bounded memory."""

from __future__ import annotations

from collections import OrderedDict, deque


class Pace:
    """At most `limit` times in any `window_s`."""

    def __init__(self, limit: int, window_s: float) -> None:
        self._window_s = window_s
        self._times: deque[float] = deque(maxlen=limit)

    def take(self, now: float) -> bool:
        """Whether it may happen at `now`; if so, it is counted."""
        if self.wait_s(now) > 0:
            return False
        self._times.append(now)
        return True

    def wait_s(self, now: float) -> float:
        """Until it may happen; 0: at once."""
        if len(self._times) < (self._times.maxlen or 0):
            return 0.0
        return max(0.0, self._times[0] + self._window_s - now)


class Paces:
    """A `Pace` for each of many, of whom the ones heard of last are remembered."""

    def __init__(self, limit: int, window_s: float, most: int) -> None:
        self._limit = limit
        self._window_s = window_s
        self._most = most
        self._paces: OrderedDict[str, Pace] = OrderedDict()

    def __len__(self) -> int:
        return len(self._paces)

    def take(self, whose: str, now: float) -> bool:
        """As `Pace.take`, for one of them."""
        pace = self._paces.setdefault(whose, Pace(self._limit, self._window_s))
        self._paces.move_to_end(whose)
        if len(self._paces) > self._most:
            self._paces.popitem(last=False)
        return pace.take(now)
