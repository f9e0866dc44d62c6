"""What a training starts from: a new open_clip model, or a trained one. Torch."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
from open_clip.model import set_model_preprocess_cfg
from open_clip.transform import PreprocessCfg

from models.encoder import BILINEAR, load_model, new_model, weights_digest
from models.text_config import SMALLEST_TEXT


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """An open_clip model that is to learn."""

    model: Any
    config: dict[str, Any]
    """open_clip's `model_cfg`."""
    preprocess: Mapping[str, Any]
    """open_clip's `preprocess_cfg`."""

    @property
    def name(self) -> str:
        """Of the weights of the image tower as they are now."""
        return weights_digest(self.model.visual)

    @property
    def dim(self) -> int:
        """Numbers in an embedding."""
        return int(self.config["embed_dim"])

    def image_tower(self) -> Start:
        """The same image tower with the smallest text tower: what a bundle ships."""
        if self.config["text_cfg"] == SMALLEST_TEXT:
            return self
        kept = {name: self.config[name] for name in ("embed_dim", "vision_cfg")}
        if "quick_gelu" in self.config:
            kept["quick_gelu"] = self.config["quick_gelu"]
        made = fresh(kept | {"text_cfg": SMALLEST_TEXT}, seed=0)
        made.model.visual = self.model.visual
        return Start(made.model, made.config, self.preprocess)


def fresh(config: dict[str, Any], seed: int) -> Start:
    """An untrained model."""
    torch.manual_seed(seed)
    model = new_model(copy.deepcopy(config))
    set_model_preprocess_cfg(model, asdict(PreprocessCfg(**BILINEAR)))
    return Start(model, config, BILINEAR)


def started(encoder: str) -> Start:
    """A trained model, by a spec as in `models.encoder.load_encoder`.

    Raises:
        EncoderError: it cannot be had.
    """
    model, config = load_model(encoder)
    known = model.visual.preprocess_cfg
    names = "interpolation", "resize_mode", "mean", "std"
    return Start(model, config, {name: known[name] for name in names if name in known})
