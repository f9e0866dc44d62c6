"""Bootstrap intervals of figures whose values come in sequences.

Whole sequences are drawn, since panoramas of one drive are alike (cluster bootstrap: Davison and
Hinkley, Bootstrap Methods and their Application, 1997, section 3.8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Interval = tuple[float, float]

RESAMPLES = 2000

_AT_ONCE = 4_000_000
"""Weights held at once: bounds the memory."""


def interval_of_mean(values: ArrayLike, sequences: Sequence[str], *, seed: int = 0) -> Interval:
    """The 95 % percentile interval of the mean of `values` `(n,)`.

    Args:
        values: one for each panorama.
        sequences: the one of each; a panorama whose sequence is "" is a sequence of its own.
        seed: of the draws.

    Raises:
        ValueError: there are no values, or not one sequence for each.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or len(numbers) == 0 or len(numbers) != len(sequences):
        raise ValueError(
            f"expected values (n,) and a sequence for each, got: {numbers.shape} "
            f"and {len(sequences)}"
        )
    (found,) = intervals(lambda weights: means(numbers[:, None], weights), sequences, seed=seed)
    return found


def intervals(
    figures: Callable[[Array], Array], sequences: Sequence[str], *, seed: int = 0
) -> list[Interval]:
    """The 95 % percentile intervals of `k` figures of the same panoramas.

    `figures` gets how often each panorama is in each of `r` resamples, `(r, n)`, and returns the
    figures of each, `(r, k)`.
    """
    found = np.concatenate([figures(weights) for weights in _resamples(sequences, seed)])
    low, high = np.percentile(found, [2.5, 97.5], axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def means(columns: Array, weights: Array) -> Array:
    """Means `(r, k)` of columns `(n, k)` under weights `(r, n)`."""
    result: Array = (weights @ columns) / weights.sum(axis=1, keepdims=True)
    return result


def medians(values: Array, weights: Array) -> Array:
    """Medians `(r,)` of values `(n,)` that are there as often as whole weights `(r, n)` say.

    As `np.median`: of an even number, the mean of the middle two.
    """
    order = np.argsort(values, kind="stable")
    ranked, reached = values[order], np.cumsum(weights[:, order], axis=1)
    total = reached[:, -1]
    middle = np.stack([(total - 1) // 2, total // 2], axis=1)
    rows = [np.searchsorted(r, m, side="right") for r, m in zip(reached, middle, strict=True)]
    result: Array = ranked[np.array(rows)].mean(axis=1)
    return result


def sequence_ids(sequences: Sequence[str]) -> NDArray[np.int64]:
    """Numbers `(n,)` of the sequences, from 0 without gaps; each "" is one of its own."""
    names = [sequence or f"\0{row}" for row, sequence in enumerate(sequences)]
    return np.asarray(np.unique(names, return_inverse=True)[1], dtype=np.int64)


def _resamples(sequences: Sequence[str], seed: int) -> Iterator[Array]:
    """Parts `(r, n)` of the weights of all `RESAMPLES`."""
    ids = sequence_ids(sequences)
    count, rng = int(ids.max()) + 1, np.random.default_rng(seed)
    step = max(1, _AT_ONCE // len(ids))
    for first in range(0, RESAMPLES, step):
        rows = min(step, RESAMPLES - first)
        drawn = rng.integers(count, size=(rows, count)) + np.arange(rows)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count)
        yield times[:, ids].astype(np.float64)
