"""The step `homing train`: a pack in, a bundle out. Torch.

Started by `torchrun --nproc-per-node N -m homing train ...`, N processes train together.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from models.bundle import BundleError, load_bundle, save_bundle
from models.card import commands_of, material_of, scores_when_made, start_name, write_card
from models.classifier import Classifier
from models.embed import PACK_HELP, embed
from models.encoder import (
    Encoder,
    EncoderError,
    image_px,
    load_encoder,
    save_encoder,
)
from models.evaluation.asked import points_of
from models.evaluation.metrics import as_json
from models.evaluation.tables import table_of
from models.fit import fit
from models.fitted_pigeon import compared, make_pigeon
from models.geocells import GeocellError, Geocells
from models.geography.hierarchy import GeoNamesAreas
from models.geography.survey import survey
from models.geography.town_names import town_names
from models.heads import targets_of
from models.presets import PRESETS, Preset
from models.rectangular_geocells import rectangular_geocells
from models.semantic_geocells import semantic_geocells
from models.swc.presets import SWC_PRESETS
from models.swc.train import train_swc
from models.tessellation.splitting import Limits
from models.training.checkpoint import CheckpointError
from models.training.distributed import Team, joined
from models.training.feeds import Embeddings, Views
from models.training.loop import Run, TrainingError
from models.training.packs import pack_for
from models.training.recipe import Recipe
from models.training.sources import source_of
from models.training.start import Start, fresh, started
from models.training.trainee import Material, Trainee
from models.training.validation import Validation, validation_views
from models.world.pack import SPLITS, Pack, PackError, Panorama

NEEDED = ("train", "validation", "test")
"""Splits that a pack must have to be trained on."""

VALIDATED = 2000
"""Panoramas of the validation split, at most, that are looked at after each epoch."""


def train(
    name: str, preset: Preset, pack: Pack, folder: Path, team: Team, *, tensorboard: bool = False
) -> Path:
    """Train a bundle called `name` on a pack and write it to `folder`; return the folder.

    Work in progress lies in `<folder>-training`; a call with the same arguments goes on there.

    Raises:
        PackError: a split is empty, or the training one smaller than a batch.
        CheckpointError: the work in progress is another training's.
        EncoderError: what the preset starts from cannot be had.
        BundleError: what is at `folder` is no bundle.
    """
    run = Run(folder.with_name(folder.name + "-training"), team, tensorboard)
    _check(pack, max(recipe.batch for recipe in preset.stages))
    training = pack.split("train")
    geocells = make_cells(points_of(training), preset)
    if team.leads:
        print(f"{len(training)} panoramas to train on, {len(geocells)} geocells", file=sys.stderr)
    trainee, start = _fitted(preset, pack, geocells, run)
    if team.leads:
        _save(name, preset, pack, geocells, trainee, start, folder)
    team.wait()
    return folder


def _save(
    name: str,
    preset: Preset,
    pack: Pack,
    geocells: Geocells,
    trainee: Trainee,
    start: Start,
    folder: Path,
) -> None:
    """Index, measure and write the bundle of a trained network."""
    work = folder.with_name(folder.name + "-training")
    tower = start.image_tower()
    spec = save_encoder(tower.model, tower.config, name, work / "encoder", tower.preprocess)
    samples = embed(pack, pack.panoramas, load_encoder(spec), work / "samples")
    config = replace(preset.pigeon, diagonal_km=pack.diagonal_km)
    pigeon = make_pigeon(name, config, geocells, _linear(trainee), samples, preset.retrieval)
    metrics = {split: compared(pigeon, samples, split) for split in _measured(pack)}
    for split, found in metrics.items():
        Console().print(table_of(f"{name} on {pack.name}, {split}", found))
    save_bundle(
        folder,
        pigeon,
        encoder_spec=spec,
        data=material_of(pack)
        | {"cells": preset.cells, "start": start_name(preset.encoder)}
        | {"command": commands_of(name, preset, pack), "recipe": asdict(preset.recipe)},
        metrics={split: as_json(found) for split, found in metrics.items()},
    )
    bundle = load_bundle(folder)
    write_card(bundle, scores_when_made(bundle))


def make_cells(points: NDArray[np.float64], preset: Preset) -> Geocells:
    """Geocells for training locations `(n, 2)`, as the preset says."""
    config = preset.pigeon
    if preset.cells == "rectangular":
        return rectangular_geocells(points, config.max_points, town_names)
    limits = Limits(config.min_points, config.max_points, config.optics_rounds)
    return semantic_geocells(points, GeoNamesAreas(), limits)


def _measured(pack: Pack) -> list[str]:
    """Splits that the bundle is measured on; only rendered packs have the hold-out."""
    return [split for split in SPLITS if split != "train" and pack.split(split)]


def _check(pack: Pack, batch: int) -> None:
    counts = {split: len(pack.split(split)) for split in NEEDED}
    if not all(counts.values()):
        raise PackError(f"{pack.name}: expected panoramas of these splits, got: {counts}")
    if counts["train"] < batch:
        raise PackError(
            f"{pack.name}: expected {batch} or more panoramas to train on, got: {counts['train']}"
        )


def _fitted(preset: Preset, pack: Pack, geocells: Geocells, run: Run) -> tuple[Trainee, Start]:
    """The trained network, and the open_clip model that its image tower belongs to."""
    seed = preset.recipe.seed
    start = started(preset.encoder) if preset.encoder else fresh(preset.model or {}, seed)
    torch.manual_seed(seed)  # of the linear layers
    trainee = Trainee(start.model, len(geocells), start.dim, preset.recipe.dropout)
    material = _material(preset, pack.split("train"), geocells, start.name)
    for number, recipe in enumerate(preset.stages, start=1):
        last = number == len(preset.stages)
        own = run if last else replace(run, folder=run.folder / f"stage-{number}")
        _learn(trainee, start, material, recipe, own, pack)
    return trainee, start


def _material(
    preset: Preset, training: Sequence[Panorama], geocells: Geocells, start: str
) -> Material:
    points = points_of(training)
    tasks = any(recipe.tasks for recipe in preset.stages)
    targets = targets_of(survey(points), [p.date for p in training]) if tasks else None
    return Material(points, geocells.centroids, preset.pigeon.smoothing_km, targets, start)


def _learn(
    trainee: Trainee, start: Start, material: Material, recipe: Recipe, run: Run, pack: Pack
) -> None:
    """One stage."""
    run.folder.mkdir(parents=True, exist_ok=True)
    training, asked = pack.split("train"), pack.split("validation")[:VALIDATED]
    if recipe.trained == "head":
        samples = _frozen(start, [*training, *asked], run, pack)
        feed: Embeddings | Views = Embeddings(samples[: len(training)])
        views = torch.from_numpy(samples[len(training) :])
    else:
        size_px = image_px(trainee.visual)
        feed = Views(source_of(pack, training), recipe, size_px)
        views = validation_views(pack, asked, size_px) if run.team.leads else torch.empty(0)
    validation = Validation(views, points_of(asked), material.centroids)
    fit(trainee, material, feed, recipe, run, validation)


def _frozen(
    start: Start, panoramas: Sequence[Panorama], run: Run, pack: Pack
) -> NDArray[np.float32]:
    """Embeddings by the image tower as it is: the leader's work, once."""
    encoder = Encoder(start.model, "frozen", run.team.device)
    with run.team.leader_first():
        samples = embed(pack, panoramas, encoder, run.folder / "frozen")
    return np.array(samples.embeddings)


