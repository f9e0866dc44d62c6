"""Puts the server together: gate, arena, pages, and the models behind /ws/locate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, WebSocket
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from server.arena.api import install_arena
from server.arena.host import Host
from server.arena.place_words import describe
from server.arena.shelf import Shelf
from server.arena.store import Store
from server.door import Door
from server.experiments.api import install_experiments
from server.experiments.desk import Desk as StudyDesk
from server.experiments.store import Studies
from server.gate import Gate
from server.inference.budget import Budget
from server.live.api import install_live
from server.live.store import LiveStore
from server.locate.api import install_locate
from server.locate.bundles import load_models
from server.metrics import Metrics
from server.openapi import ABOUT
from server.operations import install_operations
from server.pages import install_pages, security_headers
from server.rack import Load, Rack
from server.settings import Settings
from server.statistics.api import install_statistics
from server.statistics.ledger import Ledger
from server.statistics.posted import Posted
from server.traffic import Traffic

MAX_BODY_BYTES = 64 * 1024
"""The arena's words are small; `/ws/locate` and `/api/locate` have limits of their own."""


def create_app(settings: Settings, load: Load = load_models) -> FastAPI:
    """The server as `settings` want it. Models are loaded after start-up, in a thread."""
    settings.home.mkdir(parents=True, exist_ok=True)
    gate = Gate(settings.token, settings.own_origins | settings.origins)
    store = Store(settings.database_url)
    posted = Posted(settings.database_url)
    studies = Studies(settings.database_url)
    live = LiveStore(settings.database_url)
    metrics = Metrics()
    budget = Budget()
    models = Rack(settings.bundles, load, Shelf(settings.packs), gate, metrics, budget)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(models.load())
        yield
        await loading
        models.close()
        live.close()
        posted.close()
        studies.close()
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
    app.state.models = models
    app.state.budget = budget
    _guard(app, settings, gate)
    app.add_middleware(Traffic, metrics=metrics)
    _install_models(app, models)
    install_operations(app, gate, models.standing, metrics)
    host = Host(store, Shelf(settings.packs), describe, hear=metrics.played)
    install_arena(app, host, gate)
    install_experiments(app, StudyDesk(studies, host), gate)
    install_live(app, host, live, gate)
    install_locate(app, gate, models.ready, metrics)
    install_statistics(app, Ledger(posted, store), gate)
    install_pages(app, settings)
    return app


def _install_models(app: FastAPI, models: Rack) -> None:
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
