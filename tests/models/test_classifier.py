"""The linear classifier."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.classifier import Classifier


def test_by_hand() -> None:
    classifier = Classifier(np.array([[1, 0], [0, 2]], np.float32), np.array([0, 1], np.float32))
    found = classifier.log_probabilities(np.array([[3, 1]], np.float32))  # logits 3 and 3
    assert found[0].tolist() == pytest.approx([math.log(0.5)] * 2)
    found = classifier.log_probabilities(np.array([[2, 0]], np.float32))  # logits 2 and 1
    assert np.exp(found[0, 0]) == pytest.approx(1 / (1 + math.exp(-1)))


def test_temperature_divides_the_logits() -> None:
    classifier = Classifier(np.array([[4.0], [0.0]], np.float32), np.zeros(2, np.float32), 2.0)
    found = np.exp(classifier.log_probabilities(np.ones((1, 1), np.float32)))
    assert found[0, 0] == pytest.approx(1 / (1 + math.exp(-2)))


def test_large_logits_stay_finite() -> None:
    classifier = Classifier(np.array([[1e4], [-1e4]], np.float32), np.zeros(2, np.float32))
    assert np.isfinite(classifier.log_probabilities(np.ones((1, 1), np.float32))).all()


def test_a_bias_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"got: \(2, 3\), \(3,\)"):
        Classifier(np.zeros((2, 3), np.float32), np.zeros(3, np.float32))


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.inf, math.nan])
def test_a_temperature_that_is_none_is_refused(temperature: float) -> None:
    with pytest.raises(ValueError, match=f"expected a temperature above 0, got: {temperature}"):
        Classifier(np.zeros((2, 3), np.float32), np.zeros(2, np.float32), temperature)
