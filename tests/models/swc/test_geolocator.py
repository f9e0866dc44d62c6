"""Search within Cell as a whole: the contract, and each step of the search on six cities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.decision import Rule
from models.evaluation.evaluation import answers_of
from models.geo import haversine_km, spherical_mean
from models.geolocator import Geolocator
from models.swc.background import Background, make_segment
from models.swc.config import SWC
from models.swc.geolocator import Swc
from tests.models.geolocator_contract import GeolocatorContract
from tests.models.small_models import CITIES, DIM, PER_CITY, SWC_SMALL, plain_residual, samples, swc


class TestContract(GeolocatorContract):
    @pytest.fixture(params=list(Rule))
    def geolocator(self, request: pytest.FixtureRequest) -> Geolocator:
        return swc(config=replace(SWC_SMALL, rule=request.param))


def test_the_published_constants() -> None:
    assert (SWC.neighbours, SWC.eps_km, SWC.min_samples) == (10, 1, 1)
    assert SWC.sigma_km == pytest.approx(2.14, abs=0.01)  # kappa = exp(16)


def test_the_guess_is_the_mean_of_those_that_agree_in_the_best_cell() -> None:
    known, model = samples(), swc()
    prediction = model.locate(known.embeddings[:1])[0]
    assert prediction.geocells[0].name == "c0"
    assert prediction.geocell_guess == pytest.approx(tuple(CITIES[0]))
    # By hand: of the ten pictures of Paris the chain of those within 5 km of another.
    paris = known.points[:PER_CITY]
    near = haversine_km(paris[:, None], paris[None]) <= 5
    reach = near.copy()
    for _ in range(PER_CITY):
        reach = reach @ near
    groups = {tuple(np.flatnonzero(row).tolist()) for row in reach}
    largest = max(groups, key=len)
    assert sum(len(group) == len(largest) for group in groups) == 1
    assert prediction.refined_guess == pytest.approx(tuple(spherical_mean(paris[list(largest)])))
    assert prediction.guess == prediction.refined_guess  # argmax
    assert prediction.neighbours[0].panorama == "p00"
    assert {n.panorama for n in prediction.neighbours} == {f"p{n:02}" for n in range(PER_CITY)}


def test_pictures_of_other_cells_have_no_say() -> None:
    """Paris by the classifier, though its look is that of a picture of Tokyo."""
    known, model = samples(), swc()
    tokyo = known.embeddings[2 * PER_CITY : 2 * PER_CITY + 1]
    model.mixture.classifier.bias[0] += 1000
    prediction = model.locate(tokyo)[0]
    assert prediction.geocells[0].name == "c0"
    assert {n.panorama for n in prediction.neighbours} == {f"p{n:02}" for n in range(PER_CITY)}
    assert haversine_km(model.retrieve(tokyo)[0], CITIES[2]) < 30  # no cell was asked for


def test_cells_within_reach_of_the_best_one_are_searched_with_it() -> None:
    """Paris by the classifier; it looks like Tokyo, and Tokyo is in reach or is not."""
    away_km = float(haversine_km(CITIES[0], CITIES[2]))
    for reach_km, best in ((away_km - 100, "p0"), (away_km + 100, "p2")):
        model = swc(config=replace(SWC_SMALL, reach_km=reach_km))
        tokyo = samples().embeddings[2 * PER_CITY : 2 * PER_CITY + 1]
        model.mixture.classifier.bias[0] += 1000
        prediction = model.locate(tokyo)[0]
        assert prediction.geocells[0].name == "c0"
        assert prediction.neighbours[0].panorama.startswith(best)


def test_an_empty_cell_is_its_mean() -> None:
    model = swc()
    query = model.mixture.classifier.weight[-1:]
    prediction = model.locate(query)[0]
    assert prediction.geocells[0].name == "c6"
    assert prediction.refined_guess == prediction.geocell_guess == (0.0, -150.0)
    assert prediction.neighbours == ()


def test_pictures_that_are_added_are_found() -> None:
    """Without a change to mixture and residual module."""
    model = swc()
    query = model.mixture.classifier.weight[-1:]
    added = make_segment(["new"], np.array([(0.5, -150.0)]), plain_residual()(query), np.array([6]))
    background = Background((*model.background.segments, added))
    grown = Swc(
        model.config, model.mixture, model.residual, background, encoder="e", bundle="grown"
    )
    assert grown.locate(query)[0].refined_guess == pytest.approx((0.5, -150.0))
    assert len(grown.background.panoramas) == 61


def test_an_evaluation_has_a_row_for_each_half_and_for_both() -> None:
    known, model = samples(), swc()
    found = answers_of(model, known.embeddings, known.points)
    assert set(found.guesses) == {"geocell", "refined", "guess", "retrieval"}
    assert found.guesses["retrieval"].tolist() == model.retrieve(known.embeddings).tolist()


def test_prediction_density_is_high_where_one_city_is_meant() -> None:
    model, known = swc(), samples()
    sure = model.prediction_densities(known.embeddings)
    assert (sure > 0.99).all()
    between = (model.mixture.classifier.weight[0] + model.mixture.classifier.weight[1]) / 2
    torn = model.prediction_densities(between[None])
    weights = np.exp(model.mixture.log_weights(between[None]))[0]
    assert torn == pytest.approx([weights.max()])  # no other city within 25 km


def test_parts_that_do_not_fit_are_refused() -> None:
    model = swc()
    other = make_segment(["a"], np.zeros((1, 2)), np.ones((1, 3), np.float32), np.zeros(1, int))
    with pytest.raises(ValueError, match=rf"of one dimension, got: \({DIM}, {DIM}, 3\)"):
        Swc(SWC, model.mixture, model.residual, Background((other,)), encoder="e", bundle="b")
    with pytest.raises(ValueError, match="eps_km: expected above 0 to 1000, got: 0"):
        replace(SWC, eps_km=0)
    with pytest.raises(ValueError, match="reach_km: expected 0 or more, got: -1"):
        replace(SWC, reach_km=-1)
    with pytest.raises(ValueError, match="expected 1 or more, got: 10, 0, 50"):
        replace(SWC, min_samples=0)
