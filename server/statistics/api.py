"""Statistics over HTTP: rounds in, sums and rows out, for those who have the server's token."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Response
from fastapi.responses import StreamingResponse

from server.gate import Gate
from server.openapi import SERVER_TOKEN, answers
from server.statistics.export import csv_lines, json_lines
from server.statistics.ledger import Ledger
from server.statistics.posted import AnotherRound
from server.statistics.sums import summed
from server.statistics.words import FinishedRound, Recorded, Statistics

PREFIX = "/api/statistics"

FORMS = {
    "jsonl": (json_lines, "application/jsonl"),
    "csv": (csv_lines, "text/csv"),
}
ROWS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A PlayedRound a line",
        "content": {kind: {"schema": {"type": "string"}} for _, kind in FORMS.values()},
    }
}


def install_statistics(app: FastAPI, ledger: Ledger, gate: Gate) -> None:
    """Put `/api/statistics` into `app`."""
    router = APIRouter(
        prefix=PREFIX,
        dependencies=[Depends(gate.require_token), SERVER_TOKEN],
        responses=answers(401, 403),
        tags=["statistics"],
    )

    @router.post(
        "/rounds",
        status_code=201,
        summary="Record a round that was played elsewhere",
        responses={200: {"model": Recorded, "description": "It was already"}, **answers(409, 422)},
    )
    def record(one: FinishedRound, response: Response) -> Recorded:
        """Say it again, with the same id, when no answer came: it is recorded once."""
        try:
            new = ledger.record(one)
        except AnotherRound as error:
            raise HTTPException(409, str(error)) from error
        response.status_code = 201 if new else 200
        return Recorded(id=one.id, new=new)

    @router.get("", summary="Sums of all rounds that are over")
    def sums() -> Statistics:
        """By bundle, site and country. Places that someone is still to find are held back."""
        return summed(ledger.rounds())

    @router.get(
        "/rounds",
        summary="All rounds that are over, a line each",
        response_class=StreamingResponse,
        responses={**ROWS, **answers(422)},
    )
    def rows(form: Literal["jsonl", "csv"] = "jsonl") -> StreamingResponse:
        """Places that someone is still to find are held back."""
        lines, kind = FORMS[form]
        return StreamingResponse(lines(ledger.rounds()), media_type=kind)

    app.include_router(router)
