"""Which weights learn. Torch."""

from __future__ import annotations

import warnings
from typing import Any

from torch import nn

from models.training.recipe import Trained


def freeze(visual: Any, trained: Trained) -> None:  # noqa: ANN401  open_clip is untyped
    """Let all of an open_clip image tower learn, or its last block and what follows, or nothing.

    What a last block is open_clip and timm know: a transformer's last layer with its norm, a
    convolutional network's last stage.
    """
    for parameter in visual.parameters():
        parameter.requires_grad = True
    if trained == "head":
        for parameter in visual.parameters():
            parameter.requires_grad = False
    elif trained == "last block":
        with warnings.catch_warnings():
            # open_clip takes timm's functions from where they used to be.
            warnings.simplefilter("ignore", FutureWarning)
            visual.lock(unlocked_groups=_groups_after_last_block(visual))


def _groups_after_last_block(visual: Any) -> int:  # noqa: ANN401
    """As `lock` counts: open_clip's own transformers have a group for the projection alone."""
    return 2 if hasattr(visual, "transformer") else 1


def rest(module: nn.Module) -> None:
    """Bring to evaluation what has weights of its own and learns none: frozen norms keep still."""
    for part in module.modules():
        own = list(part.parameters(recurse=False))
        if own and not any(parameter.requires_grad for parameter in own):
            part.eval()
