"""PIGEON as a whole: it fulfils the contract, and it finds what it has seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.classifier import Classifier
from models.decision import Rule
from models.geo import haversine_km
from models.geolocator import Geolocator
from models.pigeon import PIGEON, PIGEOTTO, Pigeon
from models.refiner import Refinements, Refiner
from models.residual import Residual
from models.samples import unit
from tests.models.geolocator_contract import GeolocatorContract
from tests.models.small_models import pigeon, plain_residual, samples


class TestContract(GeolocatorContract):
    @pytest.fixture(params=list(Rule))
    def geolocator(self, request: pytest.FixtureRequest) -> Geolocator:
        model = pigeon()
        return Pigeon(
            replace(model.config, rule=request.param),
            model.geocells,
            model.classifier,
            model.prototypes,
            encoder=model.encoder,
            bundle=model.bundle,
        )


def test_a_training_panorama_is_found_where_it_was_taken() -> None:
    known = samples()
    predictions = pigeon().locate(known.embeddings)
    guesses = [prediction.guess for prediction in predictions]
    assert haversine_km(guesses, known.points).max() < 60  # the cities' scatter, no other city
    # Where the panorama lies in the nearest cluster, it is its own nearest member: 0 km.
    assert np.median(haversine_km(guesses, known.points)) == pytest.approx(0, abs=1e-9)


def test_prototypes_are_compared_through_a_retrieval_module() -> None:
    """One that only normalises: what is ten times as long is retrieved as before."""
    known, model = samples(), pigeon(residual=plain_residual())
    nearest = unit(known.embeddings - known.embeddings.mean(axis=1, keepdims=True))
    for row in (0, 33):
        query = known.embeddings[row : row + 1]
        (found,), (longer,) = model.locate(query), model.locate(10 * query)
        assert found.neighbours[0].panorama == longer.neighbours[0].panorama == f"p{row:02}"
        products = nearest @ nearest[row]
        for neighbour in found.neighbours:
            at = known.panoramas.index(neighbour.panorama)
            assert neighbour.similarity == pytest.approx(products[at], abs=1e-4)
        assert model.believe(query[0]).probabilities.sum() == pytest.approx(1)


def test_many_are_located_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """All at once, 210,000 photos with 40 geocells each would need some 25 GB."""
    model, known = pigeon(), samples()
    together = [prediction.guess for prediction in model.locate(known.embeddings)]
    sizes = []

    def refine(self: Refiner, queries: NDArray[np.float32], *more: Any) -> Refinements:
        sizes.append(len(queries))
        return whole(self, queries, *more)

    whole = Refiner.refine
    monkeypatch.setattr(Refiner, "refine", refine)
    monkeypatch.setattr("models.pigeon.AT_ONCE", 25)
    assert [prediction.guess for prediction in model.locate(known.embeddings)] == together
    assert sizes == [25, 25, 10]


@pytest.mark.parametrize("rule", Rule)
def test_no_place_between_far_cities_is_named(rule: Rule) -> None:
    """A panorama as like one city as another is guessed in a city, not in the sea between."""
    model, known = pigeon(), samples()
    model.config = replace(model.config, rule=rule)
    means = known.embeddings.reshape(6, 10, -1).mean(axis=1)
    between = (means[:, None] + means[None]).reshape(36, -1) / 2
    for prediction in model.locate(between):
        assert haversine_km(prediction.guess, known.points).min() < 1


def test_the_published_constants() -> None:
    assert (PIGEON.smoothing_km, PIGEON.top_k, PIGEON.temperature) == (75, 5, 1.6)
    assert (PIGEOTTO.smoothing_km, PIGEOTTO.top_k, PIGEOTTO.temperature) == (65, 40, 0.6)


def test_parts_that_do_not_fit_are_refused() -> None:
    model = pigeon()
    few = Classifier(model.classifier.weight[:2], model.classifier.bias[:2])
    with pytest.raises(ValueError, match=r"expected a classifier for 8 geocells .* got: \(2, 8\)"):
        Pigeon(PIGEON, model.geocells, few, model.prototypes, encoder="e", bundle="b")
    one, none = np.ones(3, np.float32), np.zeros(3, np.float32)
    other = Residual(one, none, np.eye(3), none, np.eye(3), none, one, none)
    with pytest.raises(ValueError, match="a retrieval module for 8 dimensions, got: 3"):
        Pigeon(
            *(PIGEON, model.geocells, model.classifier, model.prototypes),
            residual=other,
            encoder="e",
            bundle="b",
        )
