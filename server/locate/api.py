"""Photos over HTTP: `POST /api/locate`, and the bundles to choose from.

The server's token travels as `Authorization: Bearer`. A body is counted while it comes in and
refused as soon as it is too large; nothing of it is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from PIL.Image import Image
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from server.arena.words import Refusal
from server.gate import Gate
from server.inference.budget import Share
from server.inference.meter import Meter
from server.inference.service import LocateService
from server.inference.work import WorkError
from server.locate.desk import Desk, Found, UnknownBundle, encoder_of, looked_at, mean, read
from server.locate.words import MAX_UPLOAD_BYTES, BundleWord, LocatedPhotos, LocatePhotos
from server.logs import note
from server.openapi import SERVER_TOKEN, answers
from server.protocol import ErrorCode, Timings

PATH = "/api/locate"
COUNTED_HERE = 2**62
"""FastAPI's own limit says no more than a status, so it stands aside."""

STATUS = {ErrorCode.IMAGE_TOO_LARGE: 413, ErrorCode.IMAGE_BOMB: 413}
"""HTTP status of a photo's fault; others are 422."""

BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {"schema": LocatePhotos.model_json_schema()},
        "image/*": {"schema": {"type": "string", "format": "binary"}},
    },
}


class LocateRefused(Exception):  # noqa: N818  the thing, as in Refusal
    """A request that is answered by a status and a sentence."""

    def __init__(self, status: int, detail: str, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.retry_after_s = retry_after_s


Ready = Callable[[], tuple[LocateService, Desk]]
"""Gives the models, or raises `LocateRefused` while there are none."""


def install_locate(app: FastAPI, gate: Gate, ready: Ready, meter: Meter) -> None:
    """Put `/api/locate` into `app`."""
    router = APIRouter(
        prefix=PATH,
        dependencies=[Depends(gate.require_token), SERVER_TOKEN],
        responses=answers(401, 403, 404, 503),
        tags=["locate"],
    )

    @router.get("/bundles", summary="The bundles that may be asked")
    def bundles() -> list[BundleWord]:
        """The server's own first."""
        return ready()[1].words()

    @router.post(
        "",
        max_body_size=COUNTED_HERE,
        summary="Where photos of one place were taken",
        responses=answers(413, 422),
        openapi_extra={"requestBody": BODY},
    )
    async def locate(request: Request) -> LocatedPhotos:
        """JSON, or one photo as the body itself."""
        service, desk = ready()
        is_json = request.headers.get("content-type", "").startswith("application/json")
        share = service.budget.share()
        try:
            body = await _body(request, share, service.admission.retry_after_s)
            wish = _wish(body, is_json)
            found = await _located(service, desk, wish, _owner(request))
        except UnknownBundle as error:
            raise LocateRefused(404, str(error)) from error
        except WorkError as error:
            if error.code is ErrorCode.BUSY:
                raise LocateRefused(503, f"busy: {error}", error.retry_after_s) from error
            status = STATUS.get(error.code, 422)
            note(code=error.code.value)
            raise LocateRefused(status, f"photo {error.index + 1}: {error}") from error
        finally:
            share.hold(0)
        _tell(meter, found.timings)
        return found

    app.include_router(router)
    app.add_exception_handler(LocateRefused, _refuse)


async def _located(
    service: LocateService, desk: Desk, wish: LocatePhotos, owner: Hashable
) -> LocatedPhotos:
    """What `Desk.locate` does, each step in its threads and in turn with all other work."""
    with service.admission.hold(1):
        async with service.uploads.take(owner):
            return await _each_step(service, desk, wish, owner)


async def _each_step(
    service: LocateService, desk: Desk, wish: LocatePhotos, owner: Hashable
) -> LocatedPhotos:
    word, served = await service.aside(partial(desk.chosen, wish.bundle), owner)
    reading = await service.aside(partial(read, wish, served), owner)
    rows, embed_s = await service.embed_pictures(reading.fitted, owner, encoder_of(served))
    embedding = mean(rows)
    prediction, locate_s = await service.predict(embedding, owner, served)
    found = Found(embedding, prediction, embed_s * 1000, locate_s * 1000)
    heat: list[Image] = []
    if wish.look:
        heat = await service.beside(partial(looked_at, reading, found, served), owner)
    return await service.aside(partial(desk.answer, word, reading, found, heat), owner)


def _owner(request: Request) -> Hashable:
    """Whose turn it is: uploads of an address take one between them."""
    return request.client.host if request.client else None


def _tell(meter: Meter, timings: Timings) -> None:
    meter.took("decode", timings.decode_ms / 1000)  # the models' stages tell of themselves
    note(**timings.model_dump())


async def _body(request: Request, share: Share, retry_after_s: float) -> bytes:
    """The body, while it is not too large; what more of it comes is thrown away."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal():
        _check_size(int(declared))
    body = bytearray()
    try:
        async for chunk in request.stream():
            if not share.has_room(len(chunk)):
                text = "busy: expected room for the upload beside those of others, got none"
                raise LocateRefused(503, text, retry_after_s)
            body += chunk
            share.hold(len(body))
            _check_size(len(body))
    except ClientDisconnect as error:  # a fault of the client's: nothing for the log
        raise LocateRefused(400, "upload: expected the whole of it, got a part") from error
    return bytes(body)


def _check_size(n_bytes: int) -> None:
    if n_bytes > MAX_UPLOAD_BYTES:
        most = MAX_UPLOAD_BYTES // 2**20
        raise LocateRefused(413, f"upload: expected at most {most} MiB, got more")


def _wish(body: bytes, is_json: bool) -> LocatePhotos:
    if not is_json:
        return LocatePhotos(photos=[body])
    try:
        return LocatePhotos.model_validate_json(body, strict=True)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"]) or "body"
        raise LocateRefused(422, f"{where}: {fault['msg']}") from error


def _refuse(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LocateRefused)
    again_s = error.retry_after_s
    headers = None if again_s is None else {"Retry-After": str(math.ceil(again_s))}
    return JSONResponse(Refusal(detail=str(error)).model_dump(), error.status, headers)
