"""The light geolocators, against brute force and hand-made cases."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from models.baselines import LandPrior, NearestNeighbour
from models.geo import haversine_km
from models.geocells import Geocells
from models.geolocator import Geolocator
from models.samples import Samples
from tests.models.geolocator_contract import GeolocatorContract
from tests.models.small_models import DIM, land_prior, nearest_neighbour, samples


class TestLandPriorContract(GeolocatorContract):
    @pytest.fixture
    def geolocator(self) -> Geolocator:
        return land_prior()


class TestNearestNeighbourContract(GeolocatorContract):
    @pytest.fixture
    def geolocator(self) -> Geolocator:
        return nearest_neighbour()


def test_faiss_finds_what_brute_force_finds() -> None:
    known = samples()
    queries = np.random.default_rng(3).normal(size=(20, DIM)).astype(np.float32)
    for query, prediction in zip(queries, nearest_neighbour().locate(queries), strict=True):
        cosines = [
            float(np.dot(query, other) / np.linalg.norm(query) / np.linalg.norm(other))
            for other in known.embeddings
        ]
        expected = sorted(range(len(cosines)), key=lambda row: -cosines[row])[:5]
        assert [n.panorama for n in prediction.neighbours] == [f"p{row:02}" for row in expected]
        assert prediction.neighbours[0].similarity == pytest.approx(cosines[expected[0]], abs=1e-5)
        assert prediction.guess == tuple(known.points[expected[0]])


def test_the_length_of_an_embedding_does_not_matter() -> None:
    known = samples()
    once, again = nearest_neighbour().locate(
        np.stack([known.embeddings[3], 7 * known.embeddings[3]])
    )
    assert once.guess == again.guess == tuple(known.points[3])
    assert once.neighbours[0].similarity == pytest.approx(1)


def test_usual_errors_are_those_of_leaving_one_out() -> None:
    points = np.array([(0.0, 0.0), (0.0, 1.0), (0.0, 3.0)])
    embeddings = np.array([(1, 0), (0.9, 0.1), (0, 1)], dtype=np.float32)
    index = NearestNeighbour(
        Samples("p", "e@1", ("a", "b", "c"), points, ("train",) * 3, embeddings), bundle="x"
    )
    # a finds b (1 degree off), b finds a (1), c finds b (2): the median is 1 degree.
    prediction = index.locate(np.array([(1, 0)], dtype=np.float32))[0]
    assert prediction.radius_50_km == pytest.approx(haversine_km((0, 0), (0, 1)))


def test_an_index_that_is_not_finite_is_refused() -> None:
    spoilt = np.full((2, 3), np.nan, np.float32)
    known = Samples("p", "e@1", ("a", "b"), np.zeros((2, 2)), ("train",) * 2, spoilt)
    with pytest.raises(ValueError, match="expected finite numbers"):
        NearestNeighbour(known, bundle="x")


def test_an_index_of_one_is_refused() -> None:
    one = Samples("p", "e@1", ("a",), np.zeros((1, 2)), ("train",), np.ones((1, 2), np.float32))
    with pytest.raises(ValueError, match="expected 2 or more indexed panoramas, got: 1"):
        NearestNeighbour(one, bundle="x")


def test_the_prior_hedges_between_near_cells_but_not_between_far_ones() -> None:
    """Three cells of 0.3 in one region beat one of 0.1 elsewhere; the middle one is named."""
    centroids = np.array([(50.0, 0.0), (50.0, 5.0), (50.0, 10.0), (-50.0, 100.0)])
    shares = np.array([0.3, 0.3, 0.3, 0.1])
    cells = Geocells(
        ("a", "b", "c", "d"),
        centroids,
        np.zeros(4),
        np.array([shapely.Point(lng, lat).buffer(1) for lat, lng in centroids]),
    )
    prior = LandPrior(cells, shares, dim=1, encoder="e", bundle="b")
    assert prior.locate(np.zeros((1, 1), np.float32))[0].guess == (50.0, 5.0)
