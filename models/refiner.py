"""Refinement: the most similar training panorama inside the most probable geocells.

After PIGEON (Haas et al., CVPR 2024, section 3.5): in each of the top geocells the prototype
nearest to the query in embedding space names a location cluster, and the geocells compete by
`p(geocell) * softmax(-distance / temperature)`. Inside the winning cluster the nearest member's
location is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.special import log_softmax

from models.decision import Belief
from models.geo import haversine_km, to_unit_vectors
from models.geolocator import Neighbour
from models.prototypes import Prototypes


@dataclass(frozen=True, slots=True, eq=False)
class Refinement:
    """What retrieval says of one query. The arrays have one entry per top geocell, best first."""

    winner: int
    """Index of the candidate that won."""
    geocells: NDArray[np.int64]
    points: NDArray[np.float64]
    """`(k, 2)`: the retrieved location in each geocell; the centroid of an empty one."""
    log_scores: NDArray[np.float64]
    """Log of each candidate's share; they sum to 1."""
    neighbours: tuple[Neighbour, ...]
    """The retrieved panoramas, most similar first."""


@dataclass(frozen=True, eq=False)
class Refiner:
    """Retrieval over the members of the top geocells."""

    centroids: NDArray[np.float64]
    """`(c, 2)` of all geocells."""
    prototypes: Prototypes
    top_k: int
    """Geocells that compete."""
    temperature: float
    """In units of embedding distance: small lets similarity outvote the classifier."""
    max_refinement_km: float
    """A winner further than this from the best geocell's centroid is refused: that cell wins."""

    def refine(
        self, embedding: NDArray[np.float32], log_probabilities: NDArray[np.float64]
    ) -> Refinement:
        """Refine one query `(d,)` whose geocells have log probabilities `(c,)`."""
        top = _top(log_probabilities, self.top_k)
        retrieved = [self._retrieve(embedding, int(geocell)) for geocell in top]
        points = np.array(
            [
                self.centroids[geocell] if found is None else self.prototypes.points[found[0]]
                for geocell, found in zip(top, retrieved, strict=True)
            ]
        )
        distances = np.array([np.nan if found is None else found[1] for found in retrieved])
        log_scores = compete(log_probabilities[top], distances, self.temperature)
        winner = int(np.argmax(log_scores))
        if haversine_km(points[winner], self.centroids[top[0]]) > self.max_refinement_km:
            winner = 0
        rows = [found[0] for found in retrieved if found is not None]
        return Refinement(winner, top, points, log_scores, self._neighbours(embedding, rows))

    def believe(
        self, embedding: NDArray[np.float32], log_probabilities: NDArray[np.float64]
    ) -> Belief:
        """How probable each training location of the top geocells is, for one query `(d,)`.

        A geocell's probability is shared by its members, and each share weighed by
        `exp(-distance / temperature)`: `compete`, between panoramas instead of prototypes. An
        empty geocell is one place, its centroid.
        """
        places, distances, shares = [], [], []
        for geocell in _top(log_probabilities, self.top_k):
            rows = self.prototypes.rows_of(int(geocell))
            members = self.prototypes.embeddings[rows]
            empty = len(members) == 0
            places.append(self.centroids[[geocell]] if empty else self.prototypes.points[rows])
            found = np.linalg.norm(members - embedding, axis=1)
            distances.append(np.array([np.nan]) if empty else found)
            each = log_probabilities[geocell] - np.log(max(len(members), 1))
            shares.append(np.full(len(places[-1]), each))
        weights = compete(np.concatenate(shares), np.concatenate(distances), self.temperature)
        points = np.concatenate(places)
        return Belief(points, np.exp(weights), np.full(len(points), self._spacing_km))

    @cached_property
    def _spacing_km(self) -> float:
        """Median distance of a member to the nearest other one: nothing is known more exactly."""
        if len(self.prototypes.points) < 2:
            return 0.0
        vectors = to_unit_vectors(self.prototypes.points)
        nearest = KDTree(vectors).query(vectors, k=2)[1][:, 1]
        points = self.prototypes.points
        return float(np.median(haversine_km(points, points[nearest])))

    def _retrieve(self, embedding: NDArray[np.float32], geocell: int) -> tuple[int, float] | None:
        """Row of the nearest member of the nearest cluster, and that cluster's distance."""
        clusters = self.prototypes.clusters_of(geocell)
        if clusters.start == clusters.stop:
            return None
        distances = np.linalg.norm(self.prototypes.means[clusters] - embedding, axis=1)
        nearest = int(np.argmin(distances))
        members = self.prototypes.members_of(clusters.start + nearest)
        to_members = np.linalg.norm(self.prototypes.embeddings[members] - embedding, axis=1)
        return members.start + int(np.argmin(to_members)), float(distances[nearest])

    def _neighbours(self, embedding: NDArray[np.float32], rows: list[int]) -> tuple[Neighbour, ...]:
        similarities = cosine(self.prototypes.embeddings[rows], embedding)
        return tuple(
            Neighbour(
                panorama=self.prototypes.panoramas[rows[i]],
                lat=float(self.prototypes.points[rows[i], 0]),
                lng=float(self.prototypes.points[rows[i], 1]),
                similarity=float(similarities[i]),
            )
            for i in np.argsort(-similarities, kind="stable")
        )


def compete(
    log_probabilities: NDArray[np.float64], distances: NDArray[np.float64], temperature: float
) -> NDArray[np.float64]:
    """Log shares `(k,)` of candidates: probability times softmax of `-distance / temperature`.

    A candidate without a distance (NaN: its geocell is empty) is given the largest of the others,
    so that emptiness is no argument for a geocell.
    """
    known = distances[~np.isnan(distances)]
    filled = np.where(np.isnan(distances), known.max() if len(known) else 0.0, distances)
    result: NDArray[np.float64] = log_softmax(
        log_probabilities + log_softmax(-filled / temperature)
    )
    return result


def cosine(rows: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float64]:
    """Cosines `(n,)` between `(n, d)` and `(d,)`; 0 for a zero vector."""
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(query)
    return np.asarray(np.clip(rows @ query / np.maximum(lengths, 1e-12), -1, 1), dtype=np.float64)


def _top(log_probabilities: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """The `k` best geocells, best first; ties by the lower id."""
    return np.argsort(-log_probabilities, kind="stable")[:k]
