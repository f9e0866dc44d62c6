"""The law of `Geolocator`, run on every implementation: subclass it, give it a `geolocator`."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from models.geolocator import TOP_BELIEVED, TOP_GEOCELLS, Geolocator, Prediction
from tests.models.small_models import DIM


class GeolocatorContract:
    @pytest.fixture
    def embeddings(self) -> NDArray[np.float32]:
        return np.random.default_rng(5).normal(size=(7, DIM)).astype(np.float32)

    @pytest.fixture
    def predictions(
        self, geolocator: Geolocator, embeddings: NDArray[np.float32]
    ) -> list[Prediction]:
        return geolocator.locate(embeddings)

    def test_one_prediction_per_embedding(
        self, geolocator: Geolocator, predictions: list[Prediction]
    ) -> None:
        assert len(predictions) == 7
        assert geolocator.locate(np.zeros((0, DIM), np.float32)) == []

    def test_a_prediction_does_not_depend_on_its_batch(
        self,
        geolocator: Geolocator,
        embeddings: NDArray[np.float32],
        predictions: list[Prediction],
    ) -> None:
        for row, expected in enumerate(predictions):
            alone = geolocator.locate(embeddings[row : row + 1])[0]
            assert alone.guess == expected.guess
            assert alone.geocells[0].name == expected.geocells[0].name
            assert alone.expected_score == pytest.approx(expected.expected_score)

    def test_geocells_are_ranked(self, predictions: list[Prediction]) -> None:
        for prediction in predictions:
            shares = [cell.probability for cell in prediction.geocells]
            assert 1 <= len(shares) <= TOP_GEOCELLS
            assert shares == sorted(shares, reverse=True)
            assert min(shares) >= 0
            assert sum(shares) <= 1 + 1e-6
            best = prediction.geocells[0]
            assert prediction.geocell_guess == (best.lat, best.lng)

    def test_points_are_on_earth(self, predictions: list[Prediction]) -> None:
        for p in predictions:
            places = [
                *p.geocells,
                *p.neighbours,
                *p.belief,
                p.geocell_guess,
                p.refined_guess,
                p.guess,
            ]
            assert all(-90 <= place.lat <= 90 for place in places)
            assert all(-180 <= place.lng <= 180 for place in places)

    def test_confidence_is_sane(self, predictions: list[Prediction]) -> None:
        for p in predictions:
            assert 0 <= p.radius_50_km <= p.radius_90_km <= math.pi * 6371.01
            assert 0 <= p.expected_score <= 5000
            assert p.reason.endswith(".")

    def test_the_belief_is_ranked(self, predictions: list[Prediction]) -> None:
        for p in predictions:
            shares = [place.probability for place in p.belief]
            assert len(shares) <= TOP_BELIEVED
            assert shares == sorted(shares, reverse=True)
            assert sum(shares) <= 1 + 1e-6
            assert all(0 <= place.spread_km < math.inf for place in p.belief)

    def test_neighbours_are_most_similar_first(self, predictions: list[Prediction]) -> None:
        for p in predictions:
            similarities = [neighbour.similarity for neighbour in p.neighbours]
            assert similarities == sorted(similarities, reverse=True)
            assert all(-1 <= similarity <= 1 for similarity in similarities)

    def test_it_says_who_it_is(self, geolocator: Geolocator, predictions: list[Prediction]) -> None:
        assert {(p.encoder, p.bundle) for p in predictions} == {
            (geolocator.encoder, geolocator.bundle)
        }

    @pytest.mark.parametrize("shape", [(DIM,), (2, DIM + 1), (1, 4, DIM)])
    def test_a_wrong_shape_is_refused(self, geolocator: Geolocator, shape: tuple[int, ...]) -> None:
        with pytest.raises(ValueError, match=rf"expected shape \(n, {DIM}\), got: \("):
            geolocator.locate(np.zeros(shape, np.float32))

    def test_what_is_not_finite_is_refused(self, geolocator: Geolocator) -> None:
        for broken in (np.nan, np.inf):
            with pytest.raises(ValueError, match="finite"):
                geolocator.locate(np.full((1, DIM), broken, np.float32))
