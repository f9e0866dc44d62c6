"""Calibration by hand, and on a belief that is right by construction."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.reliability import (
    BINS,
    CellBelief,
    cell_belief,
    coverage_of,
    reliability_of,
)
from tests.models.small_models import (
    land_prior,
    nearest_neighbour,
    pigeon,
    samples,
    swc,
    zero_shot,
)


def belief(confidences, right, true_probabilities=None) -> CellBelief:
    confidences = np.asarray(confidences, dtype=float)
    true = confidences if true_probabilities is None else np.asarray(true_probabilities)
    return CellBelief(np.log(true), confidences, np.asarray(right, dtype=bool))


def test_by_hand() -> None:
    found = reliability_of(belief([0.5, 0.9], [False, True], [0.25, 0.9]), ["", ""])
    assert found.nll == pytest.approx((np.log(4) - np.log(0.9)) / 2)
    assert found.top_percent == 50
    assert [(b.n, b.confidence, b.accuracy) for b in found.bins] == [(1, 0.5, 0.0), (1, 0.9, 1.0)]
    assert found.ece == pytest.approx((0.5 + 0.1) / 2)


def test_bins_hold_equally_many_and_the_least_sure_first() -> None:
    rng = np.random.default_rng(1)
    found = reliability_of(belief(rng.uniform(0.1, 1, 151), rng.random(151) < 0.5), [""] * 151)
    assert [b.n for b in found.bins] == [11] + [10] * (BINS - 1)
    confidences = [b.confidence for b in found.bins]
    assert confidences == sorted(confidences)


def test_who_is_right_as_often_as_sure_has_hardly_an_error() -> None:
    rng = np.random.default_rng(2)
    sure = rng.uniform(0.2, 1, 6_000)
    honest = reliability_of(belief(sure, rng.random(6_000) < sure), [""] * 6_000)
    boasting = reliability_of(belief(sure, rng.random(6_000) < sure - 0.2), [""] * 6_000)
    assert honest.ece < 0.03
    assert boasting.ece == pytest.approx(0.2, abs=0.03)


def test_what_a_pigeon_believes_of_its_own_geocells() -> None:
    known, model = samples(), pigeon()
    found = cell_belief(model, known.embeddings, known.points)
    assert found is not None
    true, predictions = model.geocells.locate(known.points), model.locate(known.embeddings)
    for row in range(60):
        log_probabilities = model.classifier.log_probabilities(known.embeddings[row : row + 1])[0]
        assert found.true_log_probabilities[row] == pytest.approx(log_probabilities[true[row]])
        best = predictions[row].geocells[0]
        assert found.confidences[row] == pytest.approx(best.probability)
        assert found.top_is_true[row] == (best.name == model.geocells.names[true[row]])


def test_of_other_geolocators() -> None:
    known = samples()
    prior = cell_belief(land_prior(), known.embeddings, known.points)
    assert prior is not None
    assert np.exp(-prior.true_log_probabilities) == pytest.approx(len(land_prior().geocells))
    words = cell_belief(zero_shot(), known.embeddings, known.points)
    assert words is not None
    assert (words.true_log_probabilities <= np.log(words.confidences) + 1e-9).all()
    mixture = cell_belief(swc(), known.embeddings, known.points)
    assert mixture is not None
    assert mixture.top_is_true.all()  # the cell of a place is that of the nearest city
    assert cell_belief(nearest_neighbour(), known.embeddings, known.points) is None


def test_a_place_held_impossible_costs_much_but_not_everything() -> None:
    prior, known = land_prior(), samples()
    prior.probabilities = np.zeros(len(prior.geocells))
    prior.probabilities[0] = 1.0
    found = cell_belief(prior, known.embeddings, known.points)
    assert found is not None
    assert np.isfinite(reliability_of(found, [""] * 60).nll)


def test_coverage_counts_errors_within_their_own_radius() -> None:
    radii, errors = np.array([10.0, 10, 300, 40]), np.array([10.0, 11, 2, 39])
    found = coverage_of(50, radii, errors, [""] * 4)
    assert (found.found_percent, found.median_radius_km) == (75, 25)
    assert found.interval[0] < 75 <= found.interval[1]
