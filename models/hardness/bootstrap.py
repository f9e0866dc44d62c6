"""Bootstrap intervals of means whose values come in groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

RESAMPLES = 2000


def interval_of_mean(
    values: ArrayLike, groups: Sequence[str], *, seed: int = 0
) -> tuple[float, float]:
    """The 95 % percentile interval of the mean of `values` `(n,)`.

    Whole groups are drawn, since panoramas around one place are alike (cluster bootstrap: Davison
    and Hinkley, Bootstrap Methods and their Application, 1997, section 3.8). A value whose group
    is "" is a group of its own.

    Raises:
        ValueError: there are no values, or not one group for each.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or len(numbers) == 0 or len(numbers) != len(groups):
        raise ValueError(
            f"expected values (n,) and a group for each, got: {numbers.shape} and {len(groups)}"
        )
    names = [group or f"\0{row}" for row, group in enumerate(groups)]
    _, ids = np.unique(names, return_inverse=True)
    sums, sizes = np.bincount(ids, numbers), np.bincount(ids)
    rng = np.random.default_rng(seed)
    shares = np.full(len(sums), 1 / len(sums))
    drawn = rng.multinomial(len(sums), shares, size=RESAMPLES)
    low, high = np.percentile((drawn @ sums) / (drawn @ sizes), [2.5, 97.5])
    return float(low), float(high)
