"""Named trainings of Search within Cell: all that decides one, but the pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.decision import Rule
from models.geo import WORLD_DIAGONAL_KM
from models.presets import WORLD_RETRIEVAL, WORLD_SMALL, RenderedWorld
from models.swc.config import SWC, SwcConfig
from models.text_config import SMALLEST_TEXT
from models.training.recipe import ContrastiveRecipe, HeadRecipe


@dataclass(frozen=True, slots=True)
class SwcPreset:
    """All that decides a training, but the pack. The encoder does not learn."""

    swc: SwcConfig
    head: HeadRecipe
    retrieval: ContrastiveRecipe
    encoder: str = ""
    """A bundle whose encoder is taken, or a spec as in `models.encoder.load_encoder`."""
    model: Mapping[str, Any] | None = None
    """open_clip's `model_cfg`, where no encoder is named: timm's weights for its vision tower."""
    preprocess: Mapping[str, Any] | None = None
    """open_clip's `preprocess_cfg`, for that model."""
    world: RenderedWorld | None = None
    """None: a pack must be given."""


SWC_WORLD = SwcPreset(
    swc=SwcConfig(
        max_points=32,
        min_points=4,
        max_level=12,
        sigma_km=0,
        least_sigma_km=10,
        reach_km=200,
        neighbours=5,
        eps_km=25,
        min_samples=1,
        rule=Rule.ARGMAX,
        diagonal_km=WORLD_DIAGONAL_KM,
    ),
    head=HeadRecipe(
        epochs=15, batch=256, learning_rate=3e-3, weight_decay=0.05, dropout=0.2, seed=1
    ),
    retrieval=WORLD_RETRIEVAL,
    encoder="world-small",
    world=WORLD_SMALL.world,
)
"""For the rendered world, over the shipped encoder."""

SWC_PHOTOS = SwcPreset(
    swc=SWC,
    head=HeadRecipe(
        epochs=20, batch=512, learning_rate=1e-3, weight_decay=1e-4, dropout=0.2, seed=1
    ),
    retrieval=ContrastiveRecipe(
        head=HeadRecipe(
            epochs=10, batch=512, learning_rate=1e-3, weight_decay=1e-4, dropout=0.0, seed=1
        ),
        hidden=4096,
        near_km=1,
        far_km=25,
        positives=10,
        temperature=0.1,
    ),
    model={
        "embed_dim": 1792,
        "vision_cfg": {
            "image_size": 300,
            "timm_model_name": "efficientnet_b4",
            "timm_model_pretrained": True,
            "timm_pool": "avg",
            "timm_proj": "none",
        },
        "text_cfg": SMALLEST_TEXT,
    },
    preprocess={
        # What timm's weights were trained with.
        "mean": (0.485, 0.456, 0.406),
        "std": (0.229, 0.224, 0.225),
        "interpolation": "bicubic",
    },
)
"""For single photos, over the published backbone, EfficientNet-B4 at 300 px, with timm's ImageNet
weights. Search, widths and hidden units are published, the rest of the recipe is ours; it has not
been run on real data."""

SWC_PRESETS = {"swc-world": SWC_WORLD, "swc": SWC_PHOTOS}
