"""One row of one seed: a head over embeddings, geocells, retrieval; where it says panoramas are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import KDTree

from models.ablation.embedded import Embedded, drawn_mean, plain_mean
from models.ablation.encoders import new_head
from models.ablation.ground import Ground
from models.ablation.head import Head, HeadLoss, fit_head
from models.ablation.plan import System
from models.ablation.results import Result
from models.baselines import NearestNeighbour
from models.calibration import fit_temperature
from models.classifier import Classifier
from models.evaluation.metrics import guesses_of, measure
from models.geocells import Geocells
from models.prototypes import Prototypes, make_prototypes
from models.refiner import Refiner
from models.samples import make_samples
from models.training.sources import Rows

Array = NDArray[np.float64]
Floats = NDArray[np.float32]


Answer = Callable[[Rows], Array]
"""Points `(m, 2)` for `m` rows of the ground's panoramas."""


def trained_head(ground: Ground, system: System, found: Embedded, seed: int) -> Head:
    """The head of a row."""
    tasks = ground.plan.head.tasks if system.tasks else None
    recipe = replace(ground.plan.head, seed=seed, tasks=tasks)
    head = new_head(ground, found.dim, recipe, system.cells)
    labels = ground.labels(system.cells, smoothing=system.smoothing)
    learner = HeadLoss(head, labels, ground.targets, recipe)
    draw = partial(drawn_mean, found, views=system.views)
    return fit_head(learner, draw, len(ground.training), recipe)


def guesses(ground: Ground, system: System, found: Embedded, seed: int) -> Result:
    """What a row of the table says of the panoramas that are asked for."""
    means = plain_mean(found, system.views, seed)
    answer, chosen = _answer(ground, system, found, means, seed)
    return Result({split: answer(ground.rows(split)) for split in ground.asked}, chosen)


def _answer(
    ground: Ground, system: System, found: Embedded, means: Floats, seed: int
) -> tuple[Answer, dict[str, float]]:
    """How the row answers, and what was chosen on validation."""
    if not system.classifier:
        return _nearest(ground, means), {}
    log_probabilities = _log_probabilities(ground, system, found, means, seed)
    geocells = ground.geocells[system.cells]
    if not system.refinement:
        return lambda rows: geocells.centroids[log_probabilities[rows].argmax(axis=1)], {}
    return _refined(ground, geocells, means, log_probabilities)


def _nearest(ground: Ground, means: Floats) -> Answer:
    """The place of the training panorama with the most similar embedding."""
    samples = make_samples(ground.pack.name, "", ground.panoramas, means)
    neighbour = NearestNeighbour(samples.split("train"), bundle="")
    return lambda rows: guesses_of(neighbour.locate(means[rows]))["guess"]


def _log_probabilities(
    ground: Ground, system: System, found: Embedded, means: Floats, seed: int
) -> Array:
    """Of geocells `(n, c)`, calibrated on validation."""
    head = trained_head(ground, system, found, seed)
    with torch.inference_mode():
        features = head.shared(torch.from_numpy(means)).numpy()
    layer = head.classifier
    classifier = Classifier(layer.weight.detach().numpy(), layer.bias.detach().numpy())
    held_out = ground.rows("validation")
    true = ground.geocells[system.cells].locate(ground.points[held_out])
    return fit_temperature(classifier, features[held_out], true).log_probabilities(features)


def _refined(
    ground: Ground, geocells: Geocells, means: Floats, log_probabilities: Array
) -> tuple[Answer, dict[str, float]]:
    """Retrieval with the `top_k` and temperature that score best on validation."""
    asked, config = ground.rows("validation"), ground.plan.preset.pigeon
    prototypes = _prototypes(ground, geocells, means)
    unit = float(np.median(KDTree(prototypes.means).query(means[asked])[0]))

    def answer(refiner: Refiner, rows: Rows) -> Array:
        return refiner.refine(means[rows], log_probabilities[rows]).guesses

    refiners = [
        Refiner(
            geocells.centroids,
            prototypes,
            top_k,
            config.rivals,
            share * unit,
            config.max_refinement_km,
        )
        for top_k in ground.plan.top_ks
        for share in ground.plan.temperatures
    ]
    truths = ground.points[asked]
    scores = [
        measure(answer(refiner, asked), truths, ground.pack.diagonal_km).mean_score
        for refiner in refiners
    ]
    best = refiners[int(np.argmax(scores))]
    chosen = {"top_k": best.top_k, "temperature": best.temperature / unit}
    return partial(answer, best), chosen | {"validation_score": max(scores)}


def _prototypes(ground: Ground, geocells: Geocells, means: Floats) -> Prototypes:
    """Of the training panoramas."""
    known, config = ground.rows("train"), ground.plan.preset.pigeon
    return make_prototypes(
        tuple(panorama.id for panorama in ground.training),
        ground.points[known],
        means[known],
        geocells.locate(ground.points[known]),
        min_samples=config.optics_min_samples,
        xi=config.optics_xi,
    )
