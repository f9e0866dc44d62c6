"""Geolocator, the contract every model fulfils: an embedding in, a prediction out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


class Point(NamedTuple):
    """A place on Earth, degrees."""

    lat: float
    lng: float


@dataclass(frozen=True, slots=True)
class RankedGeocell:
    """A geocell with the probability that the panorama lies in it."""

    name: str
    probability: float
    lat: float
    """Of the centroid, as is `lng`."""
    lng: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A panorama of the index that looks alike."""

    panorama: str
    """Its id in the pack it was indexed from."""
    lat: float
    lng: float
    similarity: float
    """Cosine, in [-1, 1]."""


class Believed(NamedTuple):
    """A place where a panorama may be, of a geolocator's posterior."""

    lat: float
    lng: float
    probability: float
    spread_km: float
    """Root mean square distance of the locations it stands for."""


class FarPlace(NamedTuple):
    """One of the places, far from each other, between which a geolocator wavers."""

    lat: float
    lng: float
    probability: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a geolocator says of one panorama."""

    geocells: tuple[RankedGeocell, ...]
    """The most probable ones, best first; at most `TOP_GEOCELLS`. Never empty."""
    geocell_guess: Point
    """Centroid of the best geocell: the guess without refinement."""
    refined_guess: Point
    """What retrieval inside the top geocells says."""
    guess: Point
    """The decided guess: the one to play."""
    reason: str
    """Why `guess` was chosen, a sentence for people."""
    radius_50_km: float
    """The 50 % circle around `guess`: it holds half of the truths."""
    radius_90_km: float
    expected_score: float
    """Points to expect, in [0, 5000]: the trust to abstain by. Those of the world map, unless the
    bundle was made for another."""
    neighbours: tuple[Neighbour, ...]
    """Most similar first; may be empty."""
    encoder: str
    """The encoder whose embedding was located, as `Encoder.name`."""
    bundle: str
    """The bundle that located it."""
    belief: tuple[Believed, ...] = ()
    """The posterior that radii and expected score rest on: its most probable places, best first,
    at most `TOP_BELIEVED`. Empty: no more is known than `geocells`."""
    places: tuple[FarPlace, ...] = ()
    """The guess, then its rivals far away; they sum to 1. Empty: not known."""


TOP_GEOCELLS = 5
TOP_BELIEVED = 200


class Geolocator(Protocol):
    """Says where panoramas are, from their embeddings. Numpy at the border, torch inside."""

    @property
    def encoder(self) -> str:
        """Name of the encoder whose embeddings it understands."""

    @property
    def bundle(self) -> str:
        """Name of the bundle it was loaded from."""

    def locate(self, embeddings: NDArray[np.float32]) -> list[Prediction]:
        """Predictions `n` for panorama embeddings `(n, d)`, each the plain mean of its views'.

        Raises:
            ValueError: the array is not `(n, d)` with this encoder's `d`, or not finite.
        """
