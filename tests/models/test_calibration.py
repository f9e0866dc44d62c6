"""Temperature scaling finds a temperature that was applied."""

from __future__ import annotations

import numpy as np
import pytest

from models.calibration import fit_temperature
from models.classifier import Classifier


@pytest.mark.parametrize("true_temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_data_is_found(true_temperature: float) -> None:
    rng = np.random.default_rng(0)
    embeddings = rng.normal(size=(6000, 4)).astype(np.float32)
    classifier = Classifier(rng.normal(size=(5, 4)).astype(np.float32), np.zeros(5, np.float32))
    logits = embeddings @ classifier.weight.T / true_temperature
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    drawn = np.array([rng.choice(5, p=p / p.sum()) for p in shares.astype(np.float64)])
    found = fit_temperature(classifier, embeddings, drawn)
    assert found.temperature == pytest.approx(true_temperature, rel=0.1)
    assert found.weight is classifier.weight
