"""Which place to name in a duel: the one that most probably wins the match.

A prediction wavers between a few places far apart. Naming place c when the truth is place i
scores S[c, i]. The opponent is taken for one of equal strength at this panorama: knows the place
with probability r, and else wavers likewise; r is what makes it score as our guess does on
average. So the difference of the scores has a distribution for each place we may name, and the
worth of the position after the round decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.tactics.duel import Duel
from bot.tactics.worth import worth_of
from models.geo import expected_points, haversine_km
from server.protocol import Prediction

Array = NDArray[np.float64]

NEAR_KM = (30.0, 150.0)
"""How far off one is, at least and at most, who names the right place."""

MARGIN = 0.005
"""By so much another place must raise the probability of winning: the odds are not exact."""

TRUST = 0.8
"""Of the rivals' odds, which were chosen by simulation on the validation split: the guess rests on
more than they tell."""


@dataclass(frozen=True, slots=True, eq=False)
class Stakes:
    """What a round may bring, for each place that may be named."""

    differences: Array
    """Own score minus theirs `(c, k)`, of each of `c` places in each of `k` cases."""
    probabilities: Array
    """Of the cases `(k,)`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The place to name, and what it promises."""

    lat: float
    lng: float
    place: int
    """0: the prediction's own guess."""
    win: float
    """Probability of winning the match."""
    win_by_guess: float
    """The same, had the guess been named."""


def stakes_of(places: Array, radius_50_km: float) -> Stakes:
    """Of places `(c, 3)`, each lat, lng and probability; the first is the guess."""
    odds = TRUST * places[:, 2] / places[:, 2].sum()
    odds[0] += 1 - TRUST
    near_km = min(max(radius_50_km, NEAR_KM[0]), NEAR_KM[1])
    between_km = haversine_km(places[:, None, :2], places[None, :, :2])
    scores = expected_points(np.hypot(between_km, near_km))
    known = expected_points(near_km)
    wavering = odds @ scores @ odds
    gap = known - wavering
    knows = float(np.clip((scores[0] @ odds - wavering) / gap, 0, 1)) if gap > 1e-6 else 1.0
    theirs = np.vstack([np.full(len(odds), known), scores])
    chances = np.concatenate([[knows], (1 - knows) * odds])
    differences = scores[:, None, :] - theirs[None]
    return Stakes(differences.reshape(len(odds), -1), np.outer(chances, odds).ravel())


def choose(prediction: Prediction, duel: Duel) -> Choice:
    """The place that most probably wins; the guess, unless another is better by `MARGIN`."""
    places = np.array([[place.lat, place.lng, place.probability] for place in prediction.places])
    if len(places) == 0:
        places = np.array([[prediction.guess.lat, prediction.guess.lng, 1.0]])
    stakes = stakes_of(places, prediction.radius_50_km)
    wins = worth_after(stakes, duel)
    best = best_of(wins)
    lat, lng = map(float, places[best, :2])
    return Choice(lat, lng, best, float(wins[best]), float(wins[0]))


def worth_after(stakes: Stakes, duel: Duel) -> Array:
    """Probability `(c,)` of winning the match, for each place that may be named."""
    own, their = np.array(duel.own_health), np.array(duel.their_health)
    one, other = (np.array(count) for count in duel.steps)
    after = worth_of(duel.rules).after(own, their, one, other, stakes.differences.ravel())
    worths: Array = after.reshape(stakes.differences.shape) @ stakes.probabilities
    return worths


def best_of(wins: Array) -> int:
    """The place to name by its probability of winning `(c,)`."""
    best = int(np.argmax(wins))
    return best if wins[best] > wins[0] + MARGIN else 0
