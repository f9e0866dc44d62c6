"""The heads learn made-up worlds; losses against the numpy density and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.geo import haversine_km, to_unit_vectors
from models.swc.config import SWC
from tests.models.small_models import CITIES, DIM, PER_CITY, points, samples

pytestmark = pytest.mark.slow  # imports torch

SMALL = replace(SWC, max_points=PER_CITY, min_points=2, sigma_km=0, least_sigma_km=1)


def recipe(**changes):
    from models.training.recipe import HeadRecipe

    how = {"epochs": 30, "batch": 16, "learning_rate": 0.02, "weight_decay": 0.0}
    return HeadRecipe(**{**how, "dropout": 0.0, "seed": 1, **changes})


def known():
    from models.contrastive import Known

    return Known(samples().embeddings, points())


def names(places) -> tuple[str, ...]:
    return tuple(map(str, range(len(places))))


def test_densities_are_those_of_numpy() -> None:
    import torch

    from models.losses import vmf_log_densities
    from models.swc.mixture import vmf_log_densities as in_numpy

    rng = np.random.default_rng(1)
    vectors, means = (to_unit_vectors(rng.uniform(-80, 80, (n, 2))) for n in (5, 4))
    kappas = np.array([1e-3, 2.0, 1e4, 1e9])
    found = vmf_log_densities(*map(torch.from_numpy, (vectors, means, kappas)))
    assert found.numpy() == pytest.approx(in_numpy(vectors, means, kappas))


def test_gradients_stay_finite_for_all_widths() -> None:
    import torch

    from models.losses import vmf_mixture_loss

    logits = torch.zeros(3, 4, requires_grad=True)
    kappas = torch.tensor([1e-3, 10.0, 1e5, 1e9], requires_grad=True)
    means = torch.eye(3)[[0, 1, 2, 0]].requires_grad_()
    loss = vmf_mixture_loss(logits, torch.eye(3), means, kappas)
    loss.backward()
    for learned in (logits, kappas, means):
        assert torch.isfinite(learned.grad).all()


def test_the_loss_of_an_even_belief_is_that_of_the_sphere() -> None:
    import torch

    from models.losses import vmf_mixture_loss

    loss = vmf_mixture_loss(
        torch.zeros(2, 1), torch.eye(3)[:2], torch.eye(3)[2:], torch.tensor([1e-3])
    )
    assert loss.item() == pytest.approx(np.log(4 * np.pi), abs=1e-3)


def test_a_mixture_learns_where_cities_are() -> None:
    from models.swc.learning import fit_mixture

    mixture = fit_mixture(known(), SMALL, recipe(), names)
    top = mixture.log_weights(samples().embeddings).argmax(axis=1)
    assert haversine_km(mixture.means[top], points()).max() < 30
    before = fit_mixture(known(), SMALL, recipe(epochs=0), names)
    embeddings = samples().embeddings
    gained = mixture.log_densities(embeddings, points()) - before.log_densities(
        embeddings, points()
    )
    assert gained.mean() > 1


def test_means_and_widths_move_to_where_the_places_are() -> None:
    """One component that starts 100 km wide around places of 20 km."""
    from models.contrastive import Known
    from models.swc.learning import fit_mixture

    rng = np.random.default_rng(3)
    places = np.array([0.0, 10.0]) + rng.normal(scale=20 / 111.2, size=(400, 2))
    alone = Known(rng.normal(size=(400, 4)).astype(np.float32), places)
    config = replace(SMALL, max_points=1000, sigma_km=100)
    mixture = fit_mixture(alone, config, recipe(epochs=60, batch=100), names)
    assert len(mixture) == 1
    assert mixture.spreads_km[0] / 2**0.5 == pytest.approx(20, rel=0.1)
    assert haversine_km(mixture.means[0], (0, 10)) < 5


@pytest.mark.parametrize("levels", [(1,), (1, 2, 6)])
def test_classifiers_over_cells_learn_the_same_cities(levels) -> None:
    from models.swc.learning import fit_cells

    mixture = fit_cells(known(), SMALL, recipe(), names, levels)
    top = mixture.log_weights(samples().embeddings).argmax(axis=1)
    assert (top == mixture.locate(points())).mean() > 0.9
    assert haversine_km(mixture.means[top], points()).max() < 30


def test_a_hierarchy_is_the_product_of_its_levels() -> None:
    import torch

    from models.swc.learning import HierarchyHead

    torch.manual_seed(1)
    head = HierarchyHead(3, [np.arange(4), np.array([0, 0, 1, 1])])
    x = torch.randn(5, 3)
    fine, coarse = (linear(x).softmax(dim=1) for linear in head.linears)
    product = fine * coarse[:, [0, 0, 1, 1]]
    weight, bias = head.folded()
    folded = (x @ weight.T + bias).softmax(dim=1)
    assert torch.allclose(folded, product / product.sum(dim=1, keepdim=True), atol=1e-6)


def test_too_few_places_are_refused() -> None:
    from models.swc.learning import starting_means

    with pytest.raises(ValueError, match="expected an S2 cell of 50 or more places, got: 60"):
        starting_means(points(), SWC)
    assert len(starting_means(points(), SMALL)) >= len(CITIES)
    assert samples().embeddings.shape[1] == DIM
