"""Ratings with intervals: Bradley-Terry by maximum likelihood, bootstrapped over the matches.

The model: A beats B with the odds `10 ** ((a - b) / 400)`, Elo's scale. A draw is half a win of
either (Bradley and Terry 1952, Biometrika 39). The likelihood has one maximum, found by Newton.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]

MEAN = 1500.0
"""Of all players' ratings, in every tournament: ratings of two tournaments do not compare."""

PRIOR_GAMES = 1.0
"""Drawn games of each player against an average one, so that who has won all has a rating."""

RESAMPLES = 1000
LEAST_MATCHES = 10
"""Fewer say too little of how much another match would change: they have no intervals."""

STEPS = 100
STRIDE = 1.0
"""Of a step, at most: far from the maximum Newton's steps are too long."""
ENOUGH = 1e-6
"""A step so short ends the fit: a thousandth of a rating point."""


@dataclass(frozen=True, slots=True)
class Rating:
    """How strong a player is."""

    value: float
    low: float | None
    """The 95 % interval's lower end; None: too few matches to say. So is `high`."""
    high: float | None


def ratings(won: Array, seed: int = 0) -> list[Rating]:
    """A rating for each of `p` players.

    Args:
        won: `(m, p, p)`, how often the row's player has beaten the column's in each match of the
            tournament, draws as halves. Matches are resampled as a whole: all who play one see
            the same panoramas.
        seed: of the resampling.

    Raises:
        ValueError: the array is of another shape.
    """
    if won.ndim != 3 or won.shape[1] != won.shape[2] or 0 in won.shape:
        raise ValueError(f"won: expected (matches, players, players), got: {won.shape}")
    values = bradley_terry(won.sum(axis=0)[None])[0]
    if len(won) < LEAST_MATCHES:
        return [Rating(float(value), None, None) for value in values]
    chance = np.random.default_rng(seed)
    times = chance.multinomial(len(won), np.full(len(won), 1 / len(won)), size=RESAMPLES)
    again = bradley_terry(np.tensordot(times.astype(np.float64), won, axes=1))
    low, high = np.quantile(again, [0.025, 0.975], axis=0)
    return [Rating(*map(float, three)) for three in zip(values, low, high, strict=True)]


def bradley_terry(won: Array) -> Array:
    """Ratings `(b, p)` of `b` tables of wins `(b, p, p)` among `p` players, of mean `MEAN`."""
    played = won + won.swapaxes(1, 2)
    wins = won.sum(axis=2) + PRIOR_GAMES / 2
    strength = np.zeros(wins.shape)
    """Natural logarithm of the odds against an average player."""
    for _ in range(STEPS):
        beats = expit(strength[:, :, None] - strength[:, None, :])
        average = expit(strength)
        expected = (played * beats).sum(axis=2) + PRIOR_GAMES * average
        weights = played * beats * (1 - beats)
        own = weights.sum(axis=2) + PRIOR_GAMES * average * (1 - average)
        curvature = own[:, :, None] * np.eye(own.shape[1]) - weights
        step = np.linalg.solve(curvature, (wins - expected)[..., None])[..., 0]
        strength += np.clip(step, -STRIDE, STRIDE)
        if np.abs(step).max() < ENOUGH:
            break
    elo = 400 / np.log(10) * strength
    centred: Array = elo - elo.mean(axis=1, keepdims=True) + MEAN
    return centred
