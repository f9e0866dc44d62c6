"""Named trainings: all that decides one, but the pack."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from models.captions import PHOTOS, STREET, Grammar
from models.decision import Rule
from models.pigeon import PIGEON, PIGEOTTO, PigeonConfig
from models.refiner import Rivals
from models.text_config import HASHED, SMALLEST_TEXT
from models.training.recipe import ContrastiveRecipe, HeadRecipe, Recipe, Tasks
from models.training.views import Augmentation


@dataclass(frozen=True, slots=True)
class RenderedWorld:
    """A pack that can be rendered where none is given."""

    pack: str
    """Its name."""
    panoramas: int
    width_px: int
    seed: int


@dataclass(frozen=True, slots=True)
class Pretraining:
    """How `homing pretrain` makes the encoder that `homing train` may start from."""

    recipe: Recipe
    """Of which `batch / accumulate` panoramas of a process are told apart at a time."""
    grammar: Grammar
    text: dict[str, Any] | None = None
    """open_clip's `text_cfg` for a new model; one that is started from has its own."""


@dataclass(frozen=True, slots=True)
class Preset:
    """All that decides a training, but the pack."""

    pigeon: PigeonConfig
    recipe: Recipe
    cells: Literal["semantic", "rectangular"]
    """How geocells are made."""
    pretraining: Pretraining
    world: RenderedWorld | None = None
    """None: a pack must be given."""
    model: dict[str, Any] | None = None
    """open_clip's `model_cfg` of a new model."""
    encoder: str = ""
    """What is started from instead, a spec as in `models.encoder.load_encoder`."""
    retrieval: ContrastiveRecipe | None = None
    """Of a module through which prototypes are compared; None: as they are, as published."""
    head: Recipe | None = None
    """Of a training of the linear layers alone that comes before."""

    @property
    def stages(self) -> tuple[Recipe, ...]:
        """The trainings, one after the other."""
        return (self.head, self.recipe) if self.head else (self.recipe,)


GENTLE = Augmentation(
    pitches_deg=(-2.0, 0.0, 2.0),
    fovs_deg=(90.0,),
    scales=(1.0, 1.0, 2.0),
    # Districts differ in tint: it must not be hidden.
    brightness=0.08,
    tint=0.02,
    contrast=0.08,
    compressed=0.15,
    erased=0.1,
)
"""For rendered panoramas."""

WORLD_RETRIEVAL = ContrastiveRecipe(
    head=HeadRecipe(
        epochs=10, batch=256, learning_rate=1e-3, weight_decay=0.05, dropout=0.2, seed=1
    ),
    hidden=448,  # as much wider than the embedding as published
    near_km=25,
    far_km=200,
    positives=4,
    temperature=0.05,
)
"""Over embeddings of `WORLD_SMALL`."""


def small_model(image_px: int) -> dict[str, Any]:
    """open_clip's `model_cfg` of a network that two CPU cores can train; its views' side, px."""
    vision = {
        "image_size": image_px,
        "timm_model_name": "test_byobnet",
        "timm_model_pretrained": False,
        "timm_pool": "avg",
        "timm_proj": "linear",
    }
    return {"embed_dim": 192, "vision_cfg": vision, "text_cfg": SMALLEST_TEXT}


WORLD_SMALL = Preset(
    world=RenderedWorld(
        pack="world-train",
        panoramas=40_000,
        # Twice as fine as views of 128 px need, and halving a picture is fast. Drawn at 512 px,
        # thin things look unlike those of the 2048 px that are played.
        width_px=804,
        seed=1,
    ),
    model=small_model(image_px=128),
    pigeon=replace(
        PIGEON,
        min_points=8,
        max_points=16,
        smoothing_km=75,
        # These were chosen on validation panoramas: docs/models.md, Refinement.
        top_k=10,
        rivals=Rivals.MEMBERS,
        temperature=0.04,
        max_refinement_km=None,
        rule=Rule.MOST_SCORE,
    ),
    recipe=Recipe(
        epochs=16,
        batch=32,
        views=2,
        learning_rate=2e-3,
        weight_decay=0.05,
        dropout=0.0,
        seed=1,
        augmentation=GENTLE,
        # As published, the numbers' eightfold weight, they would be most of the loss.
        tasks=Tasks(numbers=1, climate=0.5, month=0.25),
    ),
    cells="semantic",
    retrieval=WORLD_RETRIEVAL,
    pretraining=Pretraining(
        Recipe(
            epochs=3,
            batch=128,
            views=1,
            learning_rate=2e-3,
            weight_decay=0.05,
            dropout=0.0,
            seed=2,
            augmentation=GENTLE,
        ),
        STREET,
        # Captions have up to some 40 words.
        text={"context_length": 48, "vocab_size": 4096, "width": 128, "heads": 4, "layers": 2}
        | {"tokenizer_kwargs": HASHED},
    ),
)
"""For the rendered world, on two CPU cores in two hours, a quarter of it rendering."""

LARGE = "ViT-L-14-336-quickgelu/openai"
"""The encoder of the paper. It took the mean of the last layer's tokens, here it is CLIP's own
embedding."""

_HEAD = Recipe(
    epochs=100,  # the release goes on for up to 1,000, until the validation gets no better
    batch=1024,
    views=4,
    learning_rate=2e-5,
    weight_decay=0.01,
    dropout=0.0,
    seed=330,
    augmentation=Augmentation(),
    trained="head",
    tasks=Tasks(),
)

_PRETRAINING = Recipe(
    epochs=20,
    batch=1024,
    views=1,
    learning_rate=1e-6,
    weight_decay=1e-3,
    dropout=0.0,
    seed=330,
    augmentation=Augmentation(),
    accumulate=8,
    warm_up=0.2,
    decay="linear",
    betas=(0.9, 0.98),
    epsilon=1e-6,
)

PIGEON_PRESET = Preset(
    encoder=LARGE,
    pigeon=PIGEON,
    recipe=_HEAD,
    cells="semantic",
    pretraining=Pretraining(_PRETRAINING, STREET),
)
"""The paper's whole system: pretrained, then a head over the frozen encoder, which in its table 2
beats a last layer that goes on learning. Four GPUs, as published: 4 x 8 x 32 panoramas a step."""

PIGEON_LAST_BLOCK = replace(
    PIGEON_PRESET,
    head=_HEAD,
    recipe=replace(_HEAD, epochs=10, trained="last block", accumulate=4),
)
"""The other way that the paper goes: first the head, then the last block with it."""

PIGEOTTO_PRESET = Preset(
    encoder=LARGE,
    pigeon=PIGEOTTO,
    recipe=replace(_HEAD, epochs=20, views=1, tasks=Tasks(month=0)),
    cells="semantic",
    pretraining=Pretraining(
        replace(_PRETRAINING, epochs=4, learning_rate=5e-7, warm_up=0.02), PHOTOS
    ),
)
"""For single photos; the months of those are not learned."""

PRESETS = {
    "world-small": WORLD_SMALL,
    "pigeon": PIGEON_PRESET,
    "pigeon-last-block": PIGEON_LAST_BLOCK,
    "pigeotto": PIGEOTTO_PRESET,
}
