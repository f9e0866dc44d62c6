"""The head over panorama embeddings: geocells and auxiliary tasks. Torch.

PIGEON's heads are one linear layer each. Over a frozen encoder such layers share nothing, and the
auxiliary ones cannot change what the geocells' says; so a hidden layer stands before all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.heads import Heads, Targets, multi_task_sum, tensors_of
from models.training.feeds import Batch
from models.training.freezing import freeze, rest
from models.training.loop import optimiser_of
from models.training.recipe import Recipe, schedule
from models.training.trainee import normalised


class Head(nn.Module):
    """From panorama embeddings `(b, dim)` to logits `(b, c)` of geocells."""

    def __init__(self, dim: int, width: int, geocells: int, dropout: float) -> None:
        super().__init__()
        self.shared = nn.Sequential(
            nn.BatchNorm1d(dim, affine=False),  # whatever the scale of an encoder's embeddings
            nn.Linear(dim, width),
            nn.GELU(),
            nn.Dropout(dropout),
        )
        self.classifier = nn.Linear(width, geocells)
        self.heads = Heads(width)

    def forward(self, embeddings: Tensor) -> Tensor:
        """Logits."""
        logits: Tensor = self.classifier(self.shared(embeddings))
        return logits


class HeadLoss(nn.Module):
    """From a batch to the losses of a head, and of an image tower where there is one."""

    def __init__(
        self,
        head: Head,
        labels: Tensor,
        targets: Targets,
        recipe: Recipe,
        visual: Any = None,  # noqa: ANN401  open_clip is untyped
    ) -> None:
        """`labels` `(n, c)` are target probabilities of the training panoramas' geocells."""
        super().__init__()
        self.head, self.visual = head, visual
        self._labels, self._targets, self._tasks = labels, tensors_of(targets), recipe.tasks
        if visual is not None:
            freeze(visual, recipe.trained)
        head.heads.requires_grad_(recipe.tasks is not None)

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """`loss`, of which the geocells' part is `geocells`."""
        views = torch.from_numpy(batch.views)
        features = self.head.shared(views if self.visual is None else self._embedded(views))
        logs = functional.log_softmax(self.head.classifier(features).float(), dim=-1)
        rows, device = torch.from_numpy(batch.rows), logs.device
        geocells = -(self._labels[rows].to(device) * logs).sum(dim=-1).mean()
        if not self._tasks:
            return {"loss": geocells, "geocells": geocells}
        others = self.head.heads(features, *(target[rows].to(device) for target in self._targets))
        return {"loss": multi_task_sum(geocells, others, self._tasks), "geocells": geocells}

    def train(self, mode: bool = True) -> HeadLoss:
        """As of every module, but that what is frozen stays as in evaluation."""
        super().train(mode)
        if self.visual is not None:
            rest(self.visual)
        return self

    def _embedded(self, views: Tensor) -> Tensor:
        """Mean embeddings `(b, d)` of views `(b, v, h, w, 3)`."""
        views = views.to(self.head.classifier.weight.device)
        found = self.visual(normalised(views.flatten(0, 1), self.visual)).float()
        means: Tensor = found.reshape(*views.shape[:2], -1).mean(dim=1)
        return means


Draw = Callable[[NDArray[np.int64], np.random.Generator], NDArray[np.float32]]
"""Panorama embeddings `(b, d)` of training rows, disturbed by chance."""


def fit_head(learner: HeadLoss, draw: Draw, count: int, recipe: Recipe) -> Head:
    """Train the head on `count` panoramas in place, and return it: seconds, so in one go."""
    rng, optimiser = np.random.default_rng(recipe.seed), optimiser_of(learner, recipe)
    batch = min(recipe.batch, count)
    learner.train()
    torch.manual_seed(recipe.seed)  # of dropout
    for epoch in range(recipe.epochs):
        order = rng.permutation(count)
        for first in range(0, count - batch + 1, batch):
            part = (epoch + first / count) / recipe.epochs
            for group in optimiser.param_groups:
                group["lr"] = recipe.learning_rate * schedule(part, recipe)
            rows = order[first : first + batch]
            loss = learner(Batch(rows, draw(rows, rng)))["loss"]
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    learner.eval()
    return learner.head
