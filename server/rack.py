"""The bundles that are served: loaded after start-up, side by side, and anew at SIGHUP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from typing import Literal

from fastapi import APIRouter

from models.geolocator import Geolocator
from server.arena.shelf import Shelf
from server.gate import Gate
from server.inference.budget import Budget
from server.inference.endpoint import locate_router
from server.inference.served import ImageEncoder, Served, settle
from server.inference.service import LocateService
from server.locate.api import LocateRefused
from server.locate.bundles import Described, catalogue
from server.locate.desk import Desk
from server.locate.words import BundleWord
from server.metrics import Metrics
from server.operations import BundleStanding, Standing

DRAIN_S = 5.0
"""For requests that are being worked on when the server is told to stop."""

LOADING = "the models are still loading"

log = logging.getLogger(__name__)

Load = Callable[[str], tuple[ImageEncoder, Geolocator]]


class Rack:
    """What loads after start-up, and how far it is.

    Without the first bundle nothing is located; another one that cannot be used is left out.
    """

    def __init__(
        self,
        specs: Sequence[str],
        load: Load,
        packs: Shelf,
        gate: Gate,
        metrics: Metrics,
        budget: Budget,
    ) -> None:
        """`specs` are what `load` takes, the first bundle's first."""
        self._specs = tuple(dict.fromkeys(specs))
        self._load = load
        self._packs = packs
        self._gate = gate
        self._metrics = metrics
        self._budget = budget
        self._served: dict[str, Served] = {}
        """By spec."""
        self._problems: dict[str, str] = {}
        """Why a bundle cannot be used, or not as it now is; by spec."""
        self._loading = asyncio.Lock()
        self._loaded = False
        self._draining = False
        self.service: LocateService | None = None
        self.desk: Desk | None = None
        self.router: APIRouter | None = None

    async def load(self) -> None:
        """Load all bundles, each in a thread, and serve each once it is warm.

        Called again it loads them anew: who has a request under way is answered by what it began
        with, and a bundle that cannot be used leaves what is served as it is.
        """
        async with self._loading:
            for spec in self._specs:
                try:
                    served = await asyncio.to_thread(self._warm, spec)
                    self._serve(spec, served)
                except Exception as error:
                    self._problems[spec] = f"bundle {spec} cannot be used: {error}"
                    # What a bundle or encoder says of itself needs no traceback.
                    trace = not isinstance(error, ValueError)
                    log.error("%s", self._problems[spec], exc_info=trace)
                if self.service is None:
                    break  # without the first one there is nothing to serve the others beside
            await asyncio.to_thread(settle)
            self._loaded = True

    def _warm(self, spec: str) -> Served:
        served = Served(*self._load(spec))
        for other in list(self._served.values()):
            if _name(other.encoder) == _name(served.encoder):
                return Served(other.encoder, served.geolocator)  # the same weights: once in memory
        if served.encoder:
            served.encoder.warm_up()
        return served

    def _serve(self, spec: str, served: Served) -> None:
        before = self._served.get(spec)
        if before and before.name != served.name:
            raise ValueError(f"expected the name {before.name}, got: {served.name}")
        if any(one.name == served.name for at, one in self._served.items() if at != spec):
            raise ValueError(f"expected a name of its own, got another bundle's: {served.name}")
        if self.service is None:
            self.desk = Desk(
                served, lambda other: Served(*self._load(other)), self._words(served), self._packs
            )
            self.service = LocateService([served], meter=self._metrics, budget=self._budget)
            self.router = locate_router(self.service, self._gate)
        elif self.desk:
            self.service.serve(served)
            self.desk.put(spec, served)
        self._served[spec] = served
        self._problems.pop(spec, None)
        log.info("bundle %s with encoder %s is ready", served.name, served.geolocator.encoder)

    def _words(self, first: Served) -> list[Described]:
        """The bundles that photos may ask, `first` first, even where nothing describes it."""
        known, own = catalogue(*self._specs), self._specs[0]
        if known and known[0].spec == own:
            return known
        return [Described(own, BundleWord(name=first.name, about="", caveat="")), *known]

    async def drain(self) -> None:
        """End the conversations in good order; nobody else is let in."""
        self._draining = True
        if self.service:
            await self.service.drain(DRAIN_S)

    def close(self) -> None:
        """Drop what is left."""
        self._draining = True
        if self.service:
            self.service.close()

    def ready(self) -> tuple[LocateService, Desk]:
        """What answers photos.

        Raises:
            LocateRefused: there is nothing, or not yet.
        """
        if self.service is None or self.desk is None:
            raise LocateRefused(self.status, str(self.problem))
        return self.service, self.desk

    @property
    def problem(self) -> str | None:
        """Why nothing is located; None: it is."""
        if self.service:
            return None
        return self._problems.get(self._specs[0], LOADING) if self._loaded else LOADING

    @property
    def status(self) -> int:
        """HTTP's, while nothing is located. 5xx: come again; 4xx: in vain."""
        return 503 if self.problem == LOADING else 404

    def standing(self) -> Standing:
        """How far they are, for `/health` and `/ready`."""
        first = self._served.get(self._specs[0])
        return Standing(
            status=self._status_word(),
            encoder=first.geolocator.encoder if first else None,
            bundle=first.name if first else None,
            problem=self.problem,
            version=version("homing"),
            bundles=list(self._standings()),
        )

    def _standings(self) -> Iterator[BundleStanding]:
        for spec in self._specs:
            served, problem = self._served.get(spec), self._problems.get(spec)
            if served or problem:
                encoder = served.geolocator.encoder if served else None
                name = served.name if served else spec
                yield BundleStanding(name=name, encoder=encoder, problem=problem)

    def _status_word(self) -> Literal["loading", "ready", "failed", "draining"]:
        if self._draining:
            return "draining"
        if self.problem == LOADING:
            return "loading"
        return "failed" if self.problem else "ready"


def _name(encoder: ImageEncoder | None) -> str | None:
    return encoder.name if encoder else None
