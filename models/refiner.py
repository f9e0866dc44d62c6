"""Refinement: the most similar training panorama inside the most probable geocells.

After PIGEON (Haas et al., CVPR 2024, section 3.5): in each of the top geocells the prototype
nearest to the query in embedding space names a location cluster, and the geocells compete by
`p(geocell) * softmax(-distance / temperature)`. Inside the winning cluster the nearest member's
location is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.special import log_softmax

from models.decision import Belief
from models.geo import haversine_km, to_unit_vectors
from models.geolocator import Neighbour
from models.prototypes import Prototypes
from models.sections import Rows, Sections

NEIGHBOURS = 5
"""Retrieved panoramas that are shown."""


class Rivals(StrEnum):
    """What of a geocell is compared with the query."""

    PROTOTYPES = "prototypes"
    """The nearest location cluster's mean embedding; its nearest member is retrieved."""
    MEMBERS = "members"
    """The nearest member itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Refinements:
    """What retrieval says of `n` queries, in each of their `k` top geocells, best first."""

    winners: Rows
    """`(n,)`: which of the `k` candidates won."""
    geocells: Rows
    """`(n, k)`."""
    rows: Rows
    """`(n, k)`: the retrieved member of `Prototypes`; -1 in an empty geocell."""
    points: NDArray[np.float64]
    """`(n, k, 2)`: where it is; the centroid of an empty geocell."""
    log_scores: NDArray[np.float64]
    """`(n, k)`: log of each candidate's share; a query's shares sum to 1."""

    @property
    def guesses(self) -> NDArray[np.float64]:
        """`(n, 2)`: the winners' points."""
        return self.points[np.arange(len(self.winners)), self.winners]


@dataclass(frozen=True, eq=False)
class Refiner:
    """Retrieval over the members of the top geocells."""

    centroids: NDArray[np.float64]
    """`(c, 2)` of all geocells."""
    prototypes: Prototypes
    top_k: int
    """Geocells that compete."""
    rivals: Rivals
    temperature: float
    """In units of embedding distance: small lets similarity outvote the classifier."""
    max_refinement_km: float | None
    """A winner further than this from the best geocell's centroid is refused: that cell wins. None
    refuses none."""

    def refine(
        self, embeddings: NDArray[np.float32], log_probabilities: NDArray[np.float64]
    ) -> Refinements:
        """Refine queries `(n, d)` whose geocells have log probabilities `(n, c)`."""
        top = _top(log_probabilities, self.top_k)
        rows, distances = self._retrieve(embeddings, top)
        found = self.prototypes.points[rows]
        points = np.where(rows[..., None] < 0, self.centroids[top], found)
        among = np.take_along_axis(log_probabilities, top, axis=1)
        log_scores = compete(among, distances, self.temperature)
        winners = log_scores.argmax(axis=1)
        if self.max_refinement_km is not None:
            chosen = points[np.arange(len(top)), winners]
            winners[haversine_km(chosen, self.centroids[top[:, 0]]) > self.max_refinement_km] = 0
        return Refinements(winners, top, rows, points, log_scores)

    def believe(
        self, embedding: NDArray[np.float32], log_probabilities: NDArray[np.float64]
    ) -> Belief:
        """How probable each training location of the top geocells is, for one query `(d,)`.

        A geocell's probability is shared by its members, and each share weighed by
        `exp(-distance / temperature)`: `compete`, between panoramas instead of geocells. An
        empty geocell is one place, its centroid.
        """
        top = _top(log_probabilities[None], self.top_k)[0]
        rows, counts = self.prototypes.rows_of_all(top)
        places, empty = np.maximum(counts, 1), top[counts == 0]
        shares = log_probabilities[top] - np.log(places)
        distances = np.linalg.norm(self.prototypes.embeddings[rows] - embedding, axis=1)
        points = np.concatenate([self.prototypes.points[rows], self.centroids[empty]])
        weights = compete(
            np.concatenate([np.repeat(shares, counts), shares[counts == 0]]),
            np.concatenate([distances, np.full(len(empty), np.nan)]),
            self.temperature,
        )
        return Belief(points, np.exp(weights), np.full(len(points), self._spacing_km))

    def neighbours(self, embedding: NDArray[np.float32], rows: Rows) -> tuple[Neighbour, ...]:
        """The `NEIGHBOURS` most similar of the members `rows` `(k,)`, -1 left out, to `(d,)`."""
        rows = rows[rows >= 0]
        similarities = cosine(self.prototypes.embeddings[rows], embedding)
        return tuple(
            Neighbour(
                panorama=self.prototypes.panoramas[rows[i]],
                lat=float(self.prototypes.points[rows[i], 0]),
                lng=float(self.prototypes.points[rows[i], 1]),
                similarity=float(similarities[i]),
            )
            for i in np.argsort(-similarities, kind="stable")[:NEIGHBOURS]
        )

    @cached_property
    def _spacing_km(self) -> float:
        """Median distance of a member to the nearest other one: nothing is known more exactly."""
        if len(self.prototypes.points) < 2:
            return 0.0
        vectors = to_unit_vectors(self.prototypes.points)
        nearest = KDTree(vectors).query(vectors, k=2)[1][:, 1]
        points = self.prototypes.points
        return float(np.median(haversine_km(points, points[nearest])))

    def _retrieve(
        self, embeddings: NDArray[np.float32], geocells: Rows
    ) -> tuple[Rows, NDArray[np.float64]]:
        """Rows `(n, k)` of the retrieved members, and the distances by which geocells compete."""
        queries, asked = np.repeat(embeddings, geocells.shape[1], axis=0), geocells.ravel()
        rows, distances = self._of_geocells.nearest(queries, asked)
        if self.rivals is Rivals.PROTOTYPES:
            rows, _ = self._of_clusters.nearest(queries, rows)
        return rows.reshape(geocells.shape), distances.reshape(geocells.shape)

    @cached_property
    def _of_geocells(self) -> Sections:
        known = self.prototypes
        if self.rivals is Rivals.MEMBERS:
            return Sections(known.embeddings, known.geocells, len(self.centroids))
        _, first = np.unique(known.clusters, return_index=True)
        return Sections(known.means, known.geocells[first], len(self.centroids))

    @cached_property
    def _of_clusters(self) -> Sections:
        return Sections(self.prototypes.embeddings, self.prototypes.clusters, len(self.prototypes))


