"""A Pigeon made of a trained classifier and its samples, and how it compares. Torch."""

from __future__ import annotations

import numpy as np

from models.baselines import LandPrior, NearestNeighbour
from models.calibration import assurance_of, fit_temperature
from models.classifier import Classifier
from models.contrastive import Known, fit_residual
from models.evaluation.metrics import Metrics, evaluate
from models.geocells import Geocells
from models.pigeon import Pigeon, PigeonConfig
from models.prototypes import make_prototypes
from models.samples import Samples
from models.training.recipe import ContrastiveRecipe


def compared(pigeon: Pigeon, samples: Samples, split: str) -> dict[str, Metrics]:
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
    name: str,
    config: PigeonConfig,
    geocells: Geocells,
    classifier: Classifier,
    samples: Samples,
    retrieval: ContrastiveRecipe | None,
) -> Pigeon:
    """A Pigeon over the training samples, calibrated on the validation samples."""
    members, held_out = samples.split("train"), samples.split("validation")
    embeddings = np.array(members.embeddings)
    residual = fit_residual(Known(embeddings, members.points), retrieval) if retrieval else None
    pigeon = Pigeon(
        config,
        geocells,
        fit_temperature(classifier, held_out.embeddings, geocells.locate(held_out.points)),
        make_prototypes(
            members.panoramas,
            members.points,
            residual(embeddings) if residual else embeddings,
            geocells.locate(members.points),
            min_samples=config.optics_min_samples,
            xi=config.optics_xi,
        ),
        residual=residual,
        encoder=samples.encoder,
        bundle=name,
    )
    pigeon.assurance = assurance_of(pigeon, held_out, config.diagonal_km)
    return pigeon
