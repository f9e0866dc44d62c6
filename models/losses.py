"""Losses of training. Torch."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from models.geo import EARTH_RADIUS_KM


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


def distances_km(points: Tensor, centroids: Tensor) -> Tensor:
    """Great-circle distances `(n, c)` of points `(n, 2)` to centroids `(c, 2)`, all in degrees.

    `models.geo.haversine_km` where the network is; a table of all points to all centroids would
    not fit for large corpora.
    """
    lat, lng = torch.deg2rad(points).unsqueeze(1).unbind(dim=-1)
    lats, lngs = torch.deg2rad(centroids).unsqueeze(0).unbind(dim=-1)
    chord = torch.sin((lats - lat) / 2).square()
    chord = chord + lat.cos() * lats.cos() * torch.sin((lngs - lng) / 2).square()
    return 2 * EARTH_RADIUS_KM * chord.clamp(max=1).sqrt().asin()


def info_nce(images: Tensor, texts: Tensor, scale: Tensor | float) -> Tensor:
    """CLIP's symmetric contrastive loss of embeddings `(n, d)`, pair by pair (arXiv:2103.00020).

    Each image is to pick its text among all, and each text its image.
    """
    similarities = (
        scale * functional.normalize(images, dim=-1) @ functional.normalize(texts, dim=-1).T
    )
    own = torch.arange(len(images), device=images.device)
    both = functional.cross_entropy(similarities, own) + functional.cross_entropy(
        similarities.T, own
    )
    return both / 2


def vmf_log_densities(vectors: Tensor, means: Tensor, kappas: Tensor) -> Tensor:
    """Log densities `(n, c)` of unit vectors `(n, 3)` under von Mises-Fisher `(c, 3)` and `(c,)`.

    `models.swc.mixture.vmf_log_densities` where the network is; see there.
    """
    chords = sum((vectors[:, None, axis] - means[None, :, axis]).square() for axis in range(3))
    norms = kappas.log() - math.log(2 * math.pi) - torch.log(-torch.expm1(-2 * kappas))
    return norms - kappas * chords / 2


FLOOR = 1e-9
"""Density that a mixture has everywhere, so that one place far from all costs not everything: as in
the release of Search within Cell."""


def vmf_mixture_loss(logits: Tensor, vectors: Tensor, means: Tensor, kappas: Tensor) -> Tensor:
    """Mean negative log likelihood, nats, of unit vectors `(n, 3)` under mixtures of `(n, c)`.

    Izbicki, Papalexakis and Tsotras, ECML PKDD 2019; components as in `vmf_log_densities`.
    """
    each = functional.log_softmax(logits, dim=-1) + vmf_log_densities(vectors, means, kappas)
    found = each.logsumexp(dim=-1)
    return -torch.logaddexp(found, torch.full_like(found, math.log(FLOOR))).mean()
