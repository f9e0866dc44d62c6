"""The measure that decides: its estimate and p, and whether it decides at a look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from server.experiments.analysis.data import Data
from server.experiments.analysis.detection import detection, detection_p
from server.experiments.analysis.paired import in_distance, in_points
from server.experiments.analysis.winning import win_p, win_rate
from server.experiments.plan import Measure, Plan
from server.experiments.sequential import thresholds


@dataclass(frozen=True, slots=True)
class Finding:
    """An estimate on the scale of `Plan.smallest_effect`, with 95 % interval and p."""

    estimate: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Look:
    """What a planned look says."""

    number: int
    """From 1; the last one is the end."""
    of: int
    people: int
    """Who finished by then."""
    p: float
    threshold: float
    """Below which the study is decided."""

    @property
    def decided(self) -> bool:
        """Whether the null hypothesis is rejected."""
        return self.p < self.threshold


def find(measure: Measure, data: Data) -> Finding | None:
    """The measure of `data`; None: there is nothing to measure."""
    return _FINDERS[measure](data)


def p_of(measure: Measure, data: Data) -> float:
    """Its p alone, which is quicker; 1 where there is nothing to measure."""
    return _PS[measure](data)


@lru_cache(maxsize=64)
def bars(plan: Plan) -> tuple[float, ...]:
    """The p below which each look of the plan decides, the end among them."""
    stopping = plan.stopping
    return tuple(thresholds(stopping.spending, plan.alpha, stopping.fractions))


def look(plan: Plan, number: int, data: Data) -> Look:
    """The `number`-th look, from 1, at those who finished by then."""
    return Look(
        number=number,
        of=len(bars(plan)),
        people=len(data.people),
        p=p_of(plan.primary, data),
        threshold=bars(plan)[number - 1],
    )


def _score(data: Data) -> Finding | None:
    found = in_points(data).difference()
    return Finding(found.mean, found.low, found.high, found.p) if found else None


def _distance(data: Data) -> Finding | None:
    found = in_distance(data).difference()
    if found is None:
        return None
    ratio, low, high = (10.0 ** min(x, 300.0) for x in (found.mean, found.low, found.high))
    return Finding(ratio, low, high, found.p)


def _wins(data: Data) -> Finding | None:
    found = win_rate(data)
    return Finding(found.share, found.low, found.high, found.p) if found else None


def _detection(data: Data) -> Finding | None:
    found = detection(data)
    return Finding(found.d_prime, found.low, found.high, found.p) if found else None


_FINDERS: dict[Measure, Callable[[Data], Finding | None]] = {
    "score": _score,
    "distance": _distance,
    "wins": _wins,
    "detection": _detection,
}
_PS: dict[Measure, Callable[[Data], float]] = {
    "score": lambda data: in_points(data).p,
    "distance": lambda data: in_distance(data).p,
    "wins": win_p,
    "detection": detection_p,
}
