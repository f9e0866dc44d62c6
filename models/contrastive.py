"""Training of the residual retrieval module: near places are pulled together. Torch.

The release has no code for it. Here each picture is to pick one taken near by among others', the
hard ones too: far places that look most alike (InfoNCE, arXiv:1807.03748).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import KDTree
from torch import Tensor, nn
from torch.nn import functional

from models.geo import EARTH_RADIUS_KM, to_unit_vectors
from models.residual import EPSILON, Residual
from models.training.recipe import ContrastiveRecipe

Rows = NDArray[np.int64]

POOL = 4096
"""Pictures, drawn anew each epoch, among which the hard negatives are looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is learned from."""

    embeddings: NDArray[np.float32]
    """`(n, d)`."""
    points: NDArray[np.float64]
    """`(n, 2)`."""


class ResidualModule(nn.Module):
    """`models.residual.Residual` as it learns; at the start it changes little."""

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.first, self.last = (nn.LayerNorm(dim, eps=EPSILON) for _ in range(2))
        self.wide, self.narrow = nn.Linear(dim, hidden), nn.Linear(hidden, dim)
        nn.init.zeros_(self.narrow.weight)

    def forward(self, embeddings: Tensor, dropout: float = 0.0) -> Tensor:
        """Unit vectors `(n, d)` of embeddings `(n, d)`."""
        x = self.first(embeddings)
        x = functional.dropout(x, dropout)
        x = x + self.narrow(functional.relu(self.wide(x)))
        return functional.normalize(self.last(x), dim=-1)

    def exported(self) -> Residual:
        """The same for numpy."""
        tensors = (
            *(self.first.weight, self.first.bias, self.wide.weight, self.wide.bias),
            *(self.narrow.weight, self.narrow.bias, self.last.weight, self.last.bias),
        )
        return Residual(*(t.detach().cpu().numpy().astype(np.float32) for t in tensors))


def fit_residual(known: Known, recipe: ContrastiveRecipe) -> Residual:
    """Train a module on pictures whose places are known.

    Raises:
        ValueError: no two pictures are near each other.
    """
    how = recipe.head
    torch.manual_seed(how.seed)
    rng = np.random.default_rng(how.seed)
    inputs, vectors = torch.from_numpy(known.embeddings), to_unit_vectors(known.points)
    near = near_rows(vectors, recipe)
    anchors = np.flatnonzero(near[:, 0] >= 0)
    if len(anchors) == 0:
        raise ValueError(f"expected pictures within {recipe.far_km} km of each other, got none")
    module = ResidualModule(inputs.shape[1], recipe.hidden)
    optimizer = torch.optim.AdamW(
        module.parameters(), lr=how.learning_rate, weight_decay=how.weight_decay
    )
    steps = how.epochs * math.ceil(len(anchors) / how.batch)
    decay = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(how.epochs):
        hard = look_alikes(module, inputs, vectors, recipe, rng)
        order = rng.permutation(anchors)
        for first in range(0, len(order), how.batch):
            rows = order[first : first + how.batch]
            loss = _loss(module, inputs, vectors, rows, _drawn(near[rows], rng), hard[rows], recipe)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            decay.step()
    return module.exported()


def near_rows(vectors: NDArray[np.float64], recipe: ContrastiveRecipe) -> Rows:
    """The nearest pictures `(n, positives)` of each, at unit vectors `(n, 3)`; -1: none.

    Those within `near_km`, but at least the nearest one within `far_km`.
    """
    k = np.arange(2, recipe.positives + 2)  # the first is the picture itself
    chords, rows = KDTree(vectors).query(vectors, k=k)
    limits = np.full(len(k), _chord(recipe.near_km))
    limits[0] = _chord(recipe.far_km)
    return np.asarray(np.where(chords <= limits, rows, -1), dtype=np.int64)


def _chord(km: float) -> float:
    return 2 * math.sin(min(km / EARTH_RADIUS_KM, math.pi) / 2)


def _drawn(near: Rows, rng: np.random.Generator) -> Rows:
    """One of each row's, `(b,)`."""
    counts = (near >= 0).sum(axis=1)
    return np.asarray(near[np.arange(len(near)), rng.integers(counts)])


def look_alikes(
    module: ResidualModule,
    inputs: Tensor,
    vectors: NDArray[np.float64],
    recipe: ContrastiveRecipe,
    rng: np.random.Generator,
) -> Rows:
    """For each picture the far one `(n,)`, of a random pool, that is now most similar to it."""
    pool = rng.permutation(len(inputs))[:POOL]
    with torch.inference_mode():
        found = module(inputs)
        others = torch.from_numpy(vectors[pool])
        parts = []
        for part, at in zip(
            torch.split(found, 1024), torch.split(torch.from_numpy(vectors), 1024), strict=True
        ):
            similar = part @ found[pool].T
            similar[_too_near(at, others, recipe.far_km)] = -torch.inf
            parts.append(similar.argmax(dim=1).numpy())
    return np.asarray(pool[np.concatenate(parts)])


def _too_near(at: Tensor, others: Tensor, far_km: float) -> Tensor:
    """Which of unit vectors `(m, 3)` are no negatives of `(n, 3)`, `(n, m)`."""
    return torch.cdist(at, others, compute_mode="donot_use_mm_for_euclid_dist") < _chord(far_km)


def _loss(
    module: ResidualModule,
    inputs: Tensor,
    vectors: NDArray[np.float64],
    rows: Rows,
    positives: Rows,
    hard: Rows,
    recipe: ContrastiveRecipe,
) -> Tensor:
    """Of a batch `(b,)`: to pick one's positive among all positives and hard negatives."""
    others = np.concatenate([positives, hard])
    both = module(inputs[np.concatenate([rows, others])], recipe.head.dropout)
    logits = both[: len(rows)] @ both[len(rows) :].T / recipe.temperature
    near = _too_near(
        torch.from_numpy(vectors[rows]), torch.from_numpy(vectors[others]), recipe.far_km
    )
    own = torch.arange(len(rows))
    near[own, own] = False
    return functional.cross_entropy(logits.masked_fill(near, -torch.inf), own)
