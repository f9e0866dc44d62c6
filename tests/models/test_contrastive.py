"""The retrieval module: numpy as torch, and near places come together."""

from __future__ import annotations

import numpy as np
import pytest

from models.geo import destination, haversine_km, to_unit_vectors

pytestmark = pytest.mark.slow  # imports torch


def recipe(epochs: int = 20, **changes):
    from models.training.recipe import ContrastiveRecipe, HeadRecipe

    head = HeadRecipe(epochs, 32, 3e-3, 0.0, 0.0, 1)
    how = {"hidden": 64, "near_km": 10.0, "far_km": 100.0, "positives": 3, "temperature": 0.1}
    return ContrastiveRecipe(head=head, **{**how, **changes})


def misleading(n: int = 60, seed: int = 1):
    """Pairs of places 5 km apart. 4 numbers tell the place, 8 louder ones are weather."""
    from models.contrastive import Known

    rng = np.random.default_rng(seed)
    first = rng.uniform((-50, -170), (60, 170), (n, 2))
    places = np.vstack([first, destination(first, 90.0, np.full(n, 5.0))])
    look = np.tile(rng.normal(size=(n, 4)), (2, 1))
    return Known(np.hstack([look, 3 * rng.normal(size=(2 * n, 8))]).astype(np.float32), places)


def partner_found(vectors, n: int) -> float:
    similar = vectors @ vectors.T - 2 * np.eye(2 * n)
    return float((similar.argmax(axis=1) == (np.arange(2 * n) + n) % (2 * n)).mean())


def test_near_places_come_together() -> None:
    from models.contrastive import fit_residual
    from models.samples import unit

    known = misleading()
    before = partner_found(unit(known.embeddings), 60)
    after = partner_found(fit_residual(known, recipe(60))(known.embeddings), 60)
    assert before < 0.2
    assert after > before + 0.4


def test_numpy_says_what_torch_says() -> None:
    import torch

    from models.contrastive import ResidualModule

    torch.manual_seed(1)
    module = ResidualModule(12, 40)
    torch.nn.init.normal_(module.narrow.weight)
    for norm in (module.first, module.last):
        torch.nn.init.normal_(norm.weight)
        torch.nn.init.normal_(norm.bias)
    x = np.random.default_rng(1).normal(size=(9, 12)).astype(np.float32)
    wanted = module(torch.from_numpy(x)).detach().numpy()
    found = module.exported()(x)
    assert found == pytest.approx(wanted, abs=1e-5)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)


def test_positives_are_the_nearest_places() -> None:
    from models.contrastive import near_rows

    line = destination((10.0, 20.0), 90.0, np.array([0, 4, 9, 60, 500, 3000]))
    found = near_rows(to_unit_vectors(line), recipe())
    assert found.tolist() == [
        [1, 2, -1],
        [0, 2, -1],
        [1, 0, -1],
        [2, -1, -1],  # none within 10 km: the nearest one, for it is within 100
        [-1, -1, -1],
        [-1, -1, -1],
    ]


def test_hard_negatives_are_far_look_alikes() -> None:
    import torch

    from models.contrastive import ResidualModule, look_alikes

    known = misleading()
    torch.manual_seed(1)
    module = ResidualModule(12, 40)
    inputs, vectors = torch.from_numpy(known.embeddings), to_unit_vectors(known.points)
    found = look_alikes(module, inputs, vectors, recipe(), np.random.default_rng(1))
    apart_km = haversine_km(known.points[:, None], known.points[None])
    seen = module(inputs).detach().numpy()
    similar = np.where(apart_km >= 100, seen @ seen.T, -np.inf)
    assert found.tolist() == similar.argmax(axis=1).tolist()


def test_places_all_alone_are_refused() -> None:
    from models.contrastive import Known, fit_residual

    far = Known(np.ones((3, 4), np.float32), np.array([(0.0, 0.0), (0, 90), (0, 180)]))
    with pytest.raises(ValueError, match=r"expected pictures within 100.0 km of each other"):
        fit_residual(far, recipe())
