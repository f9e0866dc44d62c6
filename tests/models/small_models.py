"""Geolocators over 60 made-up panoramas around six cities, small enough to check by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.baselines import LandPrior, NearestNeighbour
from models.classifier import Classifier
from models.geoclip.geolocator import Gallery, GeoClip, Head
from models.pigeon import PIGEON, Pigeon
from models.prototypes import make_prototypes
from models.rectangular_geocells import rectangular_geocells
from models.residual import Residual
from models.samples import Samples, unit
from models.swc.background import Background, make_segment
from models.swc.config import SWC, SwcConfig
from models.swc.geolocator import Swc
from models.swc.mixture import Mixture
from models.zero_shot import Words, ZeroShot

DIM = 8
CITIES = np.array(
    [
        (48.86, 2.35),
        (-33.87, 151.21),
        (35.68, 139.69),
        (-12.05, -77.04),
        (64.15, -21.94),
        (-17.92, 25.86),
    ]
)
PER_CITY = 10
SWC_SMALL = replace(SWC, eps_km=5)


def points() -> NDArray[np.float64]:
    """`(60, 2)`, ten within some 10 km of each city, in the cities' order."""
    scatter = np.random.default_rng(1).normal(scale=0.05, size=(len(CITIES) * PER_CITY, 2))
    return np.repeat(CITIES, PER_CITY, axis=0) + scatter


def samples(encoder: str = "made-up@00000000") -> Samples:
    """Each city has a direction of its own in embedding space."""
    rng = np.random.default_rng(2)
    directions = rng.normal(size=(len(CITIES), DIM)) * 3
    noise = rng.normal(size=(len(CITIES) * PER_CITY, DIM)) * 0.3
    return Samples(
        "made-up",
        encoder,
        tuple(f"p{n:02}" for n in range(len(CITIES) * PER_CITY)),
        points(),
        ("train",) * (len(CITIES) * PER_CITY),
        (np.repeat(directions, PER_CITY, axis=0) + noise).astype(np.float32),
    )


def pigeon(encoder: str = "made-up@00000000", residual: Residual | None = None) -> Pigeon:
    """A classifier that knows each geocell's mean embedding."""
    known = samples(encoder)
    vectors = residual(known.embeddings) if residual else known.embeddings
    geocells = rectangular_geocells(known.points, PER_CITY)
    ids = geocells.locate(known.points)
    weight = np.array([known.embeddings[ids == cell].mean(axis=0) for cell in range(len(geocells))])
    return Pigeon(
        PIGEON,
        geocells,
        Classifier(weight.astype(np.float32), (-(weight**2).sum(axis=1) / 2).astype(np.float32)),
        make_prototypes(known.panoramas, known.points, vectors, ids, min_samples=3, xi=0.15),
        residual=residual,
        encoder=encoder,
        bundle="small-pigeon",
    )


def nearest_neighbour(encoder: str = "made-up@00000000") -> NearestNeighbour:
    return NearestNeighbour(samples(encoder), bundle="small-neighbour")


def land_prior(encoder: str = "made-up@00000000") -> LandPrior:
    geocells = rectangular_geocells(points(), PER_CITY)
    shares = np.full(len(geocells), 1 / len(geocells))
    return LandPrior(geocells, shares, dim=DIM, encoder=encoder, bundle="small-prior")


def zero_shot(encoder: str = "made-up@00000000") -> ZeroShot:
    """The same geocells in three countries, two in each; their words say nothing."""
    geocells = rectangular_geocells(points(), PER_CITY)
    rng = np.random.default_rng(6)
    words = Words(
        (rng.normal(size=(3, DIM)) * 2).astype(np.float32),
        (rng.normal(size=(len(geocells), DIM)) * 2).astype(np.float32),
        np.arange(len(geocells)) % 3,
    )
    return ZeroShot(geocells, words, encoder=encoder, bundle="small-words")


def geoclip(encoder: str = "made-up@00000000") -> GeoClip:
    """A gallery of the 60 places; its head and directions say nothing."""
    rng = np.random.default_rng(9)
    shapes = [(12, DIM), (12,), (5, 12), (5,)]
    head = Head(*(rng.normal(size=shape).astype(np.float32) for shape in shapes))
    directions = unit(rng.normal(size=(len(CITIES) * PER_CITY, 5)).astype(np.float32))
    gallery = Gallery(points(), directions)
    return GeoClip(gallery, head, 10.0, encoder=encoder, bundle="small-gallery")


def swc(encoder: str = "made-up@00000000", config: SwcConfig = SWC_SMALL) -> Swc:
    """A component around each city, weighed by its mean embedding; one more has no picture."""
    known = samples(encoder)
    means = np.vstack([CITIES, (0.0, -150.0)])
    weight = known.embeddings.reshape(len(CITIES), PER_CITY, DIM).mean(axis=1)
    weight = np.vstack([weight, -weight.sum(axis=0)])
    bias = (-(weight**2).sum(axis=1) / 2).astype(np.float32)
    mixture = Mixture(
        tuple(f"c{n}" for n in range(len(means))),
        means,
        np.full(len(means), 1e5),
        Classifier(weight.astype(np.float32), bias),
    )
    cells = mixture.locate(known.points)
    residual = plain_residual()
    segment = make_segment(known.panoramas, known.points, residual(known.embeddings), cells)
    background = Background((segment,))
    return Swc(config, mixture, residual, background, encoder=encoder, bundle="small-swc")


def plain_residual() -> Residual:
    """One that only normalises."""
    one, none = np.ones(DIM, np.float32), np.zeros(DIM, np.float32)
    wide, narrow = np.zeros((4, DIM), np.float32), np.zeros((DIM, 4), np.float32)
    return Residual(one, none, wide, np.zeros(4, np.float32), narrow, none, one, none)
