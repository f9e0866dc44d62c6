"""Puts the server together: gate, arena, pages, and the models behind /ws/locate."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

from fastapi import APIRouter, FastAPI, WebSocket
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from models.geolocator import Geolocator
from server.arena.api import install_arena
from server.arena.host import Host
from server.arena.place_words import describe
from server.arena.shelf import Shelf
from server.arena.store import Store
from server.door import Door
from server.gate import Gate
from server.inference.endpoint import locate_router
from server.inference.service import ImageEncoder, LocateService
from server.locate.api import LocateRefused, install_locate
from server.locate.bundles import catalogue, load_models
from server.locate.desk import Desk
from server.metrics import Metrics
from server.openapi import ABOUT
from server.operations import Standing, install_operations
from server.pages import install_pages, security_headers
from server.settings import Settings
from server.statistics.api import install_statistics
from server.statistics.ledger import Ledger
from server.statistics.posted import Posted
from server.traffic import Traffic

MAX_BODY_BYTES = 64 * 1024
"""The arena's words are small; `/ws/locate` and `/api/locate` have limits of their own."""

DRAIN_S = 5.0
"""For requests that are being worked on when the server is told to stop."""

LOADING = "the models are still loading"

log = logging.getLogger(__name__)


Load = Callable[[str], tuple[ImageEncoder, Geolocator]]


@dataclass(slots=True)
class _Models:
    """What loads after start-up, and how far it is."""

    service: LocateService | None = None
    desk: Desk | None = None
    router: APIRouter | None = None
    encoder: str | None = None
    bundle: str | None = None
    problem: str | None = LOADING
    """Why nothing is located; None: it is."""
    draining: bool = False
    """The server is told to end."""

    def load(self, load: Load, settings: Settings, gate: Gate, metrics: Metrics) -> None:
        """Slow; to be called in a thread. A bundle that cannot be used leaves `problem`."""
        bundle = settings.bundle
        try:
            encoder, geolocator = models = load(bundle)
            encoder.warm_up()
            self.desk = Desk(models, load, catalogue(bundle), Shelf(settings.packs))
            self.service = LocateService(encoder, geolocator, meter=metrics)
        except Exception as error:
            self.problem = f"bundle {bundle} cannot be used: {error}"
            # What a bundle or encoder says of itself needs no traceback.
            log.error("%s", self.problem, exc_info=not isinstance(error, ValueError))
        else:
            self.router = locate_router(self.service, gate)
            self.encoder, self.bundle = geolocator.encoder, geolocator.bundle
            self.problem = None
            log.info("bundle %s with encoder %s is ready", self.bundle, self.encoder)

    async def drain(self) -> None:
        """End the conversations in good order; nobody else is let in."""
        self.draining = True
        if self.service:
            await self.service.drain(DRAIN_S)

    def ready(self) -> tuple[LocateService, Desk]:
        """What answers photos.

        Raises:
            LocateRefused: there is nothing, or not yet.
        """
        if self.service is None or self.desk is None:
            raise LocateRefused(self.status, str(self.problem))
        return self.service, self.desk

    @property
    def status(self) -> int:
        """HTTP's, while nothing is located. 5xx: come again; 4xx: in vain."""
        return 503 if self.problem == LOADING else 404

    def standing(self) -> Standing:
        """How far they are, for `/health` and `/ready`."""
        return Standing(
            status=self._status_word(),
            encoder=self.encoder,
            bundle=self.bundle,
            problem=self.problem,
            version=version("homing"),
        )

    def _status_word(self) -> Literal["loading", "ready", "failed", "draining"]:
        if self.draining:
            return "draining"
        if self.problem == LOADING:
            return "loading"
        return "failed" if self.problem else "ready"


def create_app(settings: Settings, load: Load = load_models) -> FastAPI:
    """The server as `settings` want it. Models are loaded after start-up, in a thread."""
    settings.home.mkdir(parents=True, exist_ok=True)
    gate = Gate(settings.token, settings.own_origins | settings.origins)
    store = Store(settings.database_url)
    posted = Posted(settings.database_url)
    metrics = Metrics()
    models = _Models()

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(asyncio.to_thread(models.load, load, settings, gate, metrics))
        yield
        models.draining = True
        await loading
        if models.service:
            models.service.close()
        posted.close()
        store.close()

    app = FastAPI(
        title="Homing",
        summary=ABOUT,
        version=version("homing"),
        lifespan=running,
        max_body_size=MAX_BODY_BYTES,
        openapi_url="/api/openapi.json",
        docs_url=None,  # they would load scripts from elsewhere
        redoc_url=None,
    )
    app.state.drain = models.drain
    _guard(app, settings, gate)
    app.add_middleware(Traffic, metrics=metrics)
    _install_models(app, models)
    install_operations(app, gate, models.standing, metrics)
    install_arena(app, Host(store, Shelf(settings.packs), describe, hear=metrics.played), gate)
    install_locate(app, gate, models.ready, metrics)
    install_statistics(app, Ledger(posted, store), gate)
    install_pages(app, settings)
    return app


def _install_models(app: FastAPI, models: _Models) -> None:
    @app.websocket("/ws/locate")
    async def locate(socket: WebSocket) -> None:
        if models.router:
            await models.router(socket.scope, socket.receive, socket.send)
        else:
            answer = JSONResponse({"detail": models.problem}, models.status)
            await socket.send_denial_response(answer)


def _guard(app: FastAPI, settings: Settings, gate: Gate) -> None:
    """Refuse other hosts' names; see to everyone at the door."""
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=sorted(settings.hosts))
    app.add_middleware(Door, gate=gate, headers=security_headers(settings))
