"""The step `homing pretrain`: a pack in, an encoder out that was told what places are like. Torch.

CLIP's contrastive training on captions made up from geography (PIGEON, section 3.4): no label is
learned as such, but the encoder that comes out knows country, region, climate, side of the road,
compass and season. `homing train --encoder FOLDER` starts from it.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from models.captions import Facts, facts_of
from models.embed import PACK_HELP
from models.encoder import EncoderError, image_px, load_tokenizer, save_encoder
from models.evaluation.asked import points_of
from models.geography.survey import survey
from models.losses import info_nce
from models.presets import PRESETS, Preset
from models.tokens import Tokenizer, WordHashes
from models.training.checkpoint import CheckpointError
from models.training.distributed import Team, joined
from models.training.feeds import Batch, CaptionedViews, Captions
from models.training.loop import Loop, Run, TrainingError
from models.training.packs import pack_for
from models.training.sources import source_of
from models.training.start import Start, fresh, started
from models.training.trainee import normalised
from models.world.pack import Pack, PackError, Panorama

LARGEST_SCALE = math.log(100)
"""CLIP keeps its learned temperature above 1/100 (arXiv:2103.00020, section 2.5)."""

COMPARED = 64
"""Validation panoramas that are told apart at a time."""


class CaptionLoss(nn.Module):
    """From a batch to the loss of a model that is to tell which caption is whose."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401  open_clip is untyped
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """`loss`, among the views of the batch."""
        images, texts = self.embedded(batch)
        scale = self.model.logit_scale.clamp(max=LARGEST_SCALE).exp()
        return {"loss": info_nce(images, texts, scale)}

    def embedded(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Embeddings `(b v, d)` of views and of their captions."""
        assert batch.tokens is not None
        device = self.model.logit_scale.device
        views = torch.from_numpy(batch.views).to(device).flatten(0, 1)
        images = self.model.encode_image(normalised(views, self.model.visual))
        texts = self.model.encode_text(batch.tokens.to(device).flatten(0, 1))
        return images.float(), texts.float()


def pretrain(
    name: str, preset: Preset, pack: Pack, folder: Path, team: Team, *, tensorboard: bool = False
) -> Path:
    """Pretrain an encoder on a pack and write it to `folder`; return the folder.

    Work in progress lies in `<folder>-training`; a call with the same arguments goes on there.

    Raises:
        PackError: there is nothing to train or validate on.
        CheckpointError: the work in progress is another training's.
        EncoderError: what the preset starts from cannot be had.
    """
    recipe = preset.pretraining.recipe
    _check(pack, recipe.batch)
    start, tokenizer = start_of(preset)
    learner = CaptionLoss(start.model)
    run = Run(folder.with_name(folder.name + "-training"), team, tensorboard)
    training, held_out = pack.split("train"), pack.split("validation")
    feeds = [_feed(preset, pack, some, start, tokenizer) for some in (training, held_out)]
    asked = _digest(preset, pack, start.name)
    validation = Validation(learner, feeds[1], len(held_out))
    Loop(learner, feeds[0], recipe, run, asked, validation).train()
    if team.leads:
        save_encoder(start.model, start.config, name, folder, start.preprocess)
    team.wait()
    return folder


class Validation:
    """How often a view's own caption is the best of `COMPARED`, on panoramas not trained on."""

    def __init__(self, learner: CaptionLoss, feed: CaptionedViews, count: int) -> None:
        self._learner = learner
        rows = np.arange(min(count, 8 * COMPARED))
        parts = [rows[i : i + COMPARED] for i in range(0, len(rows), COMPARED)]
        self._batches = [feed.cut(part, key=(0,)) for part in parts]

    def __call__(self) -> dict[str, float]:
        """Mean loss, and the share of views."""
        self._learner.eval()
        losses, right = [], []
        with torch.inference_mode():
            for batch in self._batches:
                losses.append(self._learner(batch)["loss"].item())
                images, texts = self._learner.embedded(batch)
                best = (images @ nn.functional.normalize(texts, dim=-1).T).argmax(dim=1).cpu()
                right.append((best == torch.arange(len(best))).float().mean().item())
        return {"validation_loss": float(np.mean(losses)), "right": float(np.mean(right))}


def start_of(preset: Preset) -> tuple[Start, Tokenizer]:
    """The model that is to learn, and its tokenizer."""
    if preset.encoder:
        return started(preset.encoder), load_tokenizer(preset.encoder)
    text = preset.pretraining.text
    assert preset.model is not None
    assert text is not None
    start = fresh(preset.model | {"text_cfg": text}, preset.pretraining.recipe.seed)
    return start, WordHashes(text["context_length"], text["vocab_size"])


def _feed(
    preset: Preset,
    pack: Pack,
    panoramas: Sequence[Panorama],
    start: Start,
    tokenizer: Tokenizer,
) -> CaptionedViews:
    pretraining = preset.pretraining
    return CaptionedViews(
        source_of(pack, panoramas),
        pretraining.recipe,
        image_px(start.model.visual),
        Captions(known_facts(panoramas), pretraining.grammar, tokenizer),
    )


def known_facts(panoramas: Sequence[Panorama]) -> list[Facts]:
    """What geography knows of panoramas."""
    return facts_of(survey(points_of(panoramas)), [p.date for p in panoramas])


def _digest(preset: Preset, pack: Pack, start: str) -> str:
    """What decides a pretraining, but the pictures, in short."""
    asked = repr((preset.pretraining, pack.name, start))
    return sha256(asked.encode() + points_of(pack.split("train")).tobytes()).hexdigest()


def _check(pack: Pack, batch: int) -> None:
    counts = {split: len(pack.split(split)) for split in ("train", "validation")}
    if counts["train"] < batch or not counts["validation"]:
        raise PackError(
            f"{pack.name}: expected {batch} or more panoramas to train on and some to validate on, "
            f"got: {counts}"
        )


def main(argv: list[str]) -> int:
    """Run `homing pretrain`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="homing pretrain", description="Pretrain an encoder on captions made from geography."
    )
    add = parser.add_argument
    add("--preset", choices=sorted(PRESETS), default="world-small")
    add("--pack", help=f"{PACK_HELP}; default: the rendered world, rendered at home, once")
    add("--encoder", help="what to start from, as of `homing train`; default: as the preset says")
    add("--out", type=Path, required=True, help="folder of the encoder")
    add("--tensorboard", action="store_true", help="charts, too (needs the package tensorboard)")
    arguments = parser.parse_args(argv)
    preset = PRESETS[arguments.preset]
    if arguments.encoder:
        preset = replace(preset, encoder=arguments.encoder, model=None)
    try:
        with joined() as team:
            pack = pack_for(preset.world, arguments.pack, team)
            out, board = arguments.out, arguments.tensorboard
            pretrain(arguments.preset, preset, pack, out, team, tensorboard=board)
            if team.leads:
                print(out)
    except (
        *(PackError, CheckpointError, TrainingError, EncoderError),
        *(OSError, ModuleNotFoundError),
    ) as error:
        print(f"homing pretrain: {error}", file=sys.stderr)
        return 1
    return 0
