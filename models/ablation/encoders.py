"""The encoders of a seed: one that learned from captions, and those it is compared with. Torch."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import torch

from models.ablation.cuts import KeptViews
from models.ablation.ground import Ground
from models.ablation.head import Head, HeadLoss
from models.encoder import save_encoder
from models.pretrain import CaptionLoss, start_of
from models.tokens import Tokenizer
from models.training.distributed import Team
from models.training.feeds import Captions
from models.training.loop import Loop, Run
from models.training.recipe import Recipe
from models.training.start import Start, started


def taught_by_captions(ground: Ground, seed: int, folder: Path, team: Team) -> Path:
    """Pretrain an encoder, save it to `folder`, and return that; goes on where it stopped."""
    pretraining = ground.plan.preset.pretraining
    recipe = replace(pretraining.recipe, seed=seed)
    start, tokenizer = _begun(ground, seed)
    captions = Captions(ground.facts, pretraining.grammar, tokenizer)
    feed = KeptViews(ground.cuts, recipe.views, captions)
    asked = _digest(ground, recipe, start)
    Loop(CaptionLoss(start.model), feed, recipe, _run(folder, team), asked, dict).train()
    return _saved(start, folder)


def taught_by_geocells(ground: Ground, seed: int, folder: Path, team: Team) -> Path:
    """The same for an encoder that learns, from nothing, what a head is to tell."""
    start, _ = _begun(ground, seed)
    recipe = replace(ground.plan.geocells, seed=seed)
    return _taught(ground, start, new_head(ground, start.dim, recipe), recipe, folder, team)


def taught_on(
    ground: Ground, seed: int, folder: Path, team: Team, encoder: Path, head: Head, recipe: Recipe
) -> Path:
    """The same for a pretrained one that goes on, together with its trained head."""
    recipe = replace(recipe, seed=seed)
    return _taught(ground, started(str(encoder)), head, recipe, folder, team)


def new_head(ground: Ground, dim: int, recipe: Recipe, cells: str = "semantic") -> Head:
    """An untrained head for embeddings `(n, dim)`."""
    torch.manual_seed(recipe.seed)
    return Head(dim, ground.plan.width, len(ground.geocells[cells]), recipe.dropout)


def _begun(ground: Ground, seed: int) -> tuple[Start, Tokenizer]:
    """What a seed's encoders begin with, captions or not: the same weights."""
    pretraining = ground.plan.preset.pretraining
    recipe = replace(pretraining.recipe, seed=seed)
    return start_of(replace(ground.plan.preset, pretraining=replace(pretraining, recipe=recipe)))


def _taught(
    ground: Ground, start: Start, head: Head, recipe: Recipe, folder: Path, team: Team
) -> Path:
    labels = ground.labels("semantic", smoothing=True)
    learner = HeadLoss(head, labels, ground.targets, recipe, start.model.visual)
    feed = KeptViews(ground.cuts, recipe.views)
    asked = _digest(ground, recipe, start)
    Loop(learner, feed, recipe, _run(folder, team), asked, dict).train()
    return _saved(start, folder)


def _digest(ground: Ground, recipe: Recipe, start: Start) -> str:
    """What decides a training, but the pictures, in short."""
    return sha256(repr((ground.key, recipe, start.name)).encode()).hexdigest()


def _run(folder: Path, team: Team) -> Run:
    return Run(folder.with_name(folder.name + "-training"), team)


def _saved(start: Start, folder: Path) -> Path:
    return save_encoder(start.model, start.config, folder.name, folder, start.preprocess)
