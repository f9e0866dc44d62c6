"""The step `homing train`: a pack in, a bundle out. Torch."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from models.baselines import LandPrior, NearestNeighbour
from models.bundle import BundleError, save_bundle
from models.calibration import fit_temperature
from models.classifier import Classifier
from models.decision import Rule
from models.embed import HEADINGS, PACK_HELP, embed, pack_of
from models.encoder import Encoder, image_px, load_encoder, new_model, pick_device, save_encoder
from models.evaluation.metrics import Metrics, as_json, evaluate, measure
from models.evaluation.tables import table_of
from models.fit import CheckpointError, Material, Recipe, Trainee, fit
from models.geocells import GeocellError, Geocells
from models.geography.countries import country_name
from models.geography.hierarchy import GeoNamesAreas
from models.geography.places import places
from models.pigeon import PIGEON, Pigeon, PigeonConfig
from models.prototypes import make_prototypes
from models.rectangular_geocells import rectangular_geocells
from models.render import render_pack
from models.samples import Samples
from models.semantic_geocells import semantic_geocells
from models.tessellation.splitting import Limits
from models.view_batches import Augmentation, read_panoramas
from models.world.pack import SPLITS, Pack, PackError, Panorama, load_pack, packs_home
from models.world.views import perspective_views


@dataclass(frozen=True, slots=True)
class Preset:
    """All that decides a training, but the pack."""

    pack: str
    """Name of the pack that is rendered when none is given."""
    panoramas: int
    width_px: int
    world_seed: int
    model: dict[str, Any]
    """open_clip's `model_cfg`."""
    pigeon: PigeonConfig
    recipe: Recipe
    cells: Literal["semantic", "rectangular"]
    """How geocells are made."""


WORLD_SMALL = Preset(
    pack="world-train",
    panoramas=12_000,
    width_px=768,  # drawn at 512 px, thin things look unlike those of the 2048 px that are played
    world_seed=1,
    model={
        "embed_dim": 192,
        "vision_cfg": {
            "image_size": 128,
            "timm_model_name": "test_byobnet",
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": "linear",
        },
        # The text tower only completes the format: the smallest that open_clip builds.
        "text_cfg": {"context_length": 8, "vocab_size": 64, "width": 16, "heads": 1, "layers": 1},
    },
    pigeon=replace(
        PIGEON,
        min_points=12,
        max_points=25,
        # These were chosen on validation panoramas. With a classifier refitted on the trained
        # encoder, tau 25, 75, 200, 400 km gave guesses of 4010, 4011, 4028, 3947 points.
        smoothing_km=200,
        temperature=0.4,
        rule=Rule.MOST_SCORE,
        caution=2.5,
    ),
    recipe=Recipe(
        epochs=24,
        batch=32,
        views=2,
        learning_rate=3e-3,
        weight_decay=0.05,
        dropout=0.1,
        seed=1,
        augmentation=Augmentation(),
    ),
    cells="rectangular",
)
"""For the rendered world, on two CPU cores in half an hour."""

PRESETS = {"world-small": WORLD_SMALL}

NEEDED = ("train", "validation", "test")
"""Splits that a pack must have to be trained on."""


def train(name: str, preset: Preset, pack: Pack, folder: Path) -> Path:
    """Train a bundle called `name` on a pack and write it to `folder`; return the folder.

    Work in progress lies in `<folder>-training`; a call with the same arguments goes on there.

    Raises:
        PackError: a split is empty, or the training one smaller than a batch.
        CheckpointError: the work in progress is another training's.
        BundleError: what is at `folder` is no bundle.
    """
    work = folder.with_name(folder.name + "-training")
    _check(pack, preset.recipe.batch)
    training = pack.split("train")
    geocells = make_cells(points_of(training), preset)
    print(f"{len(training)} panoramas to train on, {len(geocells)} geocells", file=sys.stderr)
    trainee, encoder = _fitted(name, preset, pack, geocells, work)
    samples = embed(pack, pack.panoramas, encoder, work / "samples")
    pigeon = make_pigeon(name, preset.pigeon, geocells, _linear(trainee), samples)
    metrics = {split: _compared(pigeon, samples, split) for split in _measured(pack)}
    for split, found in metrics.items():
        Console().print(table_of(f"{name} on {pack.name}, {split}", found))
    return save_bundle(
        folder,
        pigeon,
        encoder_spec=work / "encoder",
        data={"pack": pack.name, "about": pack.about, "panoramas": len(training)}
        | {"licences": sorted({p.licence for p in training}), "recipe": asdict(preset.recipe)},
        metrics={split: as_json(found) for split, found in metrics.items()},
    )


def make_cells(points: NDArray[np.float64], preset: Preset) -> Geocells:
    """Geocells for training locations `(n, 2)`, as the preset says."""
    config = preset.pigeon
    if preset.cells == "rectangular":
        return rectangular_geocells(points, config.max_points, place_names)
    limits = Limits(config.min_points, config.max_points, config.optics_rounds)
    return semantic_geocells(points, GeoNamesAreas(), limits)


