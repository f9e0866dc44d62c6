"""What is gained by not answering where the model expects little: risk and coverage.

After El-Yaniv and Wiener, On the Foundations of Noise-free Selective Classification, JMLR 2010.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation.metrics import scores_of

Array = NDArray[np.float64]

ANSWERED = (100, 90, 75, 50, 25, 10)
"""Percent of the panoramas that are answered."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Guesses at the share of panoramas that promise most."""

    percent: float
    n: int
    least_trust: float
    """Of those answered: the threshold to abstain by."""
    median_km: float
    mean_score: float
    within_25_km_percent: float
    within_200_km_percent: float


def risk_coverage(trust: Array, errors_km: Array, diagonal_km: float) -> tuple[Answered, ...]:
    """A row for each of `ANSWERED`, of panoramas with errors `(n,)` and a trust `(n,)` in each.

    Of equally trusted ones the earlier are answered.
    """
    order = np.argsort(-trust, kind="stable")
    return tuple(
        _answered(percent, trust, errors_km, order, diagonal_km)
        for percent in ANSWERED
        if len(order) * percent >= 100
    )


def _answered(
    percent: float, trust: Array, errors_km: Array, order: NDArray[np.int64], diagonal_km: float
) -> Answered:
    rows = order[: int(len(order) * percent / 100)]
    errors = errors_km[rows]
    return Answered(
        percent=percent,
        n=len(rows),
        least_trust=float(trust[rows[-1]]),
        median_km=float(np.median(errors)),
        mean_score=float(scores_of(errors, diagonal_km).mean()),
        within_25_km_percent=float(np.mean(errors <= 25) * 100),
        within_200_km_percent=float(np.mean(errors <= 200) * 100),
    )
