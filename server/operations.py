"""What operators ask: does it live, may traffic come, how does it do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter, Depends, FastAPI, Response
from pydantic import Field

from server.gate import Gate
from server.metrics import CONTENT_TYPE, Metrics
from server.openapi import SERVER_TOKEN, answers
from server.protocol import Word


class BundleStanding(Word):
    """How one bundle is."""

    name: str
    encoder: str | None = Field(description="Null: it is not served")
    problem: str | None = Field(
        description="Why it is not served, or not as it now lies on the disk; null: all is well"
    )


class Standing(Word):
    """How far the server is."""

    status: Literal["loading", "ready", "failed", "draining"] = Field(
        description="failed: no bundle is served, the arena is; draining: it is about to end"
    )
    encoder: str | None = Field(description="Of the bundle; null: none is loaded")
    bundle: str | None
    problem: str | None = Field(description="Why nothing is located, for people; null: it is")
    version: str
    bundles: list[BundleStanding] = Field(description="All that are to be served, the first first")


def install_operations(
    app: FastAPI, gate: Gate, standing: Callable[[], Standing], metrics: Metrics
) -> None:
    """Put `/health`, `/ready` and `/metrics` into `app`.

    The first two are for load balancers, which have no token. Figures tell how much is played and
    what fails, so they want the token, on loopback too: behind a proxy everybody comes from there,
    and Prometheus can send one.
    """
    router = APIRouter(tags=["operations"])

    @router.get("/health", summary="Whether the process lives, and what it is")
    def health() -> Standing:
        return standing()

    @router.get(
        "/ready",
        summary="Whether traffic may come",
        responses={503: {"model": Standing, "description": "Not yet, not any more, or never"}},
    )
    def ready(response: Response) -> Standing:
        now = standing()
        response.status_code = 200 if now.status == "ready" else 503
        return now

    @router.get(
        "/metrics",
        summary="Figures in Prometheus' text format",
        response_class=Response,
        dependencies=[Depends(gate.require_token), SERVER_TOKEN],
        responses={200: {"content": {"text/plain": {}}}, **answers(401, 403)},
    )
    def figures() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    app.include_router(router)
