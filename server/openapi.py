"""How the REST side describes itself in `/api/openapi.json`."""

from __future__ import annotations

from typing import Any

from fastapi import Security
from fastapi.security import HTTPBearer

from server.arena.words import Refusal

SERVER_TOKEN = Security(
    HTTPBearer(
        scheme_name="server token",
        description="HOMING_TOKEN of the server, or the one that it printed",
        auto_error=False,  # it only tells: `Gate` decides
    )
)
SEAT_TOKEN = Security(
    HTTPBearer(
        scheme_name="seat token",
        description="`seat_token` of the answer that gave the seat; a shared match's `host_token`, "
        "and to look on its `watch_token`",
        auto_error=False,
    )
)
INVITE = Security(
    HTTPBearer(
        scheme_name="invite",
        description="`invite` of the answer that opened the shared match",
        auto_error=False,
    )
)

STUDY_TOKEN = Security(
    HTTPBearer(
        scheme_name="study token",
        description="Of an experiment: its invite, a `person_token`, the experimenter's, the bot's",
        auto_error=False,
    )
)

ABOUT = "The arena, photos and statistics. Views are located on the WebSocket /ws/locate."

_WHY = {
    401: "The token is missing or wrong",
    403: "The page's origin is not allowed",
    404: "There is no such thing",
    409: "Not now: the answer says what is expected",
    410: "Not any more: the match is over",
    413: "Larger than the server takes",
    422: "Not what is expected",
    503: "Not ready, or not any more",
}


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """FastAPI's `responses` for errors, each a `Refusal`."""
    return {status: {"model": Refusal, "description": _WHY[status]} for status in statuses}
