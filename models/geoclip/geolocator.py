"""GeoCLIP: a picture's embedding compared with those of a gallery of places.

After Vivanco, Nayak and Shah (NeurIPS 2023, arXiv 2309.16020). The gallery was embedded when the
bundle was made (`models.geoclip.location_encoder`), so nothing here imports torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from scipy.spatial import KDTree
from scipy.special import log_softmax

from models.decision import Belief, Rule, decide
from models.geo import EARTH_RADIUS_KM, to_unit_vectors
from models.geocells import coordinate_names
from models.geolocator import TOP_GEOCELLS, Prediction, RankedGeocell
from models.pigeon import CANDIDATES
from models.samples import checked_embeddings, unit

Floats = NDArray[np.float32]

GALLERY_FILE, HEAD_FILE = "gallery.safetensors", "head.safetensors"


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """Two layers with a ReLU between: from CLIP's embeddings to those that places compare with."""

    hidden_weight: Floats
    """`(h, d)`."""
    hidden_bias: Floats
    out_weight: Floats
    """`(e, h)`."""
    out_bias: Floats

    @property
    def dim(self) -> int:
        """The embeddings' `d`."""
        return int(self.hidden_weight.shape[1])

    def __call__(self, embeddings: Floats) -> Floats:
        """`(n, e)` for embeddings `(n, d)`."""
        hidden = np.maximum(embeddings @ self.hidden_weight.T + self.hidden_bias, 0)
        result: Floats = hidden @ self.out_weight.T + self.out_bias
        return result

    def pulled_back(self, embedding: Floats, direction: NDArray[np.float64]) -> NDArray[np.float64]:
        """The gradient `(d,)` at an embedding `(d,)` of the output along a direction `(e,)`."""
        awake = self.hidden_weight @ embedding + self.hidden_bias > 0
        result: NDArray[np.float64] = (awake * (direction @ self.out_weight)) @ self.hidden_weight
        return result


@dataclass(frozen=True, eq=False)
class Gallery:
    """The places that may be named, two or more, each once."""

    points: NDArray[np.float64]
    """`(s, 2)`."""
    directions: Floats
    """`(s, e)`: unit vectors, by the location encoder."""

    def __post_init__(self) -> None:
        s = len(self.points)
        if s < 2 or self.points.shape != (s, 2) or len(self.directions) != s:
            raise ValueError(
                f"expected a gallery of 2 or more places with a direction each, "
                f"got: {self.points.shape} and {self.directions.shape}"
            )

    @cached_property
    def spreads_km(self) -> NDArray[np.float64]:
        """`(s,)`, from each place to the nearest other: so far is what lies between them."""
        vectors = to_unit_vectors(self.points)
        chords, _ = KDTree(vectors).query(vectors, k=2)
        return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chords[:, 1] / 2, 1)))


class GeoClip:
    """A `Geolocator` of the places of a gallery; each stands for a geocell of its own."""

    def __init__(
        self, gallery: Gallery, head: Head, logit_scale: float, *, encoder: str, bundle: str
    ) -> None:
        if gallery.directions.shape[1:] != head.out_bias.shape:
            raise ValueError(
                f"{bundle}: expected directions of {len(head.out_bias)} numbers, as the head's, "
                f"got: {gallery.directions.shape}"
            )
        self.gallery = gallery
        self.head = head
        self.logit_scale = logit_scale
        self.encoder = encoder
        self.bundle = bundle

    def locate(self, embeddings: Floats) -> list[Prediction]:
        """As `Geolocator.locate`. A panorama's embedding is the mean before the head."""
        queries = checked_embeddings(embeddings, self.head.dim)
        # One at a time: with 100,000 places a row is already a megabyte.
        return [self._predict(np.exp(self.log_probabilities(row))) for row in queries]

    def log_probabilities(self, embedding: Floats) -> NDArray[np.float64]:
        """`(s,)` for one embedding `(d,)`: cosines times the logit scale, softmax."""
        direction = unit(self.head(embedding[None]))[0]
        cosines = (self.gallery.directions @ direction).astype(np.float64)
        result: NDArray[np.float64] = log_softmax(self.logit_scale * cosines)
        return result

    def _predict(self, probabilities: NDArray[np.float64]) -> Prediction:
        belief = Belief(self.gallery.points, probabilities, self.gallery.spreads_km)
        best = belief.best(CANDIDATES)
        decision = decide(Rule.MOST_SCORE, belief, best.points)
        return decision.prediction(_ranked(best), belief, encoder=self.encoder, bundle=self.bundle)


def _ranked(best: Belief) -> tuple[RankedGeocell, ...]:
    """The first `TOP_GEOCELLS` places, called by their coordinates."""
    top = best.points[:TOP_GEOCELLS]
    shares = best.probabilities[:TOP_GEOCELLS].tolist()
    named = zip(coordinate_names(top), shares, top.tolist(), strict=True)
    return tuple(RankedGeocell(name, share, lat, lng) for name, share, (lat, lng) in named)


def save_geoclip(geolocator: GeoClip, folder: Path) -> dict[str, float]:
    """Write its two files; return what else a bundle must remember."""
    gallery, head = geolocator.gallery, geolocator.head
    save_file({"points": gallery.points, "directions": gallery.directions}, folder / GALLERY_FILE)
    save_file({name: getattr(head, name) for name in Head.__slots__}, folder / HEAD_FILE)
    return {"logit_scale": geolocator.logit_scale}


def load_geoclip(folder: Path, logit_scale: float, *, encoder: str, bundle: str) -> GeoClip:
    """Read what `save_geoclip` wrote."""
    gallery = Gallery(**load_file(folder / GALLERY_FILE))
    head = Head(**load_file(folder / HEAD_FILE))
    return GeoClip(gallery, head, logit_scale, encoder=encoder, bundle=bundle)
