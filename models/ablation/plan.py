"""The rows of the ablation, and all that decides its small trainings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from models.pigeon import PIGEON
from models.presets import GENTLE, WORLD_SMALL, Preset, small_model
from models.training.recipe import Recipe

Teaching = Literal["captions", "geocells", "last block", "whole"]
"""What an encoder learned from: captions; geocells, from nothing; captions, then its last block or
the whole of it geocells with the head."""


@dataclass(frozen=True, slots=True)
class System:
    """A row: the whole system, but for what is said here."""

    name: str
    encoder: Teaching = "captions"
    views: Literal[1, 4] = 4
    """Of a panorama, in the head's training and at the test."""
    smoothing: bool = True
    """Without it, the true geocell is the target."""
    cells: Literal["semantic", "rectangular"] = "semantic"
    tasks: bool = True
    """Auxiliary heads."""
    refinement: bool = True
    """Without it, the guess is the centroid of the best geocell."""
    classifier: bool = True
    """Without it, the nearest neighbour's place is the guess."""


FULL = System("full system")

ROWS = (
    FULL,
    System("no panorama: one view", views=1),
    System("no haversine smoothing", smoothing=False),
    System("no semantic geocells: rectangles", cells="rectangular"),
    System("no multi-task heads", tasks=False),
    System("no contrastive pretraining", encoder="geocells"),
    System("no refinement", refinement=False),
    System("no freezing of the last block", encoder="last block"),
    System("no freezing at all", encoder="whole"),
    System("nearest neighbour", classifier=False),
)
"""In the order of the table. The full system is the first, others are compared with it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides an ablation, but pack and seeds: each recipe's seed is replaced by them."""

    training: int
    """Panoramas to learn from: the first ones of the split. Of the others, all are taken."""
    preset: Preset
    """Encoder, which begins with chance, pretraining, geocells and system. Of the system's values
    `top_k` and `temperature` are replaced by those that are best on validation."""
    geocells: Recipe
    """Of an encoder that learns from geocells whole, instead of captions or after them: as many
    steps."""
    last_block: Recipe
    head: Recipe
    """Of the linear layers over embeddings: those of all rows."""
    width: int
    """Numbers of the layer that classifier and auxiliary heads share."""
    copies: int
    """Disturbed sets of the four views of each training panorama; all trainings draw from them."""
    top_ks: tuple[int, ...]
    """Tried on validation, as the next."""
    temperatures: tuple[float, ...]
    """In units of the median distance of a validation panorama to the nearest prototype."""


_PRETRAINING = Recipe(
    epochs=12,
    batch=64,
    views=2,
    learning_rate=2e-3,
    weight_decay=0.05,
    dropout=0.0,
    seed=0,
    augmentation=GENTLE,
)

SMALL = Plan(
    training=4_000,
    preset=replace(
        WORLD_SMALL,
        model=small_model(image_px=96),
        # Fewer locations than the paper had, so fewer in a geocell, and these are larger.
        pigeon=replace(PIGEON, min_points=8, max_points=16),
        pretraining=replace(WORLD_SMALL.pretraining, recipe=_PRETRAINING),
    ),
    geocells=replace(_PRETRAINING, dropout=0.1, tasks=WORLD_SMALL.recipe.tasks),
    last_block=replace(
        _PRETRAINING,
        epochs=4,
        views=4,
        learning_rate=3e-4,
        dropout=0.1,
        trained="last block",
        tasks=WORLD_SMALL.recipe.tasks,
    ),
    head=Recipe(
        epochs=60,
        batch=256,
        views=4,
        learning_rate=2e-3,
        weight_decay=0.05,
        dropout=0.3,
        seed=0,
        augmentation=GENTLE,
        trained="head",
        tasks=WORLD_SMALL.recipe.tasks,
    ),
    width=256,
    copies=3,
    top_ks=(2, 5, 10),
    temperatures=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 1e6),
)
"""For three seeds, on two CPU cores in an hour."""
