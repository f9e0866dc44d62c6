"""Losses of training. Torch."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def haversine_smoothed_targets(distances_km: Tensor, tau_km: float) -> Tensor:
    """Target probabilities `(n, c)` from distances `(n, c)` of locations to geocell centroids.

    PIGEON (Haas et al., CVPR 2024, section 3.3) gives geocell `i` of a location `x` in cell `n`
    the label `exp(-(d(g_i, x) - d(g_n, x)) / tau)`. Divided by their sum, so that each location
    weighs the same however dense its surroundings are, the true cell's distance cancels out and
    what remains is a softmax of `-d(g_i, x) / tau`. For tau -> 0 it is the nearest centroid alone.
    """
    return functional.softmax(-distances_km / tau_km, dim=-1)


def haversine_smoothed_cross_entropy(logits: Tensor, distances_km: Tensor, tau_km: float) -> Tensor:
    """Mean cross entropy of logits `(n, c)` against the smoothed targets, a scalar.

    PIGEON has tau 75 km with 2,203 geocells, PIGEOTTO 65 km; coarser geocells want a larger one.
    """
    targets = haversine_smoothed_targets(distances_km, tau_km)
    return -(targets * functional.log_softmax(logits, dim=-1)).sum(dim=-1).mean()
