"""What is fitted on held-out panoramas holds for others of their kind."""

from __future__ import annotations

import numpy as np
import pytest

from models.calibration import conformal_quantile, fit_assurance, fit_temperature
from models.classifier import Classifier
from models.decision import Belief, Rule, decide
from models.geo import destination, expected_points, haversine_km
from models.geolocator import Point


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


def test_the_conformal_quantile_by_hand() -> None:
    """Of 9 values, ceil(10 * 0.5) is the 5th and ceil(10 * 0.9) the 9th; of 8 there is no such."""
    values = [3.0, 1, 2, 9, 8, 7, 4, 5, 6]
    assert conformal_quantile(values, 0.5) == 5
    assert conformal_quantile(values, 0.9) == 9
    assert conformal_quantile(values[:8], 0.9) == np.inf


def boasting(n: int, seed: int) -> tuple[list[Belief], np.ndarray]:
    """Beliefs in five places each, and truths of the shares' square roots: half as sure."""
    rng = np.random.default_rng(seed)
    beliefs, truths = [], []
    for size_km in rng.choice([50.0, 500.0, 2000.0], size=n):
        here = (rng.uniform(-50, 50), rng.uniform(-180, 180))
        away = rng.uniform(0, size_km, size=5)
        places = destination(here, rng.uniform(0, 360, size=5), away)
        honest = rng.dirichlet(np.ones(5))
        boast = honest**2 / (honest**2).sum()
        beliefs.append(Belief(places, boast, np.full(5, 5.0)))
        truths.append(places[rng.choice(5, p=honest)])
    return beliefs, np.array(truths)


@pytest.mark.slow
def test_circles_hold_what_they_promise_and_the_score_comes() -> None:
    beliefs, truths = boasting(800, seed=1)
    guesses = [decide(Rule.ARGMAX, b, b.best(1).points).point for b in beliefs]
    fitted = fit_assurance(beliefs, guesses, truths)
    assert fitted.flatness == pytest.approx(2, rel=0.15)
    others, truths = boasting(1500, seed=2)
    found = [decide(Rule.ARGMAX, b, b.best(1).points, fitted) for b in others]
    errors_km = haversine_km([d.point for d in found], truths)
    assert np.mean(errors_km <= [d.radius_50_km for d in found]) == pytest.approx(0.5, abs=0.05)
    assert np.mean(errors_km <= [d.radius_90_km for d in found]) == pytest.approx(0.9, abs=0.03)
    promised = np.mean([d.expected_score for d in found])
    assert promised == pytest.approx(expected_points(errors_km).mean(), rel=0.02)


def test_where_too_few_were_held_out_the_circle_is_the_earth() -> None:
    """Of 3 panoramas none is the 90 % one; a scale of infinity would be no JSON."""
    sure = Belief(np.array([(0.0, 0.0)]), np.ones(1), np.zeros(1))
    truths = np.array([(0.0, 1.0), (0.0, 2.0), (0.0, 3.0)])
    fitted = fit_assurance([sure] * 3, [Point(0, 0)] * 3, truths)
    assert np.isfinite(fitted.scale_90)
    found = decide(Rule.ARGMAX, sure, sure.points, fitted)
    assert found.radius_50_km == pytest.approx(haversine_km((0, 0), (0, 2)))
    assert found.radius_90_km == pytest.approx(np.pi * 6371.0088)
