"""The loss that the benchmark compares with is the reference's, and equal where it should be."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow  # imports torch


def test_with_hard_labels_both_are_cross_entropy_with_the_nearest() -> None:
    import torch

    from models.bench_loss import reference
    from models.losses import distances_km, haversine_smoothed_cross_entropy

    torch.manual_seed(1)
    span = torch.tensor([180.0, 360.0])
    points, centroids = ((torch.rand(n, 2) - 0.5) * span for n in (6, 20))
    logits = torch.randn(6, 20)
    away_km = distances_km(points, centroids)
    nearest = torch.nn.functional.cross_entropy(logits, away_km.argmin(dim=1)).item()
    assert reference(logits, points, centroids, 0.01).item() == pytest.approx(nearest, rel=1e-5)
    ours = haversine_smoothed_cross_entropy(logits, away_km, 0.01)
    assert ours.item() == pytest.approx(nearest, rel=1e-5)


def test_the_table() -> None:
    from models.bench_loss import loss_table

    assert loss_table(4, 30).row_count == 1
