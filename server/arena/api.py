"""The arena over HTTP: the words of `words.py` under /api/arena.

The server's token opens matches, a shared one's invite takes a seat in it, a seat's token plays, a
host's starts, a watcher's looks on. They travel as `Authorization: Bearer` only, never in a URL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from server.arena.callers import WrongSeat
from server.arena.host import Host, NoPicture
from server.arena.rules import AllOver, MakeGuess, PlacePin, Predict, RuleBroken, StartRound
from server.arena.shelf import TooFewPanoramas, UnknownPack
from server.arena.store import Conflict, UnknownMatch
from server.arena.view import PREFIX
from server.arena.watch import watch_router
from server.arena.words import (
    MAX_ROUNDS,
    MatchWord,
    NewMatch,
    NewSharedMatch,
    Opened,
    PackWord,
    Pin,
    Rating,
    Refusal,
    Replay,
    Seated,
    TakeSeat,
)
from server.gate import Gate, token_of
from server.openapi import INVITE, SEAT_TOKEN, SERVER_TOKEN, answers
from server.protocol import Prediction

REFUSALS: dict[type[Exception], int] = {
    WrongSeat: 401,
    UnknownMatch: 404,
    UnknownPack: 404,
    NoPicture: 404,
    RuleBroken: 409,
    AllOver: 410,
    Conflict: 409,
    TooFewPanoramas: 422,
}
"""HTTP status of what the arena raises; the message is the `Refusal`'s."""

MAX_PREDICTION_BYTES = 16 * 1024
"""As JSON. What is shipped makes one or two thousand."""

PANORAMA_HEADERS = {"Cache-Control": "private, max-age=31536000, immutable"}
"""A round's picture never changes; all else is `no-store` or `no-cache`, see `server.app`."""

MatchId = Annotated[str, Path(max_length=40)]
Number = Annotated[int, Path(ge=1, le=MAX_ROUNDS)]


def install_arena(app: FastAPI, host: Host, gate: Gate) -> None:
    """Put the arena's routes and refusals into `app`."""
    app.include_router(_door(host, gate))
    app.include_router(_lobby(host, gate))
    app.include_router(_table(host, gate))
    app.include_router(_hand(host, gate))
    app.include_router(watch_router(host, gate))
    for error, status in REFUSALS.items():
        app.add_exception_handler(error, refuser(status))
    app.add_exception_handler(RequestValidationError, _refuse_invalid)


def _door(host: Host, gate: Gate) -> APIRouter:
    """What the server's token opens."""
    router = APIRouter(
        prefix=PREFIX,
        dependencies=[Depends(gate.require_token), SERVER_TOKEN],
        responses=answers(401, 403),
        tags=["arena"],
    )

    @router.get("/packs", summary="The packs that can be played")
    def packs() -> list[PackWord]:
        return host.packs()

    @router.post(
        "/matches",
        status_code=201,
        summary="Open a match and take a seat in it",
        responses=answers(404, 422),
    )
    def create(wish: NewMatch) -> Seated:
        return host.create(wish)

    @router.post(
        "/shared-matches",
        status_code=201,
        summary="Open a match that others are invited to",
        responses=answers(404, 422),
    )
    def open_shared(wish: NewSharedMatch) -> Opened:
        return host.open_shared(wish)

    @router.get("/ratings", summary="Glicko-2 ratings of all who played duels, best first")
    def ratings() -> list[Rating]:
        return host.ratings()

    return router


def _lobby(host: Host, gate: Gate) -> APIRouter:
    """What an invite and a host's token open."""
    router = APIRouter(
        prefix=f"{PREFIX}/matches/{{match}}",
        dependencies=[Depends(gate.require_origin)],
        responses=answers(401, 403, 404, 409, 410, 422),
        tags=["arena"],
    )

    @router.post(
        "/seats", status_code=201, summary="Take a seat in the lobby", dependencies=[INVITE]
    )
    def take(match: MatchId, token: Token, wish: TakeSeat) -> Seated:
        return host.take_seat(match, token, wish)

    @router.post("/start", summary="Close the lobby: play", dependencies=[SEAT_TOKEN])
    def start(match: MatchId, token: Token) -> MatchWord:
        return host.start(match, token)

    return router


def _table(host: Host, gate: Gate) -> APIRouter:
    """What a seat's or a watcher's token lets see."""
    router = _at_match(gate)

    @router.get("", summary="The match as the caller may see it now", responses=answers(410))
    def see(match: MatchId, token: Token) -> MatchWord:
        return host.see(match, token)

    @router.get(
        "/rounds/{number}/panorama",
        summary="The picture of a round that is running or over",
        response_class=Response,
        responses={200: {"content": {"image/jpeg": {}}}},
    )
    def panorama(match: MatchId, number: Number, token: Token) -> Response:
        picture = host.panorama(match, token, number)
        return Response(picture, media_type="image/jpeg", headers=PANORAMA_HEADERS)

    @router.get("/replay", summary="All that happened: seats when it is over, watchers until now")
    def replay(match: MatchId, token: Token) -> Replay:
        return host.replay(match, token)

    return router


def _hand(host: Host, gate: Gate) -> APIRouter:
    """What a seat's token lets do."""
    router = _at_match(gate)

    @router.post(
        "/rounds/{number}/start", summary="Start a round, or want it where seats are several"
    )
    def start(match: MatchId, number: Number, token: Token) -> MatchWord:
        return host.act(match, token, StartRound(number))

    @router.put(
        "/rounds/{number}/pin", status_code=204, summary="Place the pin that a deadline submits"
    )
    def place(match: MatchId, number: Number, token: Token, pin: Pin) -> None:
        host.act(match, token, PlacePin(number, pin))

    @router.put(
        "/rounds/{number}/prediction",
        status_code=204,
        summary="Keep a geolocator's word for replays",
    )
    def predict(match: MatchId, number: Number, token: Token, said: Prediction) -> None:
        if len(said.model_dump_json()) > MAX_PREDICTION_BYTES:
            raise RuleBroken(f"prediction: expected at most {MAX_PREDICTION_BYTES} bytes, got more")
        host.act(match, token, Predict(number, said))

    @router.post("/rounds/{number}/guess", summary="Submit; after the last seat the round is over")
    def guess(match: MatchId, number: Number, token: Token, pin: Pin) -> MatchWord:
        return host.act(match, token, MakeGuess(number, pin))

    return router


def _at_match(gate: Gate) -> APIRouter:
    return APIRouter(
        prefix=f"{PREFIX}/matches/{{match}}",
        dependencies=[Depends(gate.require_origin), SEAT_TOKEN],
        responses=answers(401, 403, 404, 409, 422),
        tags=["arena"],
    )


def _token(request: Request) -> str:
    """The bearer token, or '', which is nobody's."""
    return token_of(request.headers)


Token = Annotated[str, Depends(_token)]


def refuser(status: int) -> Callable[[Request, Exception], Response]:
    """A handler of exceptions: this status, and what the exception says."""

    def refuse(_: Request, error: Exception) -> JSONResponse:
        return _refusal(status, str(error))

    return refuse


def _refuse_invalid(_: Request, error: Exception) -> JSONResponse:
    """The first fault, without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return _refusal(422, f"{where}: {first['msg'].removeprefix('Value error, ')}")


def _refusal(status: int, detail: str) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(Refusal(detail=detail).model_dump(), status, headers)
