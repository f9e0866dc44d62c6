"""Search within Cell: mixture classifier, retrieval inside its best cell, agreement, decision."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.decision import UNFITTED, Assurance, Belief, decide
from models.geolocator import TOP_GEOCELLS, Neighbour, Point, Prediction, RankedGeocell
from models.residual import Residual
from models.samples import checked_embeddings
from models.swc.background import Background, Found
from models.swc.config import SwcConfig
from models.swc.mixture import Mixture
from models.swc.search import agreed_place

Array = NDArray[np.float64]
Embeddings = NDArray[np.float32]

CANDIDATES = 50
"""Most probable components among whose means the guess is chosen."""

LOCALIZABLE_KM = 25
"""Radius of the prediction density, as published."""


class Swc:
    """A `Geolocator`. Its geocells are the components: what is nearest to one's mean."""

    def __init__(
        self,
        config: SwcConfig,
        mixture: Mixture,
        residual: Residual,
        background: Background,
        *,
        assurance: Assurance = UNFITTED,
        encoder: str,
        bundle: str,
    ) -> None:
        dims = mixture.classifier.dim, residual.dim, background.dim
        if len(set(dims)) != 1:
            raise ValueError(
                f"{bundle}: expected classifier, residual and background of one dimension, "
                f"got: {dims}"
            )
        self.config = config
        self.mixture = mixture
        self.residual = residual
        self.background = background
        self.assurance = assurance
        self.encoder = encoder
        self.bundle = bundle

    def locate(self, embeddings: Embeddings) -> list[Prediction]:
        """As `Geolocator.locate`."""
        queries = checked_embeddings(embeddings, self.residual.dim)
        log_weights, vectors = self.mixture.log_weights(queries), self.residual(queries)
        return [self._predict(*pair) for pair in zip(log_weights, vectors, strict=True)]

    def believe(self, embedding: NDArray[np.float32]) -> Belief:
        """How probable the components are, by one embedding `(d,)`."""
        query = embedding[None]
        log_weights = self.mixture.log_weights(query)[0]
        return self._belief(
            np.exp(log_weights), self._refine(log_weights, self.residual(query)[0])[1]
        )

    def retrieve(self, embeddings: Embeddings) -> Array:
        """Places `(n, 2)` by the same search in all of the background: no cell is asked for."""
        vectors = self.residual(checked_embeddings(embeddings, self.residual.dim))
        return np.array([self._place(self._search(vector, None)) for vector in vectors])

    def prediction_densities(self, embeddings: Embeddings) -> Array:
        """How localizable embeddings `(n, d)` are, `(n,)` in [0, 1]: `Mixture.mass_near`.

        Around the mean of the heaviest component.
        """
        log_weights = self.mixture.log_weights(checked_embeddings(embeddings, self.residual.dim))
        means = self.mixture.means[log_weights.argmax(axis=1)]
        return self.mixture.mass_near(log_weights, means, LOCALIZABLE_KM)

    def _search(self, vector: Embeddings, cells: NDArray[np.int64] | None) -> Found:
        return self.background.search(vector, self.config.neighbours, cells)

    def _place(self, found: Found) -> Array:
        """Where the found pictures agree."""
        how = self.config
        return agreed_place(
            found.points, found.similarities, eps_km=how.eps_km, min_samples=how.min_samples
        )[0]

    def _predict(self, log_weights: Array, vector: Embeddings) -> Prediction:
        config, weights = self.config, np.exp(log_weights)
        ranked = rank(self.mixture, weights)
        found, refined = self._refine(log_weights, vector)
        belief = self._belief(weights, refined)
        candidates = np.vstack([refined, belief.best(CANDIDATES).points])
        decision = decide(config.rule, belief, candidates, self.assurance, config.diagonal_km)
        return decision.prediction(
            ranked,
            belief.flattened(self.assurance.flatness),
            refined=Point(*map(float, refined)),
            neighbours=_neighbours(found),
            encoder=self.encoder,
            bundle=self.bundle,
        )

    def _refine(self, log_weights: Array, vector: Embeddings) -> tuple[Found, Array]:
        """What is found in the best cell and around, and the place `(2,)` that it speaks for."""
        top = int(np.argmax(log_weights))
        found = self._search(vector, self.mixture.around(top, self.config.reach_km))
        return found, self._place(found) if len(found.points) else self.mixture.means[top]

    def _belief(self, weights: Array, refined: Array) -> Belief:
        """The components; in the best one the found place stands for the mean."""
        points = self.mixture.means.copy()
        points[int(np.argmax(weights))] = refined
        return Belief(points, weights, self.mixture.spreads_km)


def rank(mixture: Mixture, weights: Array) -> tuple[RankedGeocell, ...]:
    """The `TOP_GEOCELLS` heaviest components, heaviest first; ties by the lower number."""
    return tuple(
        RankedGeocell(
            name=mixture.names[component],
            probability=float(weights[component]),
            lat=float(mixture.means[component, 0]),
            lng=float(mixture.means[component, 1]),
        )
        for component in np.argsort(-weights, kind="stable")[:TOP_GEOCELLS]
    )


def _neighbours(found: Found) -> tuple[Neighbour, ...]:
    rows = zip(found.panoramas, found.points.tolist(), found.similarities.tolist(), strict=True)
    return tuple(
        Neighbour(panorama, lat, lng, max(-1.0, min(1.0, similarity)))
        for panorama, (lat, lng), similarity in rows
    )