def _linear(trainee: Trainee) -> Classifier:
    layer = trainee.classifier
    return Classifier(
        layer.weight.detach().cpu().numpy().astype(np.float32),
        layer.bias.detach().cpu().numpy().astype(np.float32),
    )


def main(argv: list[str]) -> int:
    """Run `homing train`; 0 when done, 1 when it could not be done."""
    arguments = _parser().parse_args(argv)
    step = _train_swc if arguments.preset in SWC_PRESETS else _train
    try:
        with joined() as team:
            step(arguments, team)
            if team.leads:
                print(arguments.out)
    except ERRORS as error:
        print(f"homing train: {error}", file=sys.stderr)
        return 1
    return 0


def _train(arguments: argparse.Namespace, team: Team) -> None:
    preset = PRESETS[arguments.preset]
    if arguments.encoder:
        preset = replace(preset, encoder=arguments.encoder, model=None)
    pack = pack_for(preset.world, arguments.pack, team)
    board = arguments.tensorboard
    train(arguments.preset, preset, pack, arguments.out, team, tensorboard=board)


def _train_swc(arguments: argparse.Namespace, team: Team) -> None:
    preset = SWC_PRESETS[arguments.preset]
    if arguments.encoder:
        preset = replace(preset, encoder=arguments.encoder)
    pack = pack_for(preset.world, arguments.pack, team)
    if team.leads:  # over embeddings one process is enough
        train_swc(arguments.preset, preset, pack, arguments.out)
    team.wait()


ERRORS = (
    *(PackError, GeocellError, CheckpointError, TrainingError, EncoderError, BundleError),
    *(OSError, ModuleNotFoundError, ValueError),
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="homing train", description="Train a bundle on a pack.")
    add = parser.add_argument
    add("--preset", choices=sorted([*PRESETS, *SWC_PRESETS]), default="world-small")
    add("--pack", help=f"{PACK_HELP}; default: the rendered world, rendered at home, once")
    add("--encoder", help="what to start from: a folder, as of `homing pretrain`, or " + SPEC)
    add("--out", type=Path, required=True, help="folder of the bundle")
    add("--tensorboard", action="store_true", help="charts, too (needs the package tensorboard)")
    return parser


SPEC = "ARCHITECTURE/PRETRAINED of open_clip (swc: or a bundle); default: as the preset says"
