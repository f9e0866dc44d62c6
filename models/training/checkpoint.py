"""Where a training is, on disk."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn

from models.artefact import written

CHECKPOINT = "checkpoint.pt"


class CheckpointError(ValueError):
    """A checkpoint is of another training."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a training is: whole epochs, then steps of the next, and the sum of their losses."""

    epoch: int = 0
    step: int = 0
    total: float = 0.0


def save_checkpoint(
    folder: Path, learner: nn.Module, optimiser: torch.optim.Optimizer, place: Place, asked: str
) -> None:
    """Write all that a training needs to go on; `asked` tells it from others."""
    state = {
        "asked": asked,
        "place": asdict(place),
        "learner": learner.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    with written(folder / CHECKPOINT) as temporary:
        torch.save(state, temporary)


def resume(folder: Path, learner: nn.Module, optimiser: torch.optim.Optimizer, asked: str) -> Place:
    """Bring learner and optimiser to where the folder's checkpoint is, if there is one.

    Raises:
        CheckpointError: it is of another training.
    """
    path = folder / CHECKPOINT
    if not path.is_file():
        return Place()
    state = torch.load(path, map_location="cpu", weights_only=True)
    if state.get("asked") != asked:
        raise CheckpointError(
            f"{path}: expected a checkpoint of this recipe and pack, got one of another; "
            "delete it to start anew"
        )
    learner.load_state_dict(state["learner"])
    optimiser.load_state_dict(state["optimiser"])
    return Place(**state["place"])
