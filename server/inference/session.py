"""One connection's conversation as a pure object: no socket, no model, no clock.

Frames and results of work go in, with the time where it matters; messages to send and work to do
come out. What the client sees
of it is told in `server/PROTOCOL.md`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from server.inference.request import Request
from server.inference.served import Served
from server.inference.work import EmbedViews, LocateMean, Output, Send, Work
from server.protocol import (
    VERSION,
    BundleOffer,
    ErrorCode,
    Failure,
    Hello,
    Located,
    LocateEmbedding,
    LocateView,
    LocateViews,
    Prediction,
    ProtocolError,
    Timings,
    read_client,
)

CLOSING = "the server is stopping: expected to be asked again after connecting anew"

MAX_OPEN = 4
"""Requests of one connection that may be open at a time."""

RETRY_AFTER_S = 0.5
"""Where the shell does not know better: a few times what a request takes."""

ENDINGS = {ErrorCode.BUSY, ErrorCode.TOO_LATE, ErrorCode.CLOSING}
"""Failures of a view that end its request: sending only this view again would not help."""


Asking = LocateView | LocateViews | LocateEmbedding


class Session:
    """One client's conversation with the server."""

    def __init__(self, bundles: Mapping[str, Served]) -> None:
        """Bundles by name, the default first; they may change while it lasts."""
        self._bundles = bundles
        self._greeted = False
        self._closing = False
        self._now_s = 0.0
        """When the frame came that is being answered."""
        self._retry_after_s = RETRY_AFTER_S
        self._has_room = True
        self._tickets = itertools.count()
        self._open: dict[str, Request] = {}
        """By id, oldest first."""

    def receive(
        self,
        frame: str | bytes,
        now_s: float = 0.0,
        retry_after_s: float = RETRY_AFTER_S,
        *,
        has_room: bool = True,
    ) -> list[Output]:
        """What to do about a frame; whatever it is, nothing is raised.

        It came at `now_s`, which deadlines count from; a client that asks too much, or sends
        pictures where there is no room for them, is told to come back after `retry_after_s`.
        """
        self._now_s, self._retry_after_s, self._has_room = now_s, retry_after_s, has_room
        binary = isinstance(frame, bytes)
        try:
            return self._answer(frame, binary)
        except ProtocolError as error:
            return [self._refusal(error, binary)]

    @property
    def held_bytes(self) -> int:
        """Of the pictures that wait here or are worked on."""
        return sum(request.held_bytes for request in self._open.values())

    def wants(self, work: Work) -> bool:
        """Whether anybody still waits for this work."""
        return self._request(work) is not None

    def until_s(self, work: Work) -> float | None:
        """When the answer that this work is for is of no use any more; None: never."""
        request = self._request(work)
        return None if request is None else request.until_s

    def close(self, *, now: bool = False) -> list[Output]:
        """Take no more requests; those that can be answered go on, but for `now`."""
        self._closing = True
        ending = [one for one in self._open.values() if now or one.lacks_views]
        for request in ending:
            del self._open[request.id]
        return [
            _failure(ErrorCode.CLOSING, CLOSING, request.binary, request.id) for request in ending
        ]

    def embedded(
        self, work: EmbedViews, embeddings: NDArray[np.float32], timings: Timings
    ) -> list[Output]:
        """Views are embedded, `(n, d)` in the order of `work.images`."""
        request = self._request(work)
        if request is None:
            return []
        request.at_work_bytes = 0
        request.embeddings.update(dict(zip(work.numbers, embeddings, strict=True)))
        request.spend(timings)
        return [request.mean(work.since_s)]

    def located(self, work: LocateMean, prediction: Prediction, timings: Timings) -> list[Output]:
        """A panorama is located: an interim answer, or the final one that ends the request."""
        request = self._request(work)
        if request is None:
            return []
        request.spend(timings)
        request.working = False
        final = work.views == request.of
        if final:
            del self._open[request.id]
        message = Located(
            id=request.id,
            views=work.views,
            final=final,
            prediction=prediction,
            timings=request.timings,
        )
        return [Send(message, request.binary), *request.next_step()]

    def failed(
        self,
        work: Work,
        code: ErrorCode,
        message: str,
        index: int = 0,
        retry_after_s: float | None = None,
    ) -> list[Output]:
        """Work failed, at picture `index` of it.

        A streamed view that is at fault itself fails alone and may come again; everything else
        takes the request along.
        """
        request = self._request(work)
        if request is None:
            return []
        if isinstance(work, EmbedViews) and code not in ENDINGS:
            message = f"view {work.numbers[index]} of {request.of}: {message}"
            if request.streamed:
                return self._view_failed(request, work, code, message)
        del self._open[request.id]
        return [_failure(code, message, request.binary, request.id, None, retry_after_s)]

    def _answer(self, frame: str | bytes, binary: bool) -> list[Output]:
        match read_client(frame):
            case Hello():
                self._greeted = True
                return [Send(_greeting(self._bundles.values()), binary)]
            case message if not self._greeted:
                text = f"first message: expected hello, got: {message.type}"
                raise ProtocolError(ErrorCode.HELLO_EXPECTED, text, message.id)
            case LocateView() as message:
                return self._locate_view(message, binary)
            case LocateViews() as message:
                return self._locate_views(message, binary)
            case LocateEmbedding() as message:
                return self._locate_embedding(message, binary)

    def _locate_view(self, message: LocateView, binary: bool) -> list[Output]:
        self._need_room(message)
        request = self._open.get(message.id)
        if request is None:
            request = self._opened(message, message.of, binary, streamed=True)
            made_room = self._made_room(request)
        else:
            _check_goes_on(request, message)
            made_room = []
        request.binary = binary
        if message.deadline_ms is not None:
            request.until_s = self._until_s(message)
        request.take((message.image,), self._now_s)
        return [*made_room, *request.next_step()]

    def _locate_views(self, message: LocateViews, binary: bool) -> list[Output]:
        self._need_room(message)
        request = self._opened(message, len(message.views), binary)
        made_room = self._made_room(request)
        request.take(tuple(view.image for view in message.views), self._now_s)
        return [*made_room, *request.next_step()]

    def _locate_embedding(self, message: LocateEmbedding, binary: bool) -> list[Output]:
        request = self._opened(message, message.views, binary)
        embedding = _checked(message, request.served)
        made_room = self._made_room(request)
        request.working = True
        since_s = self._now_s
        work = LocateMean(
            request.ticket, request.served, embedding, message.views, since_s, admits=1
        )
        return [*made_room, work]

    def _opened(self, message: Asking, of: int, binary: bool, streamed: bool = False) -> Request:
        id_ = message.id
        if id_ in self._open:
            text = f"request {id_}: expected a new id, got: one that is still open"
            raise ProtocolError(ErrorCode.BAD_FRAME, text, id_)
        if self._closing:
            raise ProtocolError(ErrorCode.CLOSING, CLOSING, id_)
        served, until_s = self._chosen(message), self._until_s(message)
        return Request(id_, next(self._tickets), served, of, streamed, binary, until_s)

    def _need_room(self, message: LocateView | LocateViews) -> None:
        if not self._has_room:
            text = "pictures of all clients: expected to fit into the server's memory, got: more"
            raise ProtocolError(ErrorCode.BUSY, text, message.id)

    def _chosen(self, message: Asking) -> Served:
        """The bundle that a new request is for."""
        first = next(iter(self._bundles.values()))
        served = first if message.bundle is None else self._bundles.get(message.bundle)
        if served is None:
            text = f"bundle: expected one of {', '.join(self._bundles)}, got: {message.bundle!r}"
            raise ProtocolError(ErrorCode.UNKNOWN_BUNDLE, text, message.id)
        if served.encoder is None and not isinstance(message, LocateEmbedding):
            text = f"this server takes no views, only embeddings of {served.geolocator.encoder}"
            raise ProtocolError(ErrorCode.NO_ENCODER, text, message.id)
        return served

    def _until_s(self, message: Asking) -> float | None:
        left_ms = message.deadline_ms
        return None if left_ms is None else self._now_s + left_ms / 1000

    def _made_room(self, request: Request) -> list[Output]:
        """Enter a request; past `MAX_OPEN`, drop the oldest that only waits for its client."""
        dropped: list[Output] = []
        if len(self._open) >= MAX_OPEN:
            oldest = next((other for other in self._open.values() if other.idle), None)
            if oldest is None:
                text = f"requests being worked on: expected under {MAX_OPEN}, got: {MAX_OPEN}"
                raise ProtocolError(ErrorCode.BUSY, text, request.id)
            del self._open[oldest.id]
            text = f"dropped, {MAX_OPEN} newer requests are open"
            hint_s = self._retry_after_s
            dropped = [_failure(ErrorCode.BUSY, text, oldest.binary, oldest.id, None, hint_s)]
        self._open[request.id] = request
        return dropped

    def _view_failed(
        self, request: Request, work: EmbedViews, code: ErrorCode, message: str
    ) -> list[Output]:
        request.working, request.at_work_bytes = False, 0
        request.taken.difference_update(work.numbers)
        failure = _failure(code, message, request.binary, request.id, work.numbers[0])
        return [failure, *request.next_step()]

    def _request(self, work: Work) -> Request | None:
        """Whose work it was; None: that request has ended meanwhile."""
        return next((r for r in self._open.values() if r.ticket == work.ticket), None)

    def _refusal(self, error: ProtocolError, binary: bool) -> Send:
        # A failure that names a request ends it, so that client and server agree what is open.
        if error.request_id is not None:
            self._open.pop(error.request_id, None)
        hint_s = self._retry_after_s if error.code is ErrorCode.BUSY else None
        return _failure(error.code, error.message, binary, error.request_id, None, hint_s)