def compete(
    log_probabilities: NDArray[np.float64], distances: NDArray[np.float64], temperature: float
) -> NDArray[np.float64]:
    """Log shares `(..., k)` of candidates: probability times softmax of `-distance / temperature`.

    A candidate without a distance (NaN: its geocell is empty) is given the largest of the others,
    so that emptiness is no argument for a geocell.
    """
    unknown = np.isnan(distances)
    farthest = np.where(unknown, 0.0, distances).max(axis=-1, keepdims=True)
    filled = np.where(unknown, farthest, distances)
    result: NDArray[np.float64] = log_softmax(log_probabilities - filled / temperature, axis=-1)
    return result


def cosine(rows: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float64]:
    """Cosines `(n,)` between `(n, d)` and `(d,)`; 0 for a zero vector."""
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(query)
    return np.asarray(np.clip(rows @ query / np.maximum(lengths, 1e-12), -1, 1), dtype=np.float64)


def _top(log_probabilities: NDArray[np.float64], k: int) -> Rows:
    """The `k` best geocells `(n, k)` of `(n, c)`, best first; ties by the lower id."""
    n, count = log_probabilities.shape
    k = min(k, count)
    # The best of each block: k of them are as good as the k-th, so it bounds the k best of all.
    blocks = np.maximum.reduceat(log_probabilities, np.arange(0, count, _block(count, k)), axis=1)
    worst = np.partition(blocks, blocks.shape[1] - k, axis=1)[:, blocks.shape[1] - k, None]
    queries, good = np.nonzero(log_probabilities >= worst)  # k of each query, or more where it ties
    order = np.lexsort((good, -log_probabilities[queries, good], queries))
    starts = np.searchsorted(queries, np.arange(n))
    result: Rows = good[order][starts[:, None] + np.arange(k)]
    return result


def _block(count: int, k: int) -> int:
    """So long that there are `k` blocks or more, and long enough to leave few to be sorted."""
    return max(1, min(32, count // k))
