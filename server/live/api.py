"""The show over HTTP: an overlay looks, seats tell, the host directs.

Tokens travel as `Authorization: Bearer` only. The overlay's is one of its own: what a seat's bot
thinks is not for watchers, who may be players.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from server.arena.api import MatchId, Number, Token, refuser
from server.arena.host import Host
from server.arena.words import MAX_SEATS
from server.gate import Gate
from server.live.chat.words import ChatSummary
from server.live.desk import Desk, NoView
from server.live.inbox import MAX_HEAT_BYTES, MAX_VIEW_BYTES
from server.live.store import LiveStore
from server.live.watch import show_router
from server.live.words import (
    Belief,
    DirectorWord,
    Order,
    OverlayToken,
    QueueMatch,
    ShowSettings,
    ShowWord,
)
from server.openapi import SEAT_TOKEN, answers
from server.protocol import MAX_VIEWS, Heading

PREFIX = "/api/live/matches/{match}"
VIEW_BODY = {
    "required": True,
    "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
}

ViewNumber = Annotated[int, Path(ge=1, le=MAX_VIEWS)]
SeatNumber = Annotated[int, Path(ge=0, lt=MAX_SEATS)]
Faces = Annotated[Heading, Query()]


def install_live(app: FastAPI, host: Host, store: LiveStore, gate: Gate) -> None:
    """Put the show's routes into an `app` that has the arena's."""
    desk = Desk(host, store)
    app.include_router(_overlay(desk, gate))
    app.include_router(_seat(desk, gate))
    app.include_router(_director(desk, gate))
    app.include_router(show_router(desk, gate, PREFIX))
    app.add_exception_handler(NoView, refuser(404))


def _router(gate: Gate) -> APIRouter:
    return APIRouter(
        prefix=PREFIX,
        dependencies=[Depends(gate.require_origin), SEAT_TOKEN],
        responses=answers(401, 403, 404, 409, 422),
        tags=["live"],
    )


def _overlay(desk: Desk, gate: Gate) -> APIRouter:
    """What an overlay's token opens, and the host's."""
    router = _router(gate)

    @router.get("", summary="What the overlay shows now")
    def see(match: MatchId, token: Token) -> ShowWord:
        desk.require_viewer(match, token)
        return desk.show(match)

    @router.get(
        "/rounds/{number}/seats/{seat}/views/{view}",
        summary="A view of the shown round, once it is shown",
        response_class=Response,
        responses={200: {"content": {"image/jpeg": {}}}},
    )
    def view(
        match: MatchId, number: Number, seat: SeatNumber, view: ViewNumber, token: Token
    ) -> Response:
        desk.require_viewer(match, token)
        return Response(desk.view(match, number, seat, view), media_type="image/jpeg")

    @router.get(
        "/rounds/{number}/seats/{seat}/views/{view}/heat",
        summary="What in a view spoke for its guess, once it is shown",
        response_class=Response,
        responses={200: {"content": {"image/jpeg": {}}}},
    )
    def heat(
        match: MatchId, number: Number, seat: SeatNumber, view: ViewNumber, token: Token
    ) -> Response:
        desk.require_viewer(match, token)
        return Response(desk.heat(match, number, seat, view), media_type="image/jpeg")

    return router


def _seat(desk: Desk, gate: Gate) -> APIRouter:
    """What a seat's token opens."""
    router = _router(gate)

    @router.put(
        "/rounds/{number}/views/{view}",
        status_code=204,
        summary="Tell the show a view of the running round",
        max_body_size=MAX_VIEW_BYTES,
        openapi_extra={"requestBody": VIEW_BODY},
        responses=answers(413),
    )
    async def add_view(
        match: MatchId,
        number: Number,
        view: ViewNumber,
        token: Token,
        request: Request,
        heading: Faces = 0,
    ) -> None:
        jpeg = await request.body()
        await run_in_threadpool(desk.add_view, match, token, number, view, heading, jpeg)

    @router.put(
        "/rounds/{number}/views/{view}/heat",
        status_code=204,
        summary="Tell the show what in a view spoke for the guess",
        max_body_size=MAX_HEAT_BYTES,
        openapi_extra={"requestBody": VIEW_BODY},
        responses=answers(413),
    )
    async def add_heat(
        match: MatchId, number: Number, view: ViewNumber, token: Token, request: Request
    ) -> None:
        jpeg = await request.body()
        await run_in_threadpool(desk.add_heat, match, token, number, view, jpeg)

    @router.put(
        "/rounds/{number}/belief",
        status_code=204,
        summary="Tell the show what the seat thinks possible",
    )
    def believe(match: MatchId, number: Number, token: Token, belief: Belief) -> None:
        desk.add_belief(match, token, number, belief)

    return router


def _director(desk: Desk, gate: Gate) -> APIRouter:
    """What the host's token opens."""
    router = _router(gate)

    @router.post("/overlays", status_code=201, summary="A new token that opens the overlay")
    def overlay(match: MatchId, token: Token) -> OverlayToken:
        return desk.new_overlay(match, token)

    @router.put("/chat", status_code=204, summary="Tell what viewers guessed in a round")
    def chat(match: MatchId, token: Token, summary: ChatSummary) -> None:
        desk.add_chat(match, token, summary)

    @router.get("/director", summary="How the show stands, for its operator")
    def see(match: MatchId, token: Token) -> DirectorWord:
        return desk.director(match, token)

    @router.post("/director/orders", summary="Hold, go on, rewind, go live, next match")
    def order(match: MatchId, token: Token, said: Order) -> DirectorWord:
        return desk.order(match, token, said)

    @router.put("/director/settings", summary="Choose delay, layout and streamer mode")
    def choose(match: MatchId, token: Token, settings: ShowSettings) -> DirectorWord:
        return desk.set(match, token, settings)

    @router.post("/director/queue", summary="Put a match into the queue by its host's token")
    def queue(match: MatchId, token: Token, wish: QueueMatch) -> DirectorWord:
        return desk.queue(match, token, wish)

    return router
