"""What is trained to place panoramas: image tower, classifier and auxiliary heads. Torch."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.heads import Heads, Targets, multi_task_sum, tensors_of
from models.losses import distances_km, haversine_smoothed_cross_entropy
from models.training.feeds import Batch
from models.training.freezing import freeze, rest
from models.training.recipe import Recipe, Tasks

OPENAI_MEAN = (0.48145466, 0.4578275, 0.40821073)
OPENAI_STD = (0.26862954, 0.26130258, 0.27577711)
"""open_clip's default normalisation."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What is to be told of each panorama."""

    points: NDArray[np.float64]
    """`(n, 2)` of the panoramas."""
    centroids: NDArray[np.float64]
    """`(c, 2)` of the geocells."""
    smoothing_km: float
    targets: Targets | None = None
    """Of the auxiliary heads, for a recipe with tasks."""
    start: str = ""
    """Name of the encoder that is started from."""

    def digest(self, recipe: Recipe) -> str:
        """What decides a training, but the pictures, in short."""
        digest = sha256(repr((recipe, self.smoothing_km, self.start)).encode())
        digest.update(self.points.tobytes())
        digest.update(self.centroids.tobytes())
        if self.targets:
            digest.update(self.targets.numbers.tobytes())
            digest.update(self.targets.month.tobytes())
        return digest.hexdigest()


class Trainee(nn.Module):
    """An open_clip image tower with a linear classifier over its panorama embeddings."""

    def __init__(self, model: Any, geocells: int, dim: int, dropout: float) -> None:  # noqa: ANN401
        super().__init__()
        self.visual = model.visual
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(dim, geocells)
        self.heads = Heads(dim)

    def embed(self, views: Tensor) -> Tensor:
        """Panoramas' embeddings `(b, d)` of uint8 views `(b, v, h, w, 3)`.

        Embeddings are given back as they are. A tower of which nothing learns is run without
        gradients.
        """
        views = views.to(self.classifier.weight.device)
        if views.ndim == 2:
            return views
        learns = any(parameter.requires_grad for parameter in self.visual.parameters())
        with torch.set_grad_enabled(learns and torch.is_grad_enabled()):
            embeddings = self.visual(normalised(views.flatten(0, 1), self.visual)).float()
        means: Tensor = embeddings.reshape(*views.shape[:2], -1).mean(dim=1)
        return means

    def forward(self, views: Tensor) -> Tensor:
        """Logits `(b, c)` of the geocells."""
        logits: Tensor = self.classifier(self.dropout(self.embed(views)))
        return logits

    def train(self, mode: bool = True) -> Trainee:
        """As of every module, but that what is frozen stays as in evaluation."""
        super().train(mode)
        rest(self.visual)
        return self


class PlacingLoss(nn.Module):
    """From a batch to the losses of a trainee: what the loop trains."""

    def __init__(self, trainee: Trainee, material: Material, recipe: Recipe) -> None:
        super().__init__()
        if recipe.tasks and material.targets is None:
            raise ValueError("tasks: expected targets for the auxiliary heads, got none")
        self.trainee = trainee
        self._smoothing_km = material.smoothing_km
        self._tasks: Tasks | None = recipe.tasks
        freeze(trainee.visual, recipe.trained)
        trainee.heads.requires_grad_(recipe.tasks is not None)
        # No buffers: they would be sent around the team at each step.
        self._points = torch.from_numpy(material.points.astype(np.float32))
        self._centroids = torch.from_numpy(material.centroids.astype(np.float32))
        self._targets = tensors_of(material.targets) if material.targets else ()

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """`loss`, and what it is the sum of where there are tasks."""
        embeddings = self.trainee.dropout(self.trainee.embed(torch.from_numpy(batch.views)))
        logits = self.trainee.classifier(embeddings).float()
        rows, device = torch.from_numpy(batch.rows), logits.device
        away_km = distances_km(self._points[rows].to(device), self._centroids.to(device))
        geocells = haversine_smoothed_cross_entropy(logits, away_km, self._smoothing_km)
        if self._tasks is None:
            return {"loss": geocells}
        targets = [target[rows].to(device) for target in self._targets]
        others: dict[str, Tensor] = self.trainee.heads(embeddings, *targets)
        return {
            "loss": multi_task_sum(geocells, others, self._tasks),
            "geocells": geocells,
        } | others


def normalised(pixels: Tensor, visual: Any = None) -> Tensor:  # noqa: ANN401  open_clip is untyped
    """uint8 `(n, h, w, 3)` to what the tower takes, float `(n, 3, h, w)`."""
    config = getattr(visual, "preprocess_cfg", {})
    values = config.get("mean", OPENAI_MEAN), config.get("std", OPENAI_STD)
    mean, std = (pixels.new_tensor(v, dtype=torch.float32) * 255 for v in values)
    return (pixels - mean).div_(std).permute(0, 3, 1, 2)
