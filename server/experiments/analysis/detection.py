"""Can people tell bot from person: d' and the area under the ROC curve.

d' is z(hits) - z(false alarms); a hit is a bot that is called a bot, a false alarm a person who is
(Green and Swets 1966). Half a case is added to each count and one to each total, so that perfect
rates stay finite (log-linear: Hautus, Behavior Research Methods 27, 1995, 46-51). The area is the
chance that a bot is given a higher "bot, this sure" than a person.

Assumptions: all people share one sensitivity and one criterion (pooled counts), which makes d' of
very different people too small; people are drawn independently (intervals: people drawn again).
`p` flips, person by person, what was the bot: by chance, either could have been.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from server.experiments.analysis.data import Data, MatchRow
from server.experiments.analysis.resampling import Array, Interval, flipped_p, interval

Counts = Array
"""`(..., 4)`: bots called bots, bots, people called bots, people."""


@dataclass(frozen=True, slots=True)
class Detection:
    """How well opponents were told apart."""

    d_prime: float
    low: float
    high: float
    p: float
    """Of 0."""
    hits: float
    """Share of bots that were called bots."""
    false_alarms: float
    """Share of people who were."""
    area: float
    """Under the ROC curve; 0.5 is chance."""
    answers: int
    people: int


def detection(data: Data) -> Detection | None:
    """Of all answers; None: one of the kinds was never judged."""
    asked = [row for row in data.matches if row.said_bot is not None]
    if len({row.opponent for row in asked}) < 2:
        return None
    counts = _counts(asked)
    total = counts.sum(axis=0)
    low, high = _interval(counts)
    return Detection(
        d_prime=float(d_prime(total)),
        low=low,
        high=high,
        p=flipped_p(_leanings(counts)),
        hits=float(total[0] / total[1]),
        false_alarms=float(total[2] / total[3]),
        area=_area(asked),
        answers=len(asked),
        people=len(counts),
    )


def detection_p(data: Data) -> float:
    """Its p alone; 1 where there is nothing to tell apart."""
    return flipped_p(_leanings(_counts([row for row in data.matches if row.said_bot is not None])))


def d_prime(counts: Counts) -> Array:
    """Of counts `(..., 4)`, log-linear."""
    hits = (counts[..., 0] + 0.5) / (counts[..., 1] + 1)
    false_alarms = (counts[..., 2] + 0.5) / (counts[..., 3] + 1)
    return np.asarray(ndtri(hits) - ndtri(false_alarms), dtype=np.float64)


def _counts(asked: list[MatchRow]) -> Counts:
    """A row of each person, sorted."""
    names = sorted({row.person for row in asked})
    counts = np.zeros((len(names), 4))
    at = {name: index for index, name in enumerate(names)}
    for row in asked:
        column = 0 if row.opponent == "bot" else 2
        counts[at[row.person], column] += bool(row.said_bot)
        counts[at[row.person], column + 1] += 1
    return counts


def _interval(counts: Counts) -> Interval:
    return interval(lambda weights: d_prime(weights @ counts), len(counts))


def _leanings(counts: Counts) -> Array:
    """How much oftener each person called bots bots than people bots; of those who met both."""
    both = counts[(counts[:, 1] > 0) & (counts[:, 3] > 0)]
    return np.asarray(both[:, 0] / both[:, 1] - both[:, 2] / both[:, 3], dtype=np.float64)


def _area(asked: list[MatchRow]) -> float:
    """Mann and Whitney's count; equal ratings are half."""
    bots = np.array([_rating(row) for row in asked if row.opponent == "bot"])
    people = np.array([_rating(row) for row in asked if row.opponent == "person"])
    above = bots[:, None] - people
    return float(((above > 0) + (above == 0) / 2).mean())


def _rating(row: MatchRow) -> int:
    sure = 0 if row.sure is None else row.sure
    return sure if row.said_bot else -sure