def _compared(pigeon: Pigeon, samples: Samples, split: str) -> dict[str, Metrics]:
    """Metrics of a Pigeon and of the baselines that know the same training samples."""
    members, asked = samples.split("train"), samples.split(split)
    neighbour = NearestNeighbour(members, bundle="")
    cells = pigeon.geocells
    shares = np.bincount(cells.locate(members.points), minlength=len(cells)) / len(members)
    dim = pigeon.classifier.dim
    prior = LandPrior(cells, shares, dim=dim, encoder=samples.encoder, bundle="")
    return evaluate(pigeon, asked) | {
        "nearest neighbour": evaluate(neighbour, asked)["guess"],
        "land prior": evaluate(prior, asked)["guess"],
    }


def make_pigeon(
    name: str, config: PigeonConfig, geocells: Geocells, classifier: Classifier, samples: Samples
) -> Pigeon:
    """A Pigeon over the training samples, its classifier calibrated on the validation samples."""
    members, held_out = samples.split("train"), samples.split("validation")
    return Pigeon(
        config,
        geocells,
        fit_temperature(classifier, held_out.embeddings, geocells.locate(held_out.points)),
        make_prototypes(
            members.panoramas,
            members.points,
            members.embeddings,
            geocells.locate(members.points),
            min_samples=config.optics_min_samples,
            xi=config.optics_xi,
        ),
        encoder=samples.encoder,
        bundle=name,
    )


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


def _fitted(
    name: str, preset: Preset, pack: Pack, geocells: Geocells, work: Path
) -> tuple[Trainee, Encoder]:
    """The trained network, and its encoder as it lies in `work`."""
    work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(preset.recipe.seed)
    model = new_model(preset.model)
    trainee = Trainee(model, len(geocells), preset.model["embed_dim"], preset.recipe.dropout)
    trainee.to(pick_device())
    training = pack.split("train")
    material = Material(
        read_panoramas(pack, training),
        points_of(training),
        geocells.centroids,
        preset.pigeon.smoothing_km,
    )
    fit(trainee, material, preset.recipe, work, Validation(pack, geocells, trainee))
    return trainee, load_encoder(save_encoder(model, preset.model, name, work / "encoder"), "cpu")


class Validation:
    """Geocell guesses on the validation split, once an epoch."""

    def __init__(self, pack: Pack, geocells: Geocells, trainee: Trainee) -> None:
        panoramas = pack.split("validation")
        size_px = image_px(trainee.visual)
        pictures = read_panoramas(pack, panoramas)
        views = [
            perspective_views(picture, HEADINGS, size_px=size_px, centre_heading=p.heading)
            for picture, p in zip(pictures, panoramas, strict=True)
        ]
        self._views = torch.from_numpy(np.stack(views))
        self._points = points_of(panoramas)
        self._centroids = geocells.centroids

    def __call__(self, trainee: Trainee) -> dict[str, float]:
        """Mean score and median error of the centroid of the best geocell."""
        trainee.eval()
        with torch.inference_mode():
            parts = [trainee(part).argmax(dim=1) for part in torch.split(self._views, 16)]
        metrics = measure(self._centroids[torch.cat(parts).cpu().numpy()], self._points)
        return {"score": metrics.mean_score, "median_km": metrics.median_km}


def points_of(panoramas: Sequence[Panorama]) -> NDArray[np.float64]:
    """Where panoramas are, `(n, 2)`."""
    return np.array([(p.lat, p.lng) for p in panoramas], dtype=np.float64).reshape(-1, 2)


def place_names(points: NDArray[np.float64]) -> list[str]:
    """The largest of the 20 places nearest to each point, with its country."""
    table = places()
    _, rows = table.nearest(points, k=20)
    largest = rows[np.arange(len(rows)), np.argmax(table.populations[rows], axis=1)]
    return [f"{table.names[row]}, {country_name(str(table.countries[row]))}" for row in largest]


def _linear(trainee: Trainee) -> Classifier:
    layer = trainee.classifier
    return Classifier(
        layer.weight.detach().cpu().numpy().astype(np.float32),
        layer.bias.detach().cpu().numpy().astype(np.float32),
    )


def main(argv: list[str]) -> int:
    """Run `homing train`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(prog="homing train", description="Train a bundle on a pack.")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="world-small")
    parser.add_argument("--pack", help=f"{PACK_HELP}; default: rendered at home, once")
    parser.add_argument("--out", type=Path, required=True, help="folder of the bundle")
    arguments = parser.parse_args(argv)
    preset = PRESETS[arguments.preset]
    try:
        pack = pack_of(arguments.pack) if arguments.pack else _rendered(preset)
        print(train(arguments.preset, preset, pack, arguments.out))
    except (PackError, GeocellError, CheckpointError, BundleError, OSError) as error:
        print(f"homing train: {error}", file=sys.stderr)
        return 1
    return 0


def _rendered(preset: Preset) -> Pack:
    folder = render_pack(
        packs_home() / preset.pack,
        name=preset.pack,
        count=preset.panoramas,
        split=None,
        width_px=preset.width_px,
        seed=preset.world_seed,
        processes=os.cpu_count() or 1,
        progress=_show_progress,
    )
    return load_pack(folder)


def _show_progress(done: int, count: int) -> None:
    if done % 200 == 0 or done == count:
        print(f"rendered {done} of {count}", file=sys.stderr)