def _greeting(bundles: Iterable[Served]) -> Hello:
    offers = [BundleOffer(name=one.name, encoder=one.geolocator.encoder) for one in bundles]
    return Hello(
        version=VERSION,
        software="homing serve",
        encoder=offers[0].encoder,
        bundle=offers[0].name,
        bundles=offers,
    )


def _checked(message: LocateEmbedding, served: Served) -> NDArray[np.float32]:
    expected, length = served.geolocator.encoder, len(message.embedding)
    if message.encoder != expected:
        text = f"encoder: expected {expected}, got: {message.encoder}"
        raise ProtocolError(ErrorCode.WRONG_ENCODER, text, message.id)
    if served.dim is not None and length != served.dim:
        text = f"embedding: expected length {served.dim}, got: {length}"
        raise ProtocolError(ErrorCode.WRONG_SHAPE, text, message.id)
    with np.errstate(over="ignore", invalid="ignore"):
        embedding = np.asarray(message.embedding, dtype=np.float32)
        length_squared = embedding @ embedding
    if not np.isfinite(length_squared):
        text = "embedding: expected a length that 32-bit floats can square, got: a larger one"
        raise ProtocolError(ErrorCode.BAD_FRAME, text, message.id)
    return embedding


def _check_goes_on(request: Request, message: LocateView) -> None:
    if not request.streamed or message.of != request.of:
        expected = f"a view of {request.of}" if request.streamed else "a new id"
        text = f"request {request.id}: expected {expected}, got: a view of {message.of}"
        raise ProtocolError(ErrorCode.BAD_FRAME, text, request.id)
    if message.bundle not in {None, request.served.name}:
        text = f"request {request.id}: expected bundle {request.served.name}, got: another"
        raise ProtocolError(ErrorCode.BAD_FRAME, text, request.id)
    if len(request.taken) == request.of:
        text = f"request {request.id}: expected {request.of} views, got: one more"
        raise ProtocolError(ErrorCode.TOO_MANY_VIEWS, text, request.id)


def _failure(
    code: ErrorCode,
    message: str,
    binary: bool,
    request_id: str | None,
    view: int | None = None,
    retry_after_s: float | None = None,
) -> Send:
    failure = Failure(
        id=request_id, view=view, code=code, message=message[:500], retry_after_s=retry_after_s
    )
    return Send(failure, binary)
