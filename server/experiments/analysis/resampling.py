"""Intervals and tests over people, by drawing people again and by flipping signs.

Both take one value of each person (a mean over what they played), so that somebody's rounds, which
are alike, count once. Assumption: people are drawn independently of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Interval = tuple[float, float]

RESAMPLES = 2000
FLIPS = 4999
SEED = 20261121
"""Of all draws: the same data give the same report."""

_ALL_FLIPS = 12
"""Up to so many values each way of flipping is tried."""


def means_by(groups: Sequence[str], values: ArrayLike) -> Array:
    """Mean of values `(n,)` in each group, groups sorted by name."""
    numbers = np.asarray(values, dtype=np.float64)
    if len(numbers) == 0:
        return numbers
    _, at = np.unique(np.asarray(groups), return_inverse=True)
    sums = np.bincount(at, weights=numbers)
    return np.asarray(sums / np.bincount(at), dtype=np.float64)


def interval_of_mean(values: ArrayLike) -> Interval:
    """95 % interval of the mean of values `(n,)`, one of each person.

    Bias-corrected and accelerated (Efron, J. Am. Stat. Assoc. 82, 1987, 171-185): percentiles of
    means of people drawn again, moved for skewness. Less than two values know no interval: the
    whole line.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if len(numbers) < 2:
        return -np.inf, np.inf
    if np.ptp(numbers) == 0:
        return float(numbers[0]), float(numbers[0])
    rng = np.random.default_rng(SEED)
    from scipy.stats import bootstrap  # noqa: PLC0415  costs a second

    found = bootstrap((numbers,), np.mean, n_resamples=RESAMPLES, method="BCa", rng=rng)
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def interval(figure: Callable[[Array], Array], people: int) -> Interval:
    """95 % percentile interval of a figure of all people together.

    `figure` gets how often each person is in each of `r` resamples, `(r, people)`, and returns the
    figure of each, `(r,)`; resamples without a figure (NaN) are left out. Less than two people know
    no interval: the whole line.
    """
    if people < 2:
        return -np.inf, np.inf
    rng = np.random.default_rng(SEED)
    weights = rng.multinomial(people, np.full(people, 1 / people), size=RESAMPLES)
    found = figure(weights.astype(np.float64))
    found = found[np.isfinite(found)]
    if len(found) == 0:
        return -np.inf, np.inf
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def flipped_p(values: ArrayLike) -> float:
    """Two-sided p of "these values `(n,)` are as often above 0 as below, by as much".

    A permutation test (Fisher's, of 1935): under the null hypothesis each sign could as well be
    the other one. Of more than twelve values some of the ways are drawn, and the one that was
    found counts as one of them, so p is never 0 (Phipson and Smyth, 2010).
    """
    numbers = np.asarray(values, dtype=np.float64)
    if len(numbers) == 0:
        return 1.0
    signs = _signs(len(numbers))
    sums = np.abs(signs @ numbers)
    extreme = int((sums >= abs(numbers.sum()) * (1 - 1e-12)).sum())
    if len(numbers) <= _ALL_FLIPS:
        return extreme / len(signs)
    return (1 + extreme) / (1 + len(signs))


@lru_cache(maxsize=16)
def _signs(count: int) -> Array:
    if count <= _ALL_FLIPS:
        ways = np.arange(2**count)[:, None] >> np.arange(count) & 1
    else:
        ways = np.random.default_rng(SEED).integers(2, size=(FLIPS, count))
    return np.asarray(ways * 2.0 - 1, dtype=np.float64)
