"""A match's log, kept so that its state at any time can be told."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from server.arena.events import Event, PredictionMade, RoundStarted
from server.arena.fold import apply, fold
from server.arena.state import State
from server.protocol import Prediction


@dataclass(frozen=True, slots=True)
class Moment:
    """A match at a time."""

    at: float
    state: State
    before: State
    """Just before the last round that is over ended; the state itself where none is."""


class Timeline:
    """Grows as the log does. States share what they have in common."""

    def __init__(self) -> None:
        self._at: list[float] = []
        self._states: list[State] = []
        self.starts: list[float] = []
        """When rounds started."""
        self.ends: list[float] = []
        """When rounds ended."""
        self.predictions: dict[tuple[int, int], Prediction] = {}
        """The last one of each round and seat."""
        self._before: list[int] = []
        """Of each end: how many events there were before."""

    def __len__(self) -> int:
        return len(self._at)

    def add(self, events: Sequence[Event]) -> None:
        """The log goes on."""
        for event in events:
            state = apply(self._states[-1], event) if self._states else fold([event])
            # Two servers' clocks may differ a little; the log's order is the truth.
            at = max(event.at, self._at[-1]) if self._at else event.at
            if isinstance(event, RoundStarted):
                self.starts.append(at)
            elif isinstance(event, PredictionMade):
                self.predictions[event.number, event.seat] = event.prediction
            if len(state.ended) > len(self.ends):
                self.ends.append(at)
                self._before.append(len(self._at))
            self._states.append(state)
            self._at.append(at)  # last: whoever reads meanwhile finds a state for each time

    def moment(self, at: float) -> Moment:
        """The match as it was at Unix time `at`; as it began, before that."""
        state = self._states[max(0, bisect_right(self._at, at) - 1)]
        over = len(state.ended)
        return Moment(at, state, self._states[self._before[over - 1] - 1] if over else state)
