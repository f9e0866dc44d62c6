"""Probabilities, circles and expected scores that mean what they say, by held-out panoramas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar

from models.classifier import Classifier
from models.decision import ANTIPODE_KM, Assurance, Belief, errors_of
from models.geo import PERFECT_KM, WORLD_DIAGONAL_KM, expected_points, haversine_km
from models.geolocator import Geolocator, Point
from models.samples import Samples

Array = NDArray[np.float64]

ASSURED = 1000
"""Held-out panoramas, at most, that circles are fitted on: their beliefs are held at once."""

MOST_SCALE = float(ANTIPODE_KM / PERFECT_KM)
"""Makes the Earth of the smallest radius: where too few were held out to promise less."""


def fit_temperature(
    classifier: Classifier, embeddings: NDArray[np.float32], geocells: NDArray[np.int64]
) -> Classifier:
    """The classifier with the temperature, 0.1 to 10, of the least negative log likelihood.

    Temperature scaling: Guo et al., ICML 2017.

    Args:
        classifier: whose temperature is replaced.
        embeddings: `(n, d)` of panoramas that it was not trained on.
        geocells: id `(n,)` of the geocell of each.
    """

    def negative_log_likelihood(log_temperature: float) -> float:
        scaled = replace(classifier, temperature=float(np.exp(log_temperature)))
        log_probabilities = scaled.log_probabilities(embeddings)
        return float(-log_probabilities[np.arange(len(geocells)), geocells].mean())

    found = minimize_scalar(negative_log_likelihood, bounds=np.log([0.1, 10]), method="bounded")
    return replace(classifier, temperature=float(np.exp(found.x)))


class Believer(Geolocator, Protocol):
    """A geolocator that tells all that it believes."""

    def believe(self, embedding: NDArray[np.float32]) -> Belief:
        """Where a panorama may be, by its embedding `(d,)`."""


def assurance_of(believer: Believer, held_out: Samples, diagonal_km: float) -> Assurance:
    """`fit_assurance` of a geolocator, on panoramas that it was not trained on."""
    rows = np.arange(0, len(held_out), -(-len(held_out) // ASSURED))
    embeddings = np.asarray(held_out.embeddings[rows])
    beliefs = [believer.believe(embedding) for embedding in embeddings]
    guesses = [prediction.guess for prediction in believer.locate(embeddings)]
    return fit_assurance(beliefs, guesses, held_out.points[rows], diagonal_km)


def fit_assurance(
    beliefs: Sequence[Belief],
    guesses: Sequence[Point],
    truths: Array,
    diagonal_km: float = WORLD_DIAGONAL_KM,
) -> Assurance:
    """The flatness that promises the score that was found, and circles that hold 50 and 90 %.

    The circles are those of split conformal prediction (Angelopoulos and Bates 2021, section
    2.2): an error counts by its ratio to the believed radius, so that circles stay small where
    the model is sure.

    Args:
        beliefs: of `n` panoramas that nothing was trained on.
        guesses: what was decided for each.
        truths: `(n, 2)`.
        diagonal_km: size of the map that is played.
    """
    errors_km = haversine_km(np.array(guesses), truths)
    flatness = _fit_flatness(beliefs, guesses, errors_km, diagonal_km)
    believed = [errors_of(g, b, flatness) for g, b in zip(guesses, beliefs, strict=True)]
    scale_50, scale_90 = (
        conformal_quantile(errors_km / [errors.radius_km(mass) for errors in believed], mass)
        for mass in (0.5, 0.9)
    )
    return Assurance(flatness, min(scale_50, MOST_SCALE), min(scale_90, MOST_SCALE))


def _fit_flatness(
    beliefs: Sequence[Belief], guesses: Sequence[Point], errors_km: Array, diagonal_km: float
) -> float:
    """Between 0.2 and 5: where the mean expected score is the mean score."""
    found = expected_points(errors_km, diagonal_km).mean()

    def gap(log_flatness: float) -> float:
        flatness = float(np.exp(log_flatness))
        promised = [
            errors_of(guess, belief, flatness).expected_score(diagonal_km)
            for guess, belief in zip(guesses, beliefs, strict=True)
        ]
        return abs(float(np.mean(promised) - found))

    bounds, options = np.log([0.2, 5]), {"xatol": 0.01}
    return float(np.exp(minimize_scalar(gap, bounds=bounds, method="bounded", options=options).x))


def conformal_quantile(values: ArrayLike, mass: float) -> float:
    """The smallest bound that a further value keeps with probability `mass` at least.

    It is the `ceil((n + 1) * mass)`-th smallest of `n` values of the same kind, and infinite
    where there are too few (Angelopoulos and Bates 2021, section 1).
    """
    ranked = np.sort(np.asarray(values, dtype=np.float64))
    rank = int(np.ceil((len(ranked) + 1) * mass - 1e-9))
    return float(ranked[rank - 1]) if rank <= len(ranked) else float("inf")
