"""Which single point to name, given what is believed.

The belief is a set of places with a probability each. A place stands for an area: its `spread_km`
is the root mean square distance of its locations, and a candidate is at least that far from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models.geo import expected_points, haversine_km
from models.geolocator import Point

Array = NDArray[np.float64]

NEGLIGIBLE = 0.001
"""Places that together hold less than this are left out of the sums."""


class Rule(StrEnum):
    """How one candidate is chosen."""

    ARGMAX = "argmax"
    """The one that the model ranks first."""
    LEAST_DISTANCE = "least distance"
    """The one with the least expected distance."""
    MOST_SCORE = "most score"
    """The one with the most expected points on the world map."""


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """Where a panorama may be."""

    points: Array
    """`(s, 2)`."""
    probabilities: Array
    """`(s,)`, sum 1."""
    spreads_km: Array
    """`(s,)`."""

    def distances_km(self, candidates: Array) -> Array:
        """Root mean square distances `(m, s)` of candidates `(m, 2)` to the places' locations."""
        between = haversine_km(candidates[:, None], self.points[None])
        return np.hypot(between, self.spreads_km)

    def without_negligible(self) -> Belief:
        """The fewest places that hold all but `NEGLIGIBLE`, scaled to sum 1."""
        ranked = self.best(len(self.probabilities))
        before = np.cumsum(ranked.probabilities) - ranked.probabilities
        kept = ranked.best(int((before < 1 - NEGLIGIBLE).sum()))
        shares = kept.probabilities / kept.probabilities.sum()
        return Belief(kept.points, shares, kept.spreads_km)

    def best(self, n: int) -> Belief:
        """The `n` most probable places, best first, their probabilities as they are."""
        order = np.argsort(-self.probabilities, kind="stable")[:n]
        return Belief(self.points[order], self.probabilities[order], self.spreads_km[order])

    def flattened(self, by: float) -> Belief:
        """The belief with its log probabilities divided by `by`: above 1 it is less sure."""
        weights = self.probabilities ** (1 / by)
        return Belief(self.points, weights / weights.sum(), self.spreads_km)


@dataclass(frozen=True, slots=True)
class Decision:
    """The point to name, and how sure one may be of it."""

    point: Point
    reason: str
    radius_50_km: float
    radius_90_km: float
    expected_score: float


def decide(rule: Rule, belief: Belief, candidates: Array, caution: float = 1.0) -> Decision:
    """Choose among candidates `(m, 2)`, of which the first is the model's own favourite.

    Ties go to the earlier candidate. Radii and expected score are those of the belief flattened
    by `caution`: places near each other are alike, so what looks like much evidence is little.
    """
    likely = belief.without_negligible()
    distances = likely.distances_km(candidates)
    scores = expected_points(distances) @ likely.probabilities
    means_km = distances @ likely.probabilities
    chosen = {
        Rule.ARGMAX: 0,
        Rule.LEAST_DISTANCE: int(np.argmin(means_km)),
        Rule.MOST_SCORE: int(np.argmax(scores)),
    }[rule]
    careful = belief.flattened(caution).without_negligible()
    errors_km = careful.distances_km(candidates[[chosen]])[0]
    return Decision(
        point=Point(float(candidates[chosen, 0]), float(candidates[chosen, 1])),
        reason=_reason(rule, chosen, scores, means_km),
        radius_50_km=credible_radius_km(errors_km, careful.probabilities, 0.5),
        radius_90_km=credible_radius_km(errors_km, careful.probabilities, 0.9),
        expected_score=float(expected_points(errors_km) @ careful.probabilities),
    )


def credible_radius_km(distances: Array, probabilities: Array, mass: float) -> float:
    """The smallest distance within which at least `mass` of the probability lies."""
    order = np.argsort(distances, kind="stable")
    reached = np.cumsum(probabilities[order]) >= mass - 1e-9
    return float(distances[order][np.argmax(reached)])


def _reason(rule: Rule, chosen: int, scores: Array, means_km: Array) -> str:
    if rule is Rule.ARGMAX:
        return "The most probable place."
    if chosen == 0:
        return "The most probable place, and the safest."
    if rule is Rule.LEAST_DISTANCE:
        return (
            f"Nearer by {means_km[0] - means_km[chosen]:,.0f} km, on average, than the favourite."
        )
    return f"Promises {scores[chosen] - scores[0]:,.0f} points more than the favourite."
