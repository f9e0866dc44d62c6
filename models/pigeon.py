"""PIGEON: geocell classifier, refinement by retrieval, decision (Haas et al., CVPR 2024)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.classifier import Classifier
from models.decision import UNFITTED, Assurance, Belief, Rule, decide
from models.far_places import far_places
from models.geo import WORLD_DIAGONAL_KM
from models.geocells import Geocells
from models.geolocator import TOP_GEOCELLS, Point, Prediction, RankedGeocell
from models.prototypes import Prototypes
from models.refiner import Refiner, Rivals
from models.residual import Residual
from models.samples import checked_embeddings


@dataclass(frozen=True, slots=True)
class PigeonConfig:
    """What distinguishes one PIGEON from another. Defaults are not given: see the two values."""

    min_points: int
    """Training locations per geocell, at least."""
    max_points: int
    """Training locations per geocell, at most."""
    optics_rounds: tuple[tuple[int, float], ...]
    """(min_samples, xi) by which a geocell above the maximum is split, one after the other."""
    smoothing_km: float
    """tau of the haversine-smoothed labels."""
    optics_min_samples: int
    """Of a location cluster."""
    optics_xi: float
    top_k: int
    """Geocells that compete in the refinement."""
    rivals: Rivals
    """What of a geocell competes for it."""
    temperature: float
    """Of embedding distances in the refinement."""
    max_refinement_km: float | None
    """As of `Refiner`."""
    rule: Rule
    """How the guess is chosen among the refined point and the most probable places."""
    diagonal_km: float
    """Size of the map that is played: its score is expected."""


PIGEON = PigeonConfig(
    min_points=30,
    max_points=60,
    optics_rounds=((8, 0.05), (10, 0.025), (15, 0.015)),
    smoothing_km=75,
    optics_min_samples=3,
    optics_xi=0.15,
    top_k=5,
    rivals=Rivals.PROTOTYPES,
    temperature=1.6,
    max_refinement_km=1000,
    rule=Rule.ARGMAX,
    diagonal_km=WORLD_DIAGONAL_KM,
)
"""For four-view panoramas. Constants of the paper's section 4 and appendix."""

PIGEOTTO = PigeonConfig(
    min_points=1000,
    max_points=2000,
    optics_rounds=((300, 0.05), (400, 0.005), (1000, 0.0001)),
    smoothing_km=65,
    optics_min_samples=100,
    optics_xi=0.1,
    top_k=40,
    rivals=Rivals.PROTOTYPES,
    temperature=0.6,
    max_refinement_km=None,
    rule=Rule.ARGMAX,
    diagonal_km=WORLD_DIAGONAL_KM,
)
"""For single photos from anywhere."""


CANDIDATES = 50
"""Most probable training locations among which the guess is chosen."""


AT_ONCE = 1024
"""Panoramas located together: each asks for `top_k` copies of its embedding."""


class Pigeon:
    """A `Geolocator`: linear geocell classifier, refiner and decision.

    Prototypes and queries are compared as they are, as published, or as `residual` changes them.
    """

    def __init__(
        self,
        config: PigeonConfig,
        geocells: Geocells,
        classifier: Classifier,
        prototypes: Prototypes,
        *,
        residual: Residual | None = None,
        assurance: Assurance = UNFITTED,
        encoder: str,
        bundle: str,
    ) -> None:
        cells, dims = len(geocells), prototypes.means.shape[1]
        if classifier.weight.shape != (cells, dims):
            raise ValueError(
                f"{bundle}: expected a classifier for {cells} geocells and {dims} dimensions, "
                f"got: {classifier.weight.shape}"
            )
        if residual and residual.dim != dims:
            raise ValueError(
                f"{bundle}: expected a retrieval module for {dims} dimensions, got: {residual.dim}"
            )
        self.config = config
        self.geocells = geocells
        self.classifier = classifier
        self.prototypes = prototypes
        self.residual = residual
        self.assurance = assurance
        self.encoder = encoder
        self.bundle = bundle
        self._refiner = Refiner(
            geocells.centroids,
            prototypes,
            config.top_k,
            config.rivals,
            config.temperature,
            config.max_refinement_km,
        )

    def locate(self, embeddings: NDArray[np.float32]) -> list[Prediction]:
        """As `Geolocator.locate`."""
        queries = checked_embeddings(embeddings, self.classifier.dim)
        firsts = range(0, len(queries), AT_ONCE)
        return [p for first in firsts for p in self._locate(queries[first : first + AT_ONCE])]

    def _locate(self, queries: NDArray[np.float32]) -> list[Prediction]:
        log_probabilities = self.classifier.log_probabilities(queries)
        vectors = self._compared(queries)
        found = self._refiner.refine(vectors, log_probabilities)
        return [
            self._predict(*of_one)
            for of_one in zip(vectors, log_probabilities, found.rows, found.guesses, strict=True)
        ]

    def believe(self, embedding: NDArray[np.float32]) -> Belief:
        """How probable training locations are, by one embedding `(d,)`."""
        log_probabilities = self.classifier.log_probabilities(embedding[None])[0]
        return self._refiner.believe(self._compared(embedding[None])[0], log_probabilities)

    def _compared(self, queries: NDArray[np.float32]) -> NDArray[np.float32]:
        """Embeddings `(n, d)` as prototypes are compared with them."""
        return self.residual(queries) if self.residual else queries

    def _predict(
        self,
        query: NDArray[np.float32],
        log_probabilities: NDArray[np.float64],
        retrieved: NDArray[np.int64],
        favourite: NDArray[np.float64],
    ) -> Prediction:
        config, ranked = self.config, rank(self.geocells, np.exp(log_probabilities))
        belief = self._refiner.believe(query, log_probabilities)
        candidates = np.vstack([favourite, belief.best(CANDIDATES).points])
        decision = decide(config.rule, belief, candidates, self.assurance, config.diagonal_km)
        flatness = self.assurance.flatness
        prediction = decision.prediction(
            ranked,
            belief.flattened(flatness),
            refined=Point(*map(float, favourite)),
            neighbours=self._refiner.neighbours(query, retrieved),
            encoder=self.encoder,
            bundle=self.bundle,
        )
        return replace(prediction, places=far_places(belief, prediction.guess, flatness))


def rank(geocells: Geocells, probabilities: NDArray[np.float64]) -> tuple[RankedGeocell, ...]:
    """The `TOP_GEOCELLS` most probable geocells, best first; ties by the lower id."""
    return tuple(
        RankedGeocell(
            name=geocells.names[cell],
            probability=float(probabilities[cell]),
            lat=float(geocells.centroids[cell, 0]),
            lng=float(geocells.centroids[cell, 1]),
        )
        for cell in np.argsort(-probabilities, kind="stable")[:TOP_GEOCELLS]
    )
