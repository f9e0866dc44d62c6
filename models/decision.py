"""Which single point to name, given what is believed.

The belief is a set of places with a probability each. A place stands for an area: its `spread_km`
is the root mean square distance of its locations, and a candidate is at least that far from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models.geo import (
    EARTH_RADIUS_KM,
    PERFECT_KM,
    WORLD_DIAGONAL_KM,
    expected_points,
    haversine_km,
)
from models.geolocator import (
    TOP_BELIEVED,
    Believed,
    Neighbour,
    Point,
    Prediction,
    RankedGeocell,
)

Array = NDArray[np.float64]

NEGLIGIBLE = 0.001
"""Places that together hold less than this are left out of the sums."""

ANTIPODE_KM = np.pi * EARTH_RADIUS_KM
"""A circle of this radius is the Earth."""


class Rule(StrEnum):
    """How one candidate is chosen."""

    ARGMAX = "argmax"
    """The one that the model ranks first."""
    LEAST_DISTANCE = "least distance"
    """The one with the least expected distance."""
    MOST_SCORE = "most score"
    """The one with the most expected points on the map that is played."""


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
        order = self._ranked()
        reached = np.cumsum(self.probabilities[order])
        kept = order[: 1 + int((reached[:-1] < 1 - NEGLIGIBLE).sum())]
        shares = self.probabilities[kept] / reached[len(kept) - 1]
        return Belief(self.points[kept], shares, self.spreads_km[kept])

    def best(self, n: int) -> Belief:
        """The `n` most probable places, best first, their probabilities as they are."""
        order = self._ranked()[:n]
        return Belief(self.points[order], self.probabilities[order], self.spreads_km[order])

    def flattened(self, by: float) -> Belief:
        """The belief with its log probabilities divided by `by`: above 1 it is less sure."""
        weights = self.probabilities ** (1 / by)
        return Belief(self.points, weights / weights.sum(), self.spreads_km)

    def listed(self) -> tuple[Believed, ...]:
        """The `TOP_BELIEVED` most probable places, best first."""
        top = self.best(TOP_BELIEVED)
        rows = np.column_stack([top.points, top.probabilities, top.spreads_km])
        return tuple(map(Believed._make, rows.tolist()))

    def _ranked(self) -> NDArray[np.int64]:
        """Numbers of the places, best first; ties by the lower one."""
        return np.argsort(-self.probabilities, kind="stable")


@dataclass(frozen=True, slots=True)
class Assurance:
    """How sure a model may be, as `models.calibration.fit_assurance` found on held-out panoramas.

    Places near each other look alike, so what seems much evidence is little.
    """

    flatness: float = 1.0
    """Divides the belief's log probabilities, for radii and expected score; not for the choice."""
    scale_50: float = 1.0
    """Times the flattened belief's 50 % radius: the circle that held 50 % of them."""
    scale_90: float = 1.0


UNFITTED = Assurance()
"""Takes the belief at its word."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The point to name, and how sure one may be of it."""

    point: Point
    reason: str
    radius_50_km: float
    radius_90_km: float
    expected_score: float

    def prediction(
        self,
        ranked: tuple[RankedGeocell, ...],
        belief: Belief,
        *,
        refined: Point | None = None,
        neighbours: tuple[Neighbour, ...] = (),
        encoder: str,
        bundle: str,
    ) -> Prediction:
        """What a geolocator answers that believed this and ranked these geocells.

        Without retrieval, the refined guess is the best geocell's.
        """
        best = Point(ranked[0].lat, ranked[0].lng)
        return Prediction(
            geocells=ranked,
            geocell_guess=best,
            refined_guess=refined or best,
            guess=self.point,
            reason=self.reason,
            radius_50_km=self.radius_50_km,
            radius_90_km=self.radius_90_km,
            expected_score=self.expected_score,
            neighbours=neighbours,
            encoder=encoder,
            bundle=bundle,
            belief=belief.listed(),
        )


def decide(
    rule: Rule,
    belief: Belief,
    candidates: Array,
    assurance: Assurance = UNFITTED,
    diagonal_km: float = WORLD_DIAGONAL_KM,
) -> Decision:
    """Choose among candidates `(m, 2)`, of which the first is the model's own favourite.

    Ties go to the earlier candidate. `diagonal_km` is the size of the map that is played.
    """
    likely = belief.without_negligible()
    distances = likely.distances_km(candidates)
    scores = expected_points(distances, diagonal_km) @ likely.probabilities
    means_km = distances @ likely.probabilities
    chosen = {
        Rule.ARGMAX: 0,
        Rule.LEAST_DISTANCE: int(np.argmin(means_km)),
        Rule.MOST_SCORE: int(np.argmax(scores)),
    }[rule]
    point = Point(*map(float, candidates[chosen]))
    errors = errors_of(point, belief, assurance.flatness)
    half_km = _scaled_km(errors.radius_km(0.5), assurance.scale_50)
    most_km = _scaled_km(errors.radius_km(0.9), assurance.scale_90)
    return Decision(
        point=point,
        reason=_reason(rule, chosen, scores, means_km),
        radius_50_km=half_km,
        radius_90_km=max(half_km, most_km),
        expected_score=errors.expected_score(diagonal_km),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """How far off a point is believed to be."""

    distances_km: Array
    """`(s,)`."""
    probabilities: Array
    """`(s,)`, sum 1."""

    def radius_km(self, mass: float) -> float:
        """Of the circle that holds that much of the belief; never quite 0, to be divided by."""
        radius_km = credible_radius_km(self.distances_km, self.probabilities, mass)
        return max(radius_km, PERFECT_KM)

    def expected_score(self, diagonal_km: float) -> float:
        """Points to expect."""
        return float(expected_points(self.distances_km, diagonal_km) @ self.probabilities)


def errors_of(point: Point, belief: Belief, flatness: float) -> Errors:
    """What a belief, flattened, says of a point."""
    careful = belief.flattened(flatness).without_negligible()
    return Errors(careful.distances_km(np.array([point]))[0], careful.probabilities)


def credible_radius_km(distances: Array, probabilities: Array, mass: float) -> float:
    """The smallest distance within which at least `mass` of the probability lies."""
    order = np.argsort(distances, kind="stable")
    reached = np.cumsum(probabilities[order]) >= mass - 1e-9
    return float(distances[order][np.argmax(reached)])


def _scaled_km(radius_km: float, scale: float) -> float:
    """Never quite 0: a scale may be, where half the panoramas were guessed without an error."""
    return min(max(scale * radius_km, PERFECT_KM), ANTIPODE_KM)


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
