"""Looks before the end without more false alarms: alpha spending.

Looking k times with p < 0.05 each finds an effect that is not there far more often than one time
in twenty. A spending function says how much of alpha may be used up by a share t of the people
(Lan and DeMets, Biometrika 70, 1983, 659-663):

    O'Brien-Fleming's   4 - 4 Phi(z / sqrt t),  z the (1 - alpha / 4) quantile; sparing at first
    Pocock's            alpha ln(1 + (e - 1) t);                                even

Two-sided: each side spends half. Assumption: the statistic at the looks behaves as a Brownian
motion of independent increments in t, as means over more and more people do.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import e, log, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from server.experiments.plan import Spending

Array = NDArray[np.float64]

_STEPS = 401
"""Points of the integration over a look's continuation region."""
_FAR = 8.0
"""Standard deviations beyond which nothing is."""


def spent(spending: Spending, alpha: float, t: float) -> float:
    """Two-sided alpha that may be used up by a share `t` in (0, 1] of the people."""
    if spending == "pocock":
        return float(alpha * log(1 + (e - 1) * t))
    return float(4 - 4 * ndtr(ndtri(1 - alpha / 4) / sqrt(t)))


def thresholds(spending: Spending, alpha: float, fractions: Sequence[float]) -> list[float]:
    """The p below which each look at `fractions` of the people, rising to 1, decides."""
    return [float(2 * ndtr(-z)) for z in bounds(spending, alpha, fractions)]


def bounds(spending: Spending, alpha: float, fractions: Sequence[float]) -> list[float]:
    """The |z| that decides at each look.

    By recursive integration (Armitage, McPherson and Rowe, J. R. Stat. Soc. A 132, 1969, 235-244)
    of the density of z sqrt(t) among those who were not decided before.
    """
    found: list[float] = []
    density, grid = np.ones(1), np.zeros(1)
    before = used = 0.0
    for t in fractions:
        step, root = sqrt(t - before), sqrt(t)
        share = (spent(spending, alpha, t) - used) / 2
        weights = density * _widths(grid)
        bound = _bound(grid, weights, step, root, share)
        found.append(bound)
        used += 2 * share
        new = np.linspace(-bound * root, bound * root, _STEPS)
        density = (
            np.exp(-(((new[:, None] - grid) / step) ** 2) / 2) @ weights / (step * sqrt(2 * pi))
        )
        grid, before = new, t
    return found


def _bound(grid: Array, weights: Array, step: float, root: float, share: float) -> float:
    """The z above which lies `share` of what is undecided."""

    def excess(z: float) -> float:
        return float(ndtr((grid - z * root) / step) @ weights) - share

    return _FAR if excess(_FAR) > 0 else float(brentq(excess, 0.0, _FAR, xtol=1e-6))


def _widths(grid: Array) -> Array:
    """The trapezoidal rule's; 1 for a single point, which is a certainty."""
    if len(grid) == 1:
        return np.ones(1)
    widths = np.full(len(grid), grid[1] - grid[0])
    widths[[0, -1]] /= 2
    return widths
