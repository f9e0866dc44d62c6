"""The haversine-smoothed loss, against a plain loop and at its limits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.geo import haversine_km

if TYPE_CHECKING:
    import torch

pytestmark = pytest.mark.slow  # imports torch

CENTROIDS = np.array([(48.9, 2.4), (50.8, 4.4), (40.4, -3.7), (-33.9, 151.2)])
POINTS = np.array([(48.8, 2.2), (51.0, 4.0), (45.0, 0.0)])
CELLS = [0, 1, 0]
TAU_KM = 75.0


def distances() -> torch.Tensor:
    import torch

    return torch.from_numpy(haversine_km(POINTS[:, None], CENTROIDS[None]))


def test_against_the_papers_formula_in_a_plain_loop() -> None:
    import torch

    from models.losses import haversine_smoothed_cross_entropy

    logits = np.random.default_rng(0).normal(size=(3, 4))
    total = 0.0
    for n, (point, true) in enumerate(zip(POINTS, CELLS, strict=True)):
        to_true = haversine_km(CENTROIDS[true], point)
        labels = [math.exp(-(haversine_km(g, point) - to_true) / TAU_KM) for g in CENTROIDS]
        normaliser = math.log(sum(math.exp(x) for x in logits[n]))
        total -= sum(
            y / sum(labels) * (x - normaliser) for y, x in zip(labels, logits[n], strict=True)
        )
    loss = haversine_smoothed_cross_entropy(torch.from_numpy(logits), distances(), TAU_KM)
    assert loss.item() == pytest.approx(total / 3)


def test_targets_are_probabilities() -> None:
    """Fault 4 of the reference: its rows sum to 1.4 and more."""
    import torch

    from models.losses import haversine_smoothed_targets

    targets = haversine_smoothed_targets(distances(), TAU_KM)
    assert targets.sum(dim=1).tolist() == pytest.approx([1, 1, 1])
    assert torch.isfinite(haversine_smoothed_targets(distances().float(), 1e-3)).all()


def test_without_smoothing_it_is_cross_entropy() -> None:
    import torch

    from models.losses import haversine_smoothed_cross_entropy

    logits = torch.from_numpy(np.random.default_rng(1).normal(size=(3, 4)))
    hard = torch.nn.functional.cross_entropy(logits, torch.tensor(CELLS))
    loss = haversine_smoothed_cross_entropy(logits, distances(), 1e-6)
    assert loss.item() == pytest.approx(hard.item())


def test_nearer_mistakes_cost_less() -> None:
    import torch

    from models.losses import haversine_smoothed_cross_entropy

    def cost(guess: int) -> float:
        logits = torch.full((1, 4), -3.0, dtype=torch.float64)
        logits[0, guess] = 3.0
        return float(haversine_smoothed_cross_entropy(logits, distances()[:1], 200.0))

    paris, brussels, madrid, sydney = (cost(guess) for guess in range(4))
    assert paris < brussels < madrid < sydney + 1e-9


def test_distances_are_those_of_geography_in_single_precision_too() -> None:
    import torch

    from models.losses import distances_km

    rng = np.random.default_rng(2)
    near = np.array([(48.85, 2.35), (48.851, 2.352), (0, 180), (0, -180), (90, 0), (-90, 12)])
    points = np.vstack([near, rng.uniform((-90, -180), (90, 180), (50, 2))])
    found = distances_km(*(torch.from_numpy(points.astype(np.float32)),) * 2)
    expected = haversine_km(points[:, None], points[None])
    assert found.numpy() == pytest.approx(expected, abs=0.2, rel=1e-3)


def test_info_nce_in_a_plain_loop() -> None:
    import torch

    from models.losses import info_nce

    rng = np.random.default_rng(3)
    images, texts, scale = rng.normal(size=(4, 6)), rng.normal(size=(4, 6)), 7.0

    def cosine(a: np.ndarray, b: np.ndarray) -> float:
        return float(a @ b / math.sqrt((a @ a) * (b @ b)))

    total = 0.0
    for own in range(4):
        to_texts = [math.exp(scale * cosine(images[own], text)) for text in texts]
        to_images = [math.exp(scale * cosine(image, texts[own])) for image in images]
        total -= math.log(to_texts[own] / sum(to_texts)) + math.log(to_images[own] / sum(to_images))
    loss = info_nce(torch.from_numpy(images), torch.from_numpy(texts), scale)
    assert loss.item() == pytest.approx(total / 8)
