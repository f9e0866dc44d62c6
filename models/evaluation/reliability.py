"""Whether a model is as sure as it may be: of its geocells, and of its radii."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.baselines import LandPrior
from models.evaluation.bootstrap import Interval, interval_of_mean
from models.geolocator import Geolocator
from models.pigeon import Pigeon
from models.swc.geolocator import Swc
from models.zero_shot import ZeroShot

Array = NDArray[np.float64]
Posterior = Callable[[NDArray[np.float32]], Array]
"""From embeddings `(n, d)` to log probabilities `(n, c)`."""
Locate = Callable[[ArrayLike], NDArray[np.int64]]
"""From points `(n, 2)` to the cell `(n,)` of each."""

BINS = 15
"""Of the calibration error (Guo et al., ICML 2017), each with as many panoramas."""

IMPOSSIBLE = 1e-12
"""Stands in for a prior's probability of 0, which has no logarithm."""

_ROWS = 1024
"""Panoramas asked at once: bounds the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class CellBelief:
    """What a model believes of the geocells of `n` panoramas."""

    true_log_probabilities: Array
    """`(n,)`, of the geocell that holds the truth."""
    confidences: Array
    """`(n,)`, probability of the most probable geocell."""
    top_is_true: NDArray[np.bool_]

    def only(self, mask: NDArray[np.bool_]) -> CellBelief:
        """Of the panoramas where the mask `(n,)` holds."""
        return CellBelief(
            self.true_log_probabilities[mask], self.confidences[mask], self.top_is_true[mask]
        )


@dataclass(frozen=True, slots=True)
class Bin:
    """Panoramas of which the model was about equally sure."""

    n: int
    confidence: float
    """Mean probability of the top geocell."""
    accuracy: float
    """How often that was the true one."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """Calibration of the geocells' probabilities."""

    nll: float
    """Mean negative log likelihood of the true geocell, nats."""
    nll_interval: Interval
    top_percent: float
    """How often the most probable geocell is the true one."""
    ece: float
    """Expected calibration error of the most probable geocell, in [0, 1]."""
    bins: tuple[Bin, ...]
    """Least sure first."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often the truth lies in a credible circle."""

    promised_percent: float
    found_percent: float
    interval: Interval
    """95 %, of `found_percent`."""
    median_radius_km: float


def cell_belief(
    geolocator: Geolocator, embeddings: NDArray[np.float32], points: Array
) -> CellBelief | None:
    """Its belief about panoramas at points `(n, 2)`; None of a geolocator without geocells."""
    found = _posterior(geolocator)
    if found is None:
        return None
    locate, log_probabilities_of = found
    true = locate(points)
    parts = [
        _belief(log_probabilities_of(embeddings[first : first + _ROWS]), true[first:][:_ROWS])
        for first in range(0, len(points), _ROWS)
    ]
    return CellBelief(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def reliability_of(belief: CellBelief, sequences: Sequence[str]) -> Reliability:
    """Figures of a belief about panoramas of the given sequences."""
    losses = -belief.true_log_probabilities
    bins = _bins(belief)
    gaps = sum(part.n * abs(part.confidence - part.accuracy) for part in bins)
    return Reliability(
        nll=float(losses.mean()),
        nll_interval=interval_of_mean(losses, sequences),
        top_percent=float(belief.top_is_true.mean() * 100),
        ece=gaps / len(losses),
        bins=bins,
    )


def coverage_of(
    promised_percent: float, radii_km: Array, errors_km: Array, sequences: Sequence[str]
) -> Coverage:
    """How often errors `(n,)` are within radii `(n,)` that promise a share."""
    covered = 100.0 * (errors_km <= radii_km)
    return Coverage(
        promised_percent=promised_percent,
        found_percent=float(covered.mean()),
        interval=interval_of_mean(covered, sequences),
        median_radius_km=float(np.median(radii_km)),
    )


def _posterior(geolocator: Geolocator) -> tuple[Locate, Posterior] | None:
    match geolocator:
        case Pigeon():
            return geolocator.geocells.locate, geolocator.classifier.log_probabilities
        case Swc():
            return geolocator.mixture.locate, geolocator.mixture.log_weights
        case ZeroShot():
            return geolocator.geocells.locate, geolocator.words.log_probabilities
        case LandPrior():
            shares = np.log(np.maximum(geolocator.probabilities, IMPOSSIBLE))
            return geolocator.geocells.locate, lambda embeddings: np.tile(
                shares, (len(embeddings), 1)
            )
        case _:
            return None


def _belief(
    log_probabilities: Array, true: NDArray[np.int64]
) -> tuple[Array, Array, NDArray[np.bool_]]:
    rows, top = np.arange(len(true)), log_probabilities.argmax(axis=1)
    return log_probabilities[rows, true], np.exp(log_probabilities[rows, top]), top == true


def _bins(belief: CellBelief) -> tuple[Bin, ...]:
    order = np.argsort(belief.confidences, kind="stable")
    parts = np.array_split(order, min(BINS, len(order)))
    return tuple(
        Bin(len(p), float(belief.confidences[p].mean()), float(belief.top_is_true[p].mean()))
        for p in parts
    )
