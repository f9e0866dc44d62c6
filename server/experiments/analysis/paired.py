"""Is the bot better on the same rounds: differences of score and of distance.

In a match with a bot both see the same panorama; only the difference of the two counts, so neither
hard places nor generous clocks matter.

Assumptions: people are drawn independently (interval and `p_people`); the panoramas are those of
the plan, and `p_places` asks whether the same holds from place to place. Both tests must agree, as
Clark asks (J. Verbal Learning and Verbal Behavior 12, 1973, 335-359): `p` is the larger one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from server.experiments.analysis.data import Data, RoundRow
from server.experiments.analysis.resampling import flipped_p, interval_of_mean, means_by

LEAST_KM = 0.1
"""Nearer guesses count as this near: ratios of metres mean nothing on a map of the world."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The bot minus the person, mean of people's means."""

    mean: float
    low: float
    high: float
    p_people: float
    p_places: float
    people: int
    rounds: int

    @property
    def p(self) -> float:
        """That decides."""
        return max(self.p_people, self.p_places)


@dataclass(frozen=True, slots=True)
class Paired:
    """Differences of all rounds that both played."""

    values: tuple[float, ...]
    people: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def p_people(self) -> float:
        """Of no difference, from person to person."""
        return flipped_p(means_by(self.people, self.values))

    @property
    def p_places(self) -> float:
        """Of no difference, from place to place."""
        return flipped_p(means_by(self.places, self.values))

    @property
    def p(self) -> float:
        """That decides."""
        return max(self.p_people, self.p_places)

    def difference(self) -> Difference | None:
        """All about them; None: there are none."""
        if not self.values:
            return None
        by_person = means_by(self.people, self.values)
        low, high = interval_of_mean(by_person)
        return Difference(
            mean=float(by_person.mean()),
            low=low,
            high=high,
            p_people=self.p_people,
            p_places=self.p_places,
            people=len(by_person),
            rounds=len(self.values),
        )


def in_points(data: Data) -> Paired:
    """Points that the bot is better by, a round; no guess is 0 points."""
    return _paired(data, _points)


def in_distance(data: Data) -> Paired:
    """log10 of the bot's error over the person's; below 0 the bot is nearer.

    Rounds in which one of them did not guess are left out.
    """
    return _paired(data, _ratio)


def _points(row: RoundRow) -> float | None:
    return None if row.bot_score is None else float(row.bot_score - row.score)


def _ratio(row: RoundRow) -> float | None:
    if row.bot_distance_km is None or row.distance_km is None:
        return None
    bot_km, person_km = max(row.bot_distance_km, LEAST_KM), max(row.distance_km, LEAST_KM)
    return float(np.log10(bot_km / person_km))


def _paired(data: Data, value: Callable[[RoundRow], float | None]) -> Paired:
    found = [(row, of) for row in data.rounds if (of := value(row)) is not None]
    return Paired(
        values=tuple(of for _, of in found),
        people=tuple(row.person for row, _ in found),
        places=tuple(row.place for row, _ in found),
    )
