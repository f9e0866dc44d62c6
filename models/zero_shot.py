"""A geolocator without training: geocells named in words, compared with pictures by CLIP.

After StreetCLIP (Haas et al. 2023): first the country, then the place in that country. Both are
CLIP's zero-shot classifier (Radford et al. 2021, section 3.1): cosine of the picture's and the
words' embedding, times the trained logit scale, softmax.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.classifier import Classifier
from models.decision import Belief, Rule, decide
from models.geocells import Geocells
from models.geolocator import Prediction
from models.pigeon import CANDIDATES, rank
from models.samples import checked_embeddings, unit


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """What was embedded: rows are of length logit scale, so products with unit vectors are logits.

    The bias of a sigmoid model (SigLIP) is the same for all words and drops out of the softmax.
    """

    countries: NDArray[np.float32]
    """`(k, d)`."""
    geocells: NDArray[np.float32]
    """`(c, d)`."""
    country_of: NDArray[np.int64]
    """`(c,)`, the row of each geocell's country."""

    def __post_init__(self) -> None:
        k, c = len(self.countries), len(self.country_of)
        if self.geocells.shape != (c, self.dim) or set(self.country_of.tolist()) != set(range(k)):
            raise ValueError(
                f"expected words for {c} geocells in {k} countries, each with a geocell, "
                f"got: {self.geocells.shape} in {sorted(set(self.country_of.tolist()))[:10]}"
            )

    @property
    def dim(self) -> int:
        """The embeddings' `d`."""
        return int(self.countries.shape[1])

    def log_probabilities(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """`(n, c)` for embeddings `(n, d)` of any length: log p(country) + log p(cell | country).

        A panorama's embedding is the mean of its views' and shorter than they are, the more the
        views differ. Its length says nothing of its place, so only its direction counts.
        """
        directions = unit(embeddings)
        countries = _softmax_layer(self.countries).log_probabilities(directions)
        cells = _softmax_layer(self.geocells).log_probabilities(directions)
        in_country = np.full_like(countries, -np.inf)
        np.logaddexp.at(in_country.T, self.country_of, cells.T)
        result: NDArray[np.float64] = cells + (countries - in_country)[:, self.country_of]
        return result


def _softmax_layer(words: NDArray[np.float32]) -> Classifier:
    return Classifier(words, np.zeros(len(words), np.float32))


class ZeroShot:
    """A `Geolocator` that knows geocells by their words alone."""

    def __init__(self, geocells: Geocells, words: Words, *, encoder: str, bundle: str) -> None:
        if len(words.geocells) != len(geocells):
            raise ValueError(
                f"{bundle}: expected words for {len(geocells)} geocells, got: {len(words.geocells)}"
            )
        self.geocells = geocells
        self.words = words
        self.encoder = encoder
        self.bundle = bundle

    def locate(self, embeddings: NDArray[np.float32]) -> list[Prediction]:
        """As `Geolocator.locate`."""
        queries = checked_embeddings(embeddings, self.words.dim)
        return [self._predict(row) for row in np.exp(self.words.log_probabilities(queries))]

    def _predict(self, probabilities: NDArray[np.float64]) -> Prediction:
        belief = Belief(self.geocells.centroids, probabilities, self.geocells.spreads_km)
        decision = decide(Rule.MOST_SCORE, belief, belief.best(CANDIDATES).points)
        ranked = rank(self.geocells, probabilities)
        return decision.prediction(ranked, belief, encoder=self.encoder, bundle=self.bundle)
