"""Training of a Search within Cell: a pack in, a bundle out. Torch."""

from __future__ import annotations

import copy
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from models.baselines import NearestNeighbour
from models.bundle import load_bundle, save_bundle
from models.calibration import assurance_of, fit_temperature
from models.card import MEASURED, material_of, scores_when_made, start_name, write_card
from models.contrastive import Known, fit_residual
from models.embed import embed, spec_of
from models.encoder import load_encoder, save_encoder
from models.evaluation.metrics import Metrics, as_json, evaluate, measure
from models.evaluation.tables import table_of
from models.geocells import numbered
from models.geography.town_names import town_names
from models.samples import Samples
from models.swc.background import Background, make_segment
from models.swc.geolocator import Swc
from models.swc.learning import LEVELS, Array, fit_cells, fit_mixture
from models.swc.mixture import Mixture
from models.swc.presets import SwcPreset
from models.training.start import fresh
from models.world.pack import Pack, PackError


def train_swc(name: str, preset: SwcPreset, pack: Pack, folder: Path) -> Path:
    """Train a bundle called `name` on a pack and write it to `folder`; return the folder.

    Embeddings lie in `<folder>-training`: a second call with the same encoder does not make them
    again.

    Raises:
        PackError: a split is empty.
        EncoderError: the preset's encoder cannot be had.
        BundleError: what is at `folder` is no bundle.
        ValueError: too few places for a cell, or none near another.
    """
    empty = [split for split in ("train", *MEASURED[:2]) if not pack.split(split)]
    if empty:
        raise PackError(f"{pack.name}: expected panoramas of these splits, got none: {empty}")
    work = folder.with_name(folder.name + "-training")
    spec = _encoder_spec(name, preset, work)
    samples = embed(pack, pack.panoramas, load_encoder(spec), work / "samples")
    config = replace(preset.swc, diagonal_km=pack.diagonal_km)
    swc, baselines = make_swc(name, replace(preset, swc=config), samples)
    metrics = {
        split: _compared(swc, baselines, samples, split) for split in MEASURED if pack.split(split)
    }
    for split, found in metrics.items():
        Console().print(table_of(f"{name} on {pack.name}, {split}", found))
    save_bundle(
        folder,
        swc,
        encoder_spec=spec,
        data=material_of(pack)
        | {"cells": "of a mixture, from S2 cells", "start": start_name(preset.encoder)}
        | {"command": _commands(name, preset, pack), "recipe": asdict(preset.head)},
        metrics={split: as_json(found) for split, found in metrics.items()},
    )
    bundle = load_bundle(folder)
    write_card(bundle, scores_when_made(bundle))
    return folder


def make_swc(name: str, preset: SwcPreset, samples: Samples) -> tuple[Swc, dict[str, Mixture]]:
    """A geolocator of the training samples, and the classifiers that it is compared with.

    The mixture's weights are calibrated on the validation samples.
    """
    members, held_out = samples.split("train"), samples.split("validation")
    known = Known(np.array(members.embeddings), members.points)
    print(f"{len(members)} panoramas to learn from", file=sys.stderr)
    mixture = _calibrated(fit_mixture(known, preset.swc, preset.head, _names), held_out)
    print(f"a mixture of {len(mixture)} components", file=sys.stderr)
    residual = fit_residual(known, preset.retrieval)
    segment = make_segment(
        members.panoramas,
        members.points,
        residual(known.embeddings).astype(np.float16),
        mixture.locate(members.points),
    )
    swc = Swc(
        preset.swc,
        mixture,
        residual,
        Background((segment,)),
        encoder=samples.encoder,
        bundle=name,
    )
    swc.assurance = assurance_of(swc, held_out, preset.swc.diagonal_km)
    return swc, {
        "cells": fit_cells(known, preset.swc, preset.head, _names),
        "hierarchy": fit_cells(known, preset.swc, preset.head, _names, LEVELS),
    }


def _calibrated(mixture: Mixture, held_out: Samples) -> Mixture:
    cells = mixture.locate(held_out.points)
    return replace(
        mixture, classifier=fit_temperature(mixture.classifier, held_out.embeddings, cells)
    )


def _names(points: Array) -> tuple[str, ...]:
    return numbered(town_names(points))


def _compared(
    swc: Swc, baselines: dict[str, Mixture], samples: Samples, split: str
) -> dict[str, Metrics]:
    """Metrics of all its guesses, of its retrieval alone, and of what it is compared with."""
    asked = samples.split(split)
    embeddings = np.asarray(asked.embeddings)
    tops = {kind: m.log_weights(embeddings).argmax(axis=1) for kind, m in baselines.items()}
    neighbour = NearestNeighbour(samples.split("train"), bundle="")
    return (
        evaluate(swc, asked)
        | {"retrieval": measure(swc.retrieve(embeddings), asked.points)}
        | {kind: measure(m.means[tops[kind]], asked.points) for kind, m in baselines.items()}
        | {"nearest neighbour": evaluate(neighbour, asked)["guess"]}
    )


def _encoder_spec(name: str, preset: SwcPreset, work: Path) -> str:
    """Of the encoder that is named, else of the preset's model with timm's weights."""
    if preset.encoder:
        return spec_of(preset.encoder)
    config: dict[str, Any] = copy.deepcopy(dict(preset.model or {}))
    start = fresh(config, seed=0)
    config["vision_cfg"]["timm_model_pretrained"] = False  # the folder has the weights
    preprocess = preset.preprocess or start.preprocess
    return str(save_encoder(start.model, config, name, work / "encoder", preprocess))


def _commands(name: str, preset: SwcPreset, pack: Pack) -> list[str]:
    """How a person makes the bundle again, from the preset of its name."""
    own = preset.world and preset.world.pack == pack.name
    what = f"--preset {name}" if own else f"--preset {name} --pack {pack.name}"
    encoder = f" --encoder {start_name(preset.encoder)}" if preset.encoder else ""
    return [f"homing train {what}{encoder} --out {name}"]
