"""The smoothed loss beside the reference's behaviour, restated in plain loops."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from rich.table import Table
from torch import Tensor

from models.losses import distances_km, haversine_smoothed_cross_entropy

BATCH, GEOCELLS, TAU_KM = 256, 2203, 75.0
"""Of PIGEON."""

RADIUS_KM = 6378.137
"""The reference's."""


def loss_table(batch: int = BATCH, geocells: int = GEOCELLS) -> Table:
    """CPU seconds of one step's loss and gradient."""
    torch.manual_seed(0)
    span = torch.tensor([180.0, 360.0])
    points, centroids = ((torch.rand(n, 2) - 0.5) * span for n in (batch, geocells))
    logits = torch.randn(batch, geocells)
    ours_s = _timed(lambda x: _ours(x, points, centroids), logits)
    theirs_s = _timed(lambda x: reference(x, points, centroids), logits)
    table = Table("", "homing", "reference", "times faster", title="Smoothed loss")
    row = (f"{ours_s * 1e3:.1f} ms", f"{theirs_s * 1e3:.1f} ms", f"{theirs_s / ours_s:.0f}")
    table.add_row(f"{batch} panoramas, {geocells:,} geocells", *row)
    return table


def _ours(logits: Tensor, points: Tensor, centroids: Tensor) -> Tensor:
    return haversine_smoothed_cross_entropy(logits, distances_km(points, centroids), TAU_KM)


def reference(logits: Tensor, points: Tensor, centroids: Tensor, tau_km: float = TAU_KM) -> Tensor:
    """Panorama by panorama: distances, labels beside the nearest centroid's, cross entropy."""
    losses = []
    for point, scores in zip(points, logits, strict=True):
        away_km = _haversine_km(point, centroids)
        labels = torch.exp(-(away_km - away_km.min()) / tau_km).nan_to_num()
        losses.append(-(labels * torch.log_softmax(scores, dim=0)).sum())
    return torch.stack(losses).mean()


def _haversine_km(point: Tensor, centroids: Tensor) -> Tensor:
    lat, lng = torch.deg2rad(point)
    lats, lngs = torch.deg2rad(centroids).T
    chord = torch.sin((lats - lat) / 2) ** 2
    chord = chord + torch.cos(lat) * torch.cos(lats) * torch.sin((lngs - lng) / 2) ** 2
    return 2 * RADIUS_KM * torch.asin(torch.sqrt(chord))


def _timed(loss: Callable[[Tensor], Tensor], logits: Tensor, times: int = 5) -> float:
    """The best of a few runs."""
    took = []
    for _ in range(times):
        learned = logits.clone().requires_grad_()
        started = time.process_time()
        loss(learned).backward()  # type: ignore[no-untyped-call]
        took.append(time.process_time() - started)
    return min(took)
