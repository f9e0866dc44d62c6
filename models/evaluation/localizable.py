"""How much better a Search within Cell places what it calls localizable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation.bootstrap import Interval, interval_of_mean

Array = NDArray[np.float64]

LEAST_DENSITY = 0.2
"""Prediction density above which a picture is placed (Kordopatis-Zilos et al., MMM 2022)."""

CITY_KM = 25


@dataclass(frozen=True, slots=True)
class Localizable:
    """Guesses at what is localizable alone."""

    n: int
    """Panoramas that are placed."""
    placed_percent: float
    within_percent: float | None
    """Within `CITY_KM`, of those placed; None where none is."""
    interval: Interval | None
    within_percent_of_all: float


def localizable_of(densities: Array, errors_km: Array, sequences: Sequence[str]) -> Localizable:
    """Of prediction densities `(n,)` and errors `(n,)`, n at least 1."""
    placed = densities > LEAST_DENSITY
    within = 100.0 * (errors_km <= CITY_KM)
    theirs = [name for name, is_placed in zip(sequences, placed, strict=True) if is_placed]
    return Localizable(
        n=int(placed.sum()),
        placed_percent=float(placed.mean() * 100),
        within_percent=float(within[placed].mean()) if placed.any() else None,
        interval=interval_of_mean(within[placed], theirs) if placed.any() else None,
        within_percent_of_all=float(within.mean()),
    )
