"""How to train: all that decides the outcome, but the material."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import Literal

from models.training.views import Augmentation

Trained = Literal["all", "last block", "head"]
"""What of the network learns: all of it; the image tower's last block and what follows; or the
linear layers alone, over the embeddings of the frozen tower."""


@dataclass(frozen=True, slots=True)
class Tasks:
    """Weights of the auxiliary losses beside the geocells' of 1 (PIGEON's released training)."""

    numbers: float = 8
    """Mean squared error of the six standardised numbers."""
    climate: float = 2
    month: float = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train."""

    epochs: int
    batch: int
    """Panoramas a step, of all processes together."""
    views: int
    """Views of a panorama a step, of its four; their embeddings are averaged."""
    learning_rate: float
    """At its height: a linear rise over `warm_up`, then `decay` to 0."""
    weight_decay: float
    dropout: float
    """Of the panorama's embedding, before the classifier."""
    seed: int
    augmentation: Augmentation
    trained: Trained = "all"
    tasks: Tasks | None = None
    """None: geocells alone."""
    accumulate: int = 1
    """Parts that a process's share of a batch is cut into, one after the other, to save memory."""
    warm_up: float = 0.05
    """Share of the training."""
    decay: Literal["cosine", "linear"] = "cosine"
    betas: tuple[float, float] = (0.9, 0.999)
    """Of AdamW."""
    epsilon: float = 1e-8
    """Of AdamW."""
    precision: Literal["mixed", "float32"] = "mixed"
    """Mixed: the network's products in bfloat16, on devices that have it in hardware."""

    def part_of_rank(self, ranks: int) -> int:
        """Panoramas that each of so many processes sees at once.

        Raises:
            ValueError: the batch cannot be shared like that.
        """
        part, left = divmod(self.batch, ranks * self.accumulate)
        if left or not part:
            raise ValueError(
                f"batch: expected a multiple of {ranks} processes x {self.accumulate} parts, "
                f"got: {self.batch}"
            )
        return part


@dataclass(frozen=True, slots=True)
class HeadRecipe:
    """How a head over embeddings learns."""

    epochs: int
    batch: int
    learning_rate: float
    weight_decay: float
    dropout: float
    seed: int


@dataclass(frozen=True, slots=True)
class ContrastiveRecipe:
    """How the retrieval module learns."""

    head: HeadRecipe
    hidden: int
    """Units of the residual layer."""
    near_km: float
    """Pictures this near are positives; the nearest one is up to `far_km`."""
    far_km: float
    """From here on pictures are negatives; between the two they are neither."""
    positives: int
    """Nearest ones of which the positive is drawn."""
    temperature: float
    """Divides the cosines."""


def schedule(part: float, recipe: Recipe) -> float:
    """Share of the full learning rate once `part` of the training, in [0, 1), is over."""
    if part < recipe.warm_up:
        return (part + 0.001) / (recipe.warm_up + 0.001)
    left = 1 - (part - recipe.warm_up) / (1 - recipe.warm_up)
    return left if recipe.decay == "linear" else (1 - cos(pi * left)) / 2
