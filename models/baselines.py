"""Light geolocators that any model must beat: the land prior, and the nearest neighbour."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import faiss
import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from models.decision import Belief, Rule, decide
from models.geo import expected_points, haversine_km
from models.geocells import Geocells, coordinate_names
from models.geolocator import TOP_GEOCELLS, Neighbour, Point, Prediction, RankedGeocell
from models.pigeon import rank
from models.samples import Samples, checked_embeddings, unit


class LandPrior:
    """A `Geolocator` that never looks: it names the point that scores best on average.

    What it believes is where panoramas are: a probability for each geocell.
    """

    def __init__(
        self,
        geocells: Geocells,
        probabilities: NDArray[np.float64],
        *,
        dim: int,
        encoder: str,
        bundle: str,
    ) -> None:
        if probabilities.shape != (len(geocells),) or not np.isclose(probabilities.sum(), 1):
            raise ValueError(
                f"{bundle}: expected {len(geocells)} probabilities of sum 1, "
                f"got: {probabilities.shape} of sum {probabilities.sum()}"
            )
        self.geocells = geocells
        self.probabilities = probabilities
        self.dim = dim
        self.encoder = encoder
        self.bundle = bundle

    @cached_property
    def _prediction(self) -> Prediction:
        centroids, ranked = self.geocells.centroids, rank(self.geocells, self.probabilities)
        belief = Belief(centroids, self.probabilities, self.geocells.spreads_km)
        best_first = centroids[np.argsort(-self.probabilities, kind="stable")]
        decision = decide(Rule.MOST_SCORE, belief, best_first)
        reason = "Where panoramas are in general; this one was not looked at."
        return replace(decision, reason=reason).prediction(
            ranked, belief, encoder=self.encoder, bundle=self.bundle
        )

    def locate(self, embeddings: NDArray[np.float32]) -> list[Prediction]:
        """As `Geolocator.locate`; the same for each."""
        return [self._prediction] * len(checked_embeddings(embeddings, self.dim))


class NearestNeighbour:
    """A `Geolocator` that names the place of the most similar indexed panorama (cosine).

    Each of the most similar panoramas stands for a geocell of its own. Radii and expected score
    are those of the index: each of its panoramas located by the others.
    """

    TEMPERATURE = 0.05
    """Turns cosines into the neighbours' probabilities. A choice of taste: it is not calibrated."""

    CALIBRATION = 1000
    """Panoramas, at most, that are located by the others to know the usual error."""

    def __init__(self, samples: Samples, *, bundle: str) -> None:
        if len(samples) < 2:
            raise ValueError(f"{bundle}: expected 2 or more indexed panoramas, got: {len(samples)}")
        self.samples = samples
        self.encoder = samples.encoder
        self.bundle = bundle
        dim = samples.embeddings.shape[1]
        self._index = faiss.IndexFlatIP(dim)
        self._index.add(unit(checked_embeddings(samples.embeddings, dim)))

    def locate(self, embeddings: NDArray[np.float32]) -> list[Prediction]:
        """As `Geolocator.locate`."""
        queries = checked_embeddings(embeddings, self._index.d)
        cosines, rows = self._search(queries, min(TOP_GEOCELLS, len(self.samples)))
        return [self._predict(c, r) for c, r in zip(cosines, rows, strict=True)]

    def _search(
        self, queries: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        cosines, rows = self._index.search(unit(queries), k)
        return np.clip(cosines, -1, 1), rows

    @cached_property
    def _usual_errors_km(self) -> NDArray[np.float64]:
        step = -(-len(self.samples) // self.CALIBRATION)
        own = np.arange(0, len(self.samples), step)
        _, rows = self._search(np.asarray(self.samples.embeddings[own]), 2)
        other = np.where(rows[:, 0] == own, rows[:, 1], rows[:, 0])
        return haversine_km(self.samples.points[own], self.samples.points[other])

    def _predict(self, cosines: NDArray[np.float32], rows: NDArray[np.int64]) -> Prediction:
        places = [Point(*map(float, self.samples.points[row])) for row in rows]
        names = coordinate_names(self.samples.points[rows])
        shares = softmax(cosines.astype(np.float64) / self.TEMPERATURE)
        half, most = np.quantile(self._usual_errors_km, [0.5, 0.9])
        return Prediction(
            geocells=tuple(
                RankedGeocell(name, float(share), *place)
                for name, share, place in zip(names, shares, places, strict=True)
            ),
            geocell_guess=places[0],
            refined_guess=places[0],
            guess=places[0],
            reason="The place of the most similar panorama of the index.",
            radius_50_km=float(half),
            radius_90_km=float(most),
            expected_score=float(expected_points(self._usual_errors_km).mean()),
            neighbours=tuple(
                Neighbour(self.samples.panoramas[row], place.lat, place.lng, float(cosine))
                for row, place, cosine in zip(rows, places, cosines, strict=True)
            ),
            encoder=self.encoder,
            bundle=self.bundle,
        )
