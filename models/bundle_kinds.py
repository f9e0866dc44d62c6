"""The kinds of bundle: how each geolocator is written to a folder and read from it.

    geocells.parquet, classifier.safetensors, prototypes.parquet, members.npy       pigeon,
        and residual.safetensors where it has a retrieval module
    samples.parquet, embeddings.npy                                       nearest_neighbour
    geocells.parquet, prior.safetensors                                          land_prior
    geocells.parquet, words.safetensors                                           zero_shot
    gallery.safetensors, head.safetensors                                           geoclip
    components.parquet, classifier.safetensors, residual.safetensors, background/       swc

`models.bundle` has what all kinds share: `bundle.json`, the encoder, the hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from models.baselines import LandPrior, NearestNeighbour
from models.classifier import Classifier
from models.decision import Assurance, Rule
from models.geocells import load_geocells, save_geocells
from models.geoclip.geolocator import GeoClip, load_geoclip, save_geoclip
from models.geolocator import Geolocator
from models.pigeon import Pigeon, PigeonConfig
from models.prototypes import load_prototypes, save_prototypes
from models.refiner import Rivals
from models.residual import RESIDUAL, Residual
from models.samples import load_samples, save_samples
from models.swc.files import load_swc, save_swc
from models.swc.geolocator import Swc
from models.zero_shot import Words, ZeroShot

About = Mapping[str, Any]
"""A bundle's `bundle.json`, or a part of it."""


def write_parts(geolocator: Geolocator, folder: Path) -> tuple[str, dict[str, Any]]:
    """Write a geolocator's files; return its kind and config.

    Raises:
        ValueError: it is of no kind that is known.
    """
    match geolocator:
        case Pigeon():
            save_geocells(geolocator.geocells, folder / "geocells.parquet")
            save_prototypes(geolocator.prototypes, folder)
            layer = geolocator.classifier
            tensors = {"weight": layer.weight, "bias": layer.bias}
            save_file(tensors, folder / "classifier.safetensors")
            if geolocator.residual:
                save_file(asdict(geolocator.residual), folder / RESIDUAL)
            fitted = {"calibration": layer.temperature, "assurance": asdict(geolocator.assurance)}
            return "pigeon", asdict(geolocator.config) | fitted
        case NearestNeighbour():
            save_samples(geolocator.samples, folder)
            return "nearest_neighbour", {}
        case LandPrior():
            save_geocells(geolocator.geocells, folder / "geocells.parquet")
            save_file({"probabilities": geolocator.probabilities}, folder / "prior.safetensors")
            return "land_prior", {"dim": geolocator.dim}
        case ZeroShot():
            save_geocells(geolocator.geocells, folder / "geocells.parquet")
            save_file(asdict(geolocator.words), folder / "words.safetensors")
            return "zero_shot", {}
        case GeoClip():
            return "geoclip", save_geoclip(geolocator, folder)
        case Swc():
            return "swc", save_swc(geolocator, folder)
        case _:
            raise ValueError(f"bundle: expected a geolocator of {sorted(KINDS)}, got: {geolocator}")


def _read_pigeon(folder: Path, about: About) -> Geolocator:
    config = dict(about["config"])
    calibration, assurance = config.pop("calibration"), Assurance(**config.pop("assurance"))
    config["rule"], config["rivals"] = Rule(config["rule"]), Rivals(config["rivals"])
    config["optics_rounds"] = tuple((samples, xi) for samples, xi in config["optics_rounds"])
    tensors = load_file(folder / "classifier.safetensors")
    residual = folder / RESIDUAL
    return Pigeon(
        PigeonConfig(**config),
        load_geocells(folder / "geocells.parquet"),
        Classifier(tensors["weight"], tensors["bias"], calibration),
        load_prototypes(folder),
        residual=Residual(**load_file(residual)) if residual.exists() else None,
        assurance=assurance,
        encoder=about["encoder"]["name"],
        bundle=about["name"],
    )


def _read_nearest_neighbour(folder: Path, about: About) -> Geolocator:
    return NearestNeighbour(load_samples(folder), bundle=about["name"])


def _read_land_prior(folder: Path, about: About) -> Geolocator:
    probabilities = load_file(folder / "prior.safetensors")["probabilities"]
    return LandPrior(
        load_geocells(folder / "geocells.parquet"),
        np.asarray(probabilities, dtype=np.float64),
        dim=about["config"]["dim"],
        encoder=about["encoder"]["name"],
        bundle=about["name"],
    )


def _read_zero_shot(folder: Path, about: About) -> Geolocator:
    words = Words(**load_file(folder / "words.safetensors"))
    geocells = load_geocells(folder / "geocells.parquet")
    return ZeroShot(geocells, words, encoder=about["encoder"]["name"], bundle=about["name"])


def _read_geoclip(folder: Path, about: About) -> Geolocator:
    scale, encoder = about["config"]["logit_scale"], about["encoder"]["name"]
    return load_geoclip(folder, scale, encoder=encoder, bundle=about["name"])


def _read_swc(folder: Path, about: About) -> Geolocator:
    encoder, bundle = about["encoder"]["name"], about["name"]
    return load_swc(folder, about["config"], encoder=encoder, bundle=bundle)


KINDS: dict[str, Callable[[Path, About], Geolocator]] = {
    "pigeon": _read_pigeon,
    "nearest_neighbour": _read_nearest_neighbour,
    "land_prior": _read_land_prior,
    "zero_shot": _read_zero_shot,
    "geoclip": _read_geoclip,
    "swc": _read_swc,
}
"""How each kind is read: from its folder and the whole of its `bundle.json`."""
