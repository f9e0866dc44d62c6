"""Studies over HTTP: the words of `words.py` under /api/experiments.

Four tokens, each as `Authorization: Bearer` only: the invite lets people in, a person's own shows
their way, the experimenter's shows counts, the runner's gives the bot its seats.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path, Request, Response
from fastapi.responses import JSONResponse

from server.arena.words import Refusal
from server.experiments.desk import Desk, WrongKey
from server.experiments.drawing import Unplayable
from server.experiments.store import Overtaken, UnknownStudy
from server.experiments.study import NotNow
from server.experiments.words import (
    Admission,
    Answer,
    BotSeat,
    BotWord,
    Invitation,
    Join,
    PersonWord,
    Progress,
)
from server.gate import Gate, token_of
from server.openapi import STUDY_TOKEN, answers

PREFIX = "/api/experiments/{study}"

REFUSALS: dict[type[Exception], int] = {
    WrongKey: 401,
    UnknownStudy: 404,
    NotNow: 409,
    Overtaken: 409,
    Unplayable: 503,
}
"""HTTP status of what a desk raises; the message is the `Refusal`'s."""

StudyId = Annotated[str, Path(max_length=40)]


def install_experiments(app: FastAPI, desk: Desk, gate: Gate) -> None:
    """Put the studies' routes and refusals into `app`."""
    app.include_router(_people(desk, gate))
    app.include_router(_behind(desk, gate))
    for error in REFUSALS:
        app.add_exception_handler(error, _refuse)


def _router(gate: Gate) -> APIRouter:
    return APIRouter(
        prefix=PREFIX,
        dependencies=[Depends(gate.require_origin), STUDY_TOKEN],
        responses=answers(401, 403, 404, 409, 422, 503),
        tags=["experiments"],
    )


def _people(desk: Desk, gate: Gate) -> APIRouter:
    """What the invite and a person's token open."""
    router = _router(gate)

    @router.get("/invitation", summary="What a study asks of people; with the invite")
    def invitation(study: StudyId, token: Token) -> Invitation:
        return desk.invitation(study, token)

    @router.post("/people", status_code=201, summary="Consent and come in; with the invite")
    def join(study: StudyId, token: Token, wish: Join) -> Admission:
        return desk.join(study, token, wish)

    @router.get("/me", summary="Where a person is; ask every second or two while waiting")
    def see(study: StudyId, token: Token) -> PersonWord:
        return desk.see(study, token)

    @router.post("/me/ready", summary="Want the next match")
    def ready(study: StudyId, token: Token) -> PersonWord:
        return desk.ready(study, token)

    @router.post("/me/answer", summary="Was the opponent a bot?")
    def answer(study: StudyId, token: Token, said: Answer) -> PersonWord:
        return desk.answer(study, token, said)

    @router.get("/me/data", summary="All that is kept of a person")
    def own_data(study: StudyId, token: Token) -> list[dict[str, object]]:
        return desk.own_data(study, token)

    @router.delete("/me", status_code=204, summary="Delete it for good")
    def forget(study: StudyId, token: Token) -> None:
        desk.forget(study, token)

    return router


def _behind(desk: Desk, gate: Gate) -> APIRouter:
    """What the experimenter's and the runner's tokens open."""
    router = _router(gate)

    @router.get("/progress", summary="Counts; with the experimenter's token")
    def progress(study: StudyId, token: Token) -> Progress:
        return desk.progress(study, token)

    @router.get("/bot", summary="The bundle that the bot is to be; with the runner's token")
    def bot(study: StudyId, token: Token) -> BotWord:
        return desk.bot(study, token)

    @router.get("/seats", summary="Seats for the bot; with the runner's token")
    def seats(study: StudyId, token: Token) -> list[BotSeat]:
        return desk.seats(study, token)

    return router


def _token(request: Request) -> str:
    """The bearer token, or '', which is nobody's."""
    return token_of(request.headers)


Token = Annotated[str, Depends(_token)]


def _refuse(_: Request, error: Exception) -> Response:
    status = next(code for kind, code in REFUSALS.items() if isinstance(error, kind))
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(Refusal(detail=str(error)).model_dump(), status, headers)
