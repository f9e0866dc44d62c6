"""Training of the mixture over embeddings, and of the classifiers it is compared with. Torch.

All three end as a `Mixture`: the two classifiers with components that do not move, as wide as the
places of their cells lie.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import KDTree
from torch import Tensor, nn
from torch.nn import functional

from models.classifier import Classifier
from models.contrastive import Known
from models.geo import EARTH_RADIUS_KM, haversine_km, spherical_mean, to_points, to_unit_vectors
from models.losses import vmf_mixture_loss
from models.swc.config import SwcConfig
from models.swc.mixture import Mixture
from models.swc.s2 import adaptive_split
from models.training.recipe import HeadRecipe

Array = NDArray[np.float64]

LEVELS = (1, 8, 64)
"""Of the hierarchy, finest first: how many times more places a cell may have."""

WIDTH_RATE = 10.0
"""How much faster widths learn than weights."""

WIDEST_KM = 3000.0
"""No component becomes wider along one axis: that is half the Earth."""


class MixtureHead(nn.Module):
    """Weights by a linear layer; means and widths that learn.

    A mean is its start plus a shift in units of its starting width, and a width its start times
    `exp(WIDTH_RATE * growth)`, so that one learning rate fits all parameters.
    """

    def __init__(self, dim: int, starts: Array, sigmas_km: Array, least_sigma_km: float) -> None:
        super().__init__()
        self.linear = nn.Linear(dim, len(starts))
        self._sigmas = torch.from_numpy(sigmas_km / EARTH_RADIUS_KM).float()
        self._bounds = [km / EARTH_RADIUS_KM for km in (least_sigma_km, WIDEST_KM)]
        self._starts = torch.from_numpy(to_unit_vectors(starts)).float()
        self.shifts = nn.Parameter(torch.zeros(len(starts), 3))
        self.growths = nn.Parameter(torch.zeros(len(starts)))

    @property
    def means(self) -> Tensor:
        """Unit vectors `(c, 3)`."""
        return functional.normalize(self._starts + self._sigmas[:, None] * self.shifts, dim=-1)

    @property
    def kappas(self) -> Tensor:
        """`(c,)`."""
        sigmas = self._sigmas * (WIDTH_RATE * self.growths).exp()
        return sigmas.clamp(*self._bounds).pow(-2)

    def forward(self, embeddings: Tensor, vectors: Tensor) -> Tensor:
        """Loss of embeddings `(b, d)` of places `(b, 3)`, a scalar."""
        return vmf_mixture_loss(self.linear(embeddings), vectors, self.means, self.kappas)


class HierarchyHead(nn.Module):
    """Cross entropy over cells of some levels, finest first; one level is the plain classifier."""

    def __init__(self, dim: int, parents: list[NDArray[np.int64]]) -> None:
        super().__init__()
        counts = [int(of.max()) + 1 for of in parents]
        self.linears = nn.ModuleList(nn.Linear(dim, count) for count in counts)
        self.parents = [torch.from_numpy(of) for of in parents]

    def forward(self, embeddings: Tensor, cells: Tensor) -> Tensor:
        """Sum of the levels' losses of embeddings `(b, d)` in finest cells `(b,)`."""
        losses = [
            functional.cross_entropy(linear(embeddings), of.to(cells.device)[cells])
            for linear, of in zip(self.linears, self.parents, strict=True)
        ]
        return torch.stack(losses).sum()

    def folded(self) -> tuple[Tensor, Tensor]:
        """One linear layer whose softmax is the levels' product, brought to sum 1.

        A product of softmaxes is one of summed logits, but for a factor that all cells share.
        """
        weights = [of.weight[rows] for of, rows in self._pairs()]
        biases = [of.bias[rows] for of, rows in self._pairs()]
        return torch.stack(weights).sum(dim=0), torch.stack(biases).sum(dim=0)

    def _pairs(self) -> Iterator[tuple[nn.Linear, Tensor]]:
        for linear, rows in zip(self.linears, self.parents, strict=True):
            assert isinstance(linear, nn.Linear)
            yield linear, rows


