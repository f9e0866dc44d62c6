"""Temperature scaling: probabilities that mean what they say (Guo et al., ICML 2017)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from models.classifier import Classifier


def fit_temperature(
    classifier: Classifier, embeddings: NDArray[np.float32], geocells: NDArray[np.int64]
) -> Classifier:
    """The classifier with the temperature, 0.1 to 10, of the least negative log likelihood.

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
