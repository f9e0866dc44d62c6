"""The training loop: encoder and classifier together, by haversine-smoothed cross entropy."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.artefact import written
from models.encoder import image_px
from models.geo import haversine_km
from models.losses import haversine_smoothed_cross_entropy
from models.view_batches import Augmentation, Pictures, batches

CHECKPOINT = "checkpoint.pt"
METRICS = "metrics.jsonl"

OPENAI_MEAN = (0.48145466, 0.4578275, 0.40821073)
OPENAI_STD = (0.26862954, 0.26130258, 0.27577711)
"""open_clip's default normalisation, which `models.encoder` applies to every image."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train."""

    epochs: int
    batch: int
    """Panoramas a step."""
    views: int
    """Views of a panorama a step, of its four; their embeddings are averaged."""
    learning_rate: float
    """At its height: a linear rise over the first twentieth, then half a cosine to 0."""
    weight_decay: float
    dropout: float
    """Of the panorama's embedding, before the classifier."""
    seed: int
    augmentation: Augmentation


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What is trained on."""

    pictures: Sequence[Pictures]
    points: NDArray[np.float64]
    """`(n, 2)` of the panoramas."""
    centroids: NDArray[np.float64]
    """`(c, 2)` of the geocells."""
    smoothing_km: float


class CheckpointError(ValueError):
    """A checkpoint is of another training."""


class Trainee(nn.Module):
    """An open_clip image tower with a linear classifier over its panorama embeddings."""

    def __init__(self, model: Any, geocells: int, dim: int, dropout: float) -> None:  # noqa: ANN401
        super().__init__()
        self.visual = model.visual
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(dim, geocells)

    def forward(self, pixels: Tensor) -> Tensor:
        """Logits `(b, c)` for uint8 views `(b, v, h, w, 3)`, on whatever device."""
        count, views = pixels.shape[:2]
        inputs = normalised(pixels.flatten(0, 1).to(self.classifier.weight.device))
        embeddings = self.visual(inputs).float()
        means = embeddings.unflatten(0, (count, views)).mean(dim=1)
        logits: Tensor = self.classifier(self.dropout(means))
        return logits


def normalised(pixels: Tensor) -> Tensor:
    """uint8 `(n, h, w, 3)` to what the tower takes, float `(n, 3, h, w)`."""
    mean, std = (pixels.new_tensor(v, dtype=torch.float32) * 255 for v in (OPENAI_MEAN, OPENAI_STD))
    return ((pixels.float() - mean) / std).permute(0, 3, 1, 2)


Validate = Callable[[Trainee], dict[str, float]]


def fit(
    trainee: Trainee, material: Material, recipe: Recipe, folder: Path, validate: Validate
) -> Trainee:
    """Train in place and return it.

    After each epoch `folder` holds a checkpoint and a line more in `metrics.jsonl`; a call with
    the same arguments goes on after the last whole epoch.

    Raises:
        CheckpointError: the folder's checkpoint is of another recipe or material.
    """
    asked = _digest(material, recipe)
    optimiser = torch.optim.AdamW(
        _parameter_groups(trainee, recipe.weight_decay), lr=recipe.learning_rate
    )
    done = _resume(trainee, optimiser, folder / CHECKPOINT, asked)
    distances = torch.from_numpy(
        haversine_km(material.points[:, None], material.centroids[None]).astype(np.float32)
    ).to(trainee.classifier.weight.device)
    for epoch in range(done, recipe.epochs):
        started = time.monotonic()
        torch.manual_seed(recipe.seed + epoch)  # dropout, the same in a resumed run
        loss = _epoch(trainee, optimiser, material, distances, recipe, epoch)
        seconds = time.monotonic() - started
        line = {"epoch": epoch + 1, "loss": loss, "train_s": seconds} | validate(trainee)
        _save_checkpoint(trainee, optimiser, epoch + 1, folder / CHECKPOINT, asked)
        with (folder / METRICS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        left = (recipe.epochs - epoch - 1) * (time.monotonic() - started)
        shown = "  ".join(f"{name} {value:.3g}" for name, value in line.items())
        print(f"{shown}  of {recipe.epochs} epochs, {left / 60:.0f} min left", flush=True)
    return trainee


def _epoch(
    trainee: Trainee,
    optimiser: torch.optim.Optimizer,
    material: Material,
    distances: Tensor,
    recipe: Recipe,
    epoch: int,
) -> float:
    """Mean loss of one pass over the panoramas."""
    trainee.train()
    fast = bfloat16_is_fast(distances.device)
    steps = len(material.pictures) // recipe.batch
    losses = []
    drawn = batches(
        material.pictures,
        np.random.default_rng((recipe.seed, epoch)),
        batch=recipe.batch,
        views=recipe.views,
        size_px=image_px(trainee.visual),
        with_=recipe.augmentation,
    )
    for step, (rows, views) in enumerate(drawn):
        part = (epoch * steps + step) / (recipe.epochs * steps)
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * schedule(part)
        with torch.autocast(distances.device.type, torch.bfloat16, enabled=fast):
            logits = trainee(torch.from_numpy(views))
        loss = haversine_smoothed_cross_entropy(
            logits.float(), distances[rows], material.smoothing_km
        )
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.item())
    return float(np.mean(losses))


def schedule(part: float) -> float:
    """Share of the full learning rate once `part` of the training, in [0, 1), is over."""
    warm_up = 0.05
    if part < warm_up:
        return (part + 0.001) / (warm_up + 0.001)
    return float((1 + np.cos(np.pi * (part - warm_up) / (1 - warm_up))) / 2)


def _parameter_groups(trainee: Trainee, weight_decay: float) -> list[dict[str, Any]]:
    """Matrices decay; biases, gains and position embeddings do not."""
    parameters = list(trainee.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]


def bfloat16_is_fast(device: torch.device) -> bool:
    """Whether the device multiplies bfloat16 in hardware; elsewhere it would be emulated."""
    return device.type == "cuda" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))


def _save_checkpoint(
    trainee: Trainee, optimiser: torch.optim.Optimizer, epochs: int, path: Path, asked: str
) -> None:
    state = {
        "asked": asked,
        "epochs": epochs,
        "trainee": trainee.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    with written(path) as temporary:
        torch.save(state, temporary)


def _digest(material: Material, recipe: Recipe) -> str:
    """What decides a training, but the pictures, in short."""
    digest = sha256(repr((recipe, material.smoothing_km)).encode())
    digest.update(material.points.tobytes())
    digest.update(material.centroids.tobytes())
    return digest.hexdigest()


def _resume(trainee: Trainee, optimiser: torch.optim.Optimizer, path: Path, asked: str) -> int:
    """Epochs already done."""
    if not path.is_file():
        return 0
    state = torch.load(path, map_location="cpu", weights_only=True)
    if state.get("asked") != asked:
        raise CheckpointError(
            f"{path}: expected a checkpoint of this recipe and pack, got one of another; "
            "delete it to start anew"
        )
    trainee.load_state_dict(state["trainee"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["epochs"])
