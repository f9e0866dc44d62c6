"""Players that look: bundles, and baselines made out of one. Here the models are put in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from bot.game import Guess
from bot.tournament.players import Answer, Scene
from bot.tournament.sittings import digest
from models.baselines import LandPrior, NearestNeighbour
from models.bundle import Bundle, load_bundle
from models.encoder import Encoder, mean_of_views
from models.geolocator import Geolocator, Prediction
from models.pigeon import Pigeon
from models.samples import Samples

DEFAULT_BUNDLE = "world-small"

CUTTERS = 4
"""Threads that read panoramas and cut views."""


class Eye:
    """An encoder that looks at each panorama once, whoever asks."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._seen: dict[str, NDArray[np.float32]] = {}
        self._looking = Lock()

    def embed(self, scenes: Sequence[Scene]) -> NDArray[np.float32]:
        """Mean embeddings `(n, d)` of scenes. Slow."""
        with self._looking:
            new = [scene for scene in scenes if scene.key not in self._seen]
            found = dict(zip(map(id, new), self._embedded(new), strict=True))
            self._seen |= {s.key: found[id(s)] for s in new if s.key is not None}
            return np.stack(
                [found[id(s)] if id(s) in found else self._seen[str(s.key)] for s in scenes]
            )

    def _embedded(self, scenes: Sequence[Scene]) -> list[NDArray[np.float32]]:
        with ThreadPoolExecutor(CUTTERS) as pool:
            views = list(pool.map(lambda scene: scene.squares(self._encoder.image_px), scenes))
        embeddings = self._encoder.embed([view for of_one in views for view in of_one])
        ends = np.cumsum([len(of_one) for of_one in views])
        return [mean_of_views(of_one) for of_one in np.split(embeddings, ends[:-1]) if len(of_one)]


class BundlePlayer:
    """A geolocator with the eye it needs."""

    def __init__(self, name: str, spec: str, geolocator: Geolocator, eye: Eye) -> None:
        self.name = name
        self.spec = spec
        self._geolocator = geolocator
        self.eye = eye

    async def answers(self, scenes: Sequence[Scene]) -> list[Answer]:
        """See `Player`."""
        return await asyncio.to_thread(self._answers, scenes)

    def _answers(self, scenes: Sequence[Scene]) -> list[Answer]:
        started_s = perf_counter()
        found = self._geolocator.locate(self.eye.embed(scenes))
        each_ms = (perf_counter() - started_s) * 1000 / len(scenes)
        return [Answer(Guess(p.guess.lat, p.guess.lng), each_ms) for p in found]


def load_players(specs: Iterable[tuple[str | None, str]]) -> list[BundlePlayer]:
    """Players by name and spec: a bundle, or a baseline made out of one. They share encoders.

    Raises:
        ValueError: a spec is neither, or its bundle is broken or unfit.
    """
    eyes: dict[str, Eye] = {}
    return [_player(name, spec, eyes) for name, spec in specs]


def _player(name: str | None, spec: str, eyes: dict[str, Eye]) -> BundlePlayer:
    kind, _, rest = spec.partition(":")
    if kind in _MADE:
        bundle = load_bundle(rest or DEFAULT_BUNDLE)
        made = _MADE[kind](bundle)
        return BundlePlayer(name or kind, _as_it_is(spec, bundle), made, _eye(bundle, eyes))
    bundle = load_bundle(spec)
    who, what = name or bundle.name, _as_it_is(spec, bundle)
    return BundlePlayer(who, what, bundle.geolocator, _eye(bundle, eyes))


def _as_it_is(spec: str, bundle: Bundle) -> str:
    """Trained anew, a bundle keeps its name; what is in it stands in its list of files."""
    return f"{spec} {digest(bundle.folder / 'bundle.json')}"


def _eye(bundle: Bundle, eyes: dict[str, Eye]) -> Eye:
    """That of its encoder, which is loaded once."""
    encoder = bundle.geolocator.encoder
    if encoder not in eyes:
        eyes[encoder] = Eye(bundle.load_encoder())
    return eyes[encoder]


def _pigeon(bundle: Bundle, baseline: str) -> Pigeon:
    if not isinstance(bundle.geolocator, Pigeon):
        raise ValueError(
            f"{baseline}:{bundle.name}: expected a bundle of kind pigeon, got: {bundle.kind}"
        )
    return bundle.geolocator


def _land_prior(bundle: Bundle) -> Geolocator:
    """What is best to say unseen, by where the bundle's training panoramas are."""
    pigeon = _pigeon(bundle, "land-prior")
    held = np.bincount(pigeon.prototypes.geocells, minlength=len(pigeon.geocells))
    shares = held / held.sum()
    dim = pigeon.classifier.dim
    return LandPrior(pigeon.geocells, shares, dim=dim, encoder=pigeon.encoder, bundle=bundle.name)


class Nearest:
    """A `Geolocator`: the place of the training panorama that looks most alike to a Pigeon."""

    def __init__(self, pigeon: Pigeon) -> None:
        members = pigeon.prototypes
        splits = ("train",) * len(members.panoramas)
        samples = Samples(
            "", pigeon.encoder, members.panoramas, members.points, splits, members.embeddings
        )
        self.encoder = pigeon.encoder
        self.bundle = pigeon.bundle
        self._residual = pigeon.residual
        self._neighbours = NearestNeighbour(samples, bundle=pigeon.bundle)

    def locate(self, embeddings: NDArray[np.float32]) -> list[Prediction]:
        """As `Geolocator.locate`."""
        # Its members are kept as its retrieval module changes them.
        changed = self._residual(embeddings) if self._residual else embeddings
        return self._neighbours.locate(changed)


def _nearest(bundle: Bundle) -> Geolocator:
    return Nearest(_pigeon(bundle, "nearest"))


_MADE = {"land-prior": _land_prior, "nearest": _nearest}
"""Baselines that are made out of a bundle."""