def starting_means(points: Array, config: SwcConfig, times: int = 1) -> Array:
    """Middles `(c, 2)` of the S2 cells of training places `(n, 2)`.

    Raises:
        ValueError: no cell has enough places.
    """
    ids = adaptive_split(points, config.max_points * times, config.min_points, config.max_level)
    if ids.max(initial=-1) < 0:
        raise ValueError(
            f"expected an S2 cell of {config.min_points} or more places, got: {len(points)} places"
        )
    return np.array([spherical_mean(points[ids == cell]) for cell in range(ids.max() + 1)])


def fit_mixture(known: Known, config: SwcConfig, recipe: HeadRecipe, names: Namer) -> Mixture:
    """The published head: by the likelihood of the training places."""
    torch.manual_seed(recipe.seed)
    starts = starting_means(known.points, config)
    sigmas_km = _sigmas_km(known.points, _nearest(starts, known.points), starts, config)
    if config.sigma_km:
        sigmas_km = np.full(len(starts), config.sigma_km)
    head = MixtureHead(known.embeddings.shape[1], starts, sigmas_km, config.least_sigma_km)
    vectors = torch.from_numpy(to_unit_vectors(known.points)).float()
    scale = _learn(head, known, vectors, recipe)
    means = to_points(head.means.detach().double().cpu().numpy())
    kappas = head.kappas.detach().double().cpu().numpy()
    layer = _unscaled(head.linear.weight, head.linear.bias, *scale)
    return Mixture(names(means), means, kappas, layer)


def fit_cells(
    known: Known,
    config: SwcConfig,
    recipe: HeadRecipe,
    names: Namer,
    levels: tuple[int, ...] = (1,),
) -> Mixture:
    """A baseline: cross entropy over the cells the mixture starts from, or with `LEVELS` three."""
    torch.manual_seed(recipe.seed)
    tiers = [starting_means(known.points, config, times) for times in levels]
    parents = [_nearest(tier, tiers[0]) for tier in tiers]
    cells = _nearest(tiers[0], known.points)
    head = HierarchyHead(known.embeddings.shape[1], parents)
    scale = _learn(head, known, torch.from_numpy(cells), recipe)
    kappas = (EARTH_RADIUS_KM / _sigmas_km(known.points, cells, tiers[0], config)) ** 2
    return Mixture(names(tiers[0]), tiers[0], kappas, _unscaled(*head.folded(), *scale))


Namer = Callable[[Array], tuple[str, ...]]
"""Names for places `(n, 2)`."""


def _nearest(means: Array, points: Array) -> NDArray[np.int64]:
    found = KDTree(to_unit_vectors(means)).query(to_unit_vectors(points))[1]
    return np.asarray(found, dtype=np.int64)


def _sigmas_km(points: Array, cells: NDArray[np.int64], means: Array, config: SwcConfig) -> Array:
    """`(c,)`, along one axis: of each cell's places from its mean."""
    squares = haversine_km(points, means[cells]) ** 2
    counts = np.maximum(np.bincount(cells, minlength=len(means)), 1)
    spread = np.sqrt(np.bincount(cells, squares, len(means)) / counts / 2)
    return np.clip(spread, config.least_sigma_km, WIDEST_KM)


def _learn(
    head: nn.Module, known: Known, targets: Tensor, recipe: HeadRecipe
) -> tuple[Tensor, Tensor]:
    """Train in place on scaled embeddings; mean and deviation `(d,)` that they were scaled by."""
    inputs = torch.from_numpy(known.embeddings)
    mean, deviation = inputs.mean(dim=0), inputs.std(dim=0, correction=0).clamp(min=1e-6)
    inputs = (inputs - mean) / deviation
    steps = recipe.epochs * math.ceil(len(inputs) / recipe.batch)
    optimizer = torch.optim.AdamW(
        head.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    decay = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    head.train()
    for _ in range(recipe.epochs):
        for rows in torch.split(torch.randperm(len(inputs)), recipe.batch):
            loss = head(functional.dropout(inputs[rows], recipe.dropout), targets[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            decay.step()
    return mean, deviation


def _unscaled(weight: Tensor, bias: Tensor, mean: Tensor, deviation: Tensor) -> Classifier:
    """A layer over scaled embeddings as one over embeddings as they are."""
    plain = weight.detach() / deviation
    shifted = bias.detach() - plain @ mean
    return Classifier(plain.numpy().astype(np.float32), shifted.numpy().astype(np.float32))
