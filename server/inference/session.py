"""One connection's conversation as a pure object: no socket, no model, no clock.

Frames and results of work go in; messages to send and work to do come out. What the client sees
of it is told in `server/PROTOCOL.md`.
"""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.inference.work import EmbedViews, LocateMean, Output, Send, Work
from server.protocol import (
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

MAX_OPEN = 4
"""Requests of one connection that may be open at a time."""

RETRY_AFTER_S = 0.5
"""A few times what a request takes."""

_NO_TIME = Timings(decode_ms=0, embed_ms=0, locate_ms=0)


@dataclass(slots=True, eq=False)
class _Request:
    """A panorama being located. Its work is done one step at a time, so answers keep order."""

    id: str
    ticket: int
    of: int
    streamed: bool
    binary: bool
    waiting: deque[EmbedViews] = field(default_factory=deque)
    taken: set[int] = field(default_factory=set)
    """Numbers of the views that have come and did not fail."""
    embeddings: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    working: bool = False
    timings: Timings = _NO_TIME

    @property
    def idle(self) -> bool:
        """Nothing to do before the client sends more views."""
        return not self.working and not self.waiting

    def take(self, images: tuple[bytes, ...]) -> None:
        """Queue views under the lowest free numbers; the caller has made sure there are some."""
        free = [number for number in range(1, self.of + 1) if number not in self.taken]
        numbers = tuple(free[: len(images)])
        self.taken.update(numbers)
        self.waiting.append(EmbedViews(self.ticket, numbers, images))

    def next_step(self) -> list[Output]:
        """The next views to embed, unless there is work already."""
        if self.working or not self.waiting:
            return []
        self.working = True
        return [self.waiting.popleft()]

    def mean(self) -> LocateMean:
        """The plain mean of the views so far, in the order of their numbers."""
        rows = [self.embeddings[number] for number in sorted(self.embeddings)]
        embedding: NDArray[np.float32] = np.stack(rows).mean(axis=0, dtype=np.float32)
        return LocateMean(self.ticket, embedding, len(rows))


class Session:
    """One client's conversation with the server."""

    def __init__(self, hello: Hello, dim: int | None, *, takes_views: bool) -> None:
        """`hello` is the server's own; `dim` its embeddings' length, None: the geolocator says."""
        self._hello = hello
        self._dim = dim
        self._takes_views = takes_views
        self._greeted = False
        self._tickets = itertools.count()
        self._open: dict[str, _Request] = {}
        """By id, oldest first."""

    def receive(self, frame: str | bytes) -> list[Output]:
        """What to do about a frame; whatever it is, nothing is raised."""
        binary = isinstance(frame, bytes)
        try:
            return self._answer(frame, binary)
        except ProtocolError as error:
            return [self._refusal(error, binary)]

    def embedded(
        self, work: EmbedViews, embeddings: NDArray[np.float32], timings: Timings
    ) -> list[Output]:
        """Views are embedded, `(n, d)` in the order of `work.images`."""
        request = self._request(work)
        if request is None:
            return []
        request.embeddings.update(dict(zip(work.numbers, embeddings, strict=True)))
        request.timings = _sum(request.timings, timings)
        return [request.mean()]

    def located(self, work: LocateMean, prediction: Prediction, timings: Timings) -> list[Output]:
        """A panorama is located: an interim answer, or the final one that ends the request."""
        request = self._request(work)
        if request is None:
            return []
        request.timings = _sum(request.timings, timings)
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

    def failed(self, work: Work, code: ErrorCode, message: str, index: int = 0) -> list[Output]:
        """Work failed, at picture `index` of it.

        A streamed view fails alone and may come again; everything else takes the request along.
        """
        request = self._request(work)
        if request is None:
            return []
        if isinstance(work, EmbedViews):
            message = f"view {work.numbers[index]} of {request.of}: {message}"
            if request.streamed:
                return self._view_failed(request, work, code, message)
        del self._open[request.id]
        return [_failure(code, message, request.binary, request.id)]

    def _answer(self, frame: str | bytes, binary: bool) -> list[Output]:
        match read_client(frame):
            case Hello():
                self._greeted = True
                return [Send(self._hello, binary)]
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
        self._need_encoder(message.id)
        request = self._open.get(message.id)
        if request is None:
            request = self._opened(message.id, message.of, binary, streamed=True)
            made_room = self._made_room(request)
        else:
            _check_goes_on(request, message)
            made_room = []
        request.binary = binary
        request.take((message.image,))
        return [*made_room, *request.next_step()]

    def _locate_views(self, message: LocateViews, binary: bool) -> list[Output]:
        self._need_encoder(message.id)
        request = self._opened(message.id, len(message.views), binary)
        made_room = self._made_room(request)
        request.take(tuple(view.image for view in message.views))
        return [*made_room, *request.next_step()]

    def _locate_embedding(self, message: LocateEmbedding, binary: bool) -> list[Output]:
        embedding = self._checked(message)
        request = self._opened(message.id, message.views, binary)
        made_room = self._made_room(request)
        request.working = True
        return [*made_room, LocateMean(request.ticket, embedding, message.views)]

    def _checked(self, message: LocateEmbedding) -> NDArray[np.float32]:
        if message.encoder != self._hello.encoder:
            text = f"encoder: expected {self._hello.encoder}, got: {message.encoder}"
            raise ProtocolError(ErrorCode.WRONG_ENCODER, text, message.id)
        length = len(message.embedding)
        if self._dim is not None and length != self._dim:
            text = f"embedding: expected length {self._dim}, got: {length}"
            raise ProtocolError(ErrorCode.WRONG_SHAPE, text, message.id)
        with np.errstate(over="ignore", invalid="ignore"):
            embedding = np.asarray(message.embedding, dtype=np.float32)
            length_squared = embedding @ embedding
        if not np.isfinite(length_squared):
            text = "embedding: expected a length that 32-bit floats can square, got: a larger one"
            raise ProtocolError(ErrorCode.BAD_FRAME, text, message.id)
        return embedding

    def _need_encoder(self, request_id: str) -> None:
        if not self._takes_views:
            text = f"this server takes no views, only embeddings of {self._hello.encoder}"
            raise ProtocolError(ErrorCode.NO_ENCODER, text, request_id)

    def _opened(self, request_id: str, of: int, binary: bool, streamed: bool = False) -> _Request:
        if request_id in self._open:
            text = f"request {request_id}: expected a new id, got: one that is still open"
            raise ProtocolError(ErrorCode.BAD_FRAME, text, request_id)
        return _Request(request_id, next(self._tickets), of, streamed, binary)

    def _made_room(self, request: _Request) -> list[Output]:
        """Enter a request; past `MAX_OPEN`, drop the oldest that only waits for its client."""
        dropped: list[Output] = []
        if len(self._open) >= MAX_OPEN:
            oldest = next((other for other in self._open.values() if other.idle), None)
            if oldest is None:
                text = f"requests being worked on: expected under {MAX_OPEN}, got: {MAX_OPEN}"
                raise ProtocolError(ErrorCode.BUSY, text, request.id)
            del self._open[oldest.id]
            text = f"dropped, {MAX_OPEN} newer requests are open"
            dropped = [_failure(ErrorCode.BUSY, text, oldest.binary, oldest.id)]
        self._open[request.id] = request
        return dropped

    def _view_failed(
        self, request: _Request, work: EmbedViews, code: ErrorCode, message: str
    ) -> list[Output]:
        request.working = False
        request.taken.difference_update(work.numbers)
        failure = _failure(code, message, request.binary, request.id, work.numbers[0])
        return [failure, *request.next_step()]

    def _request(self, work: Work) -> _Request | None:
        """Whose work it was; None: that request has ended meanwhile."""
        return next((r for r in self._open.values() if r.ticket == work.ticket), None)

    def _refusal(self, error: ProtocolError, binary: bool) -> Send:
        # A failure that names a request ends it, so that client and server agree what is open.
        if error.request_id is not None:
            self._open.pop(error.request_id, None)
        return _failure(error.code, error.message, binary, error.request_id)


def _check_goes_on(request: _Request, message: LocateView) -> None:
    if not request.streamed or message.of != request.of:
        expected = f"a view of {request.of}" if request.streamed else "a new id"
        text = f"request {request.id}: expected {expected}, got: a view of {message.of}"
        raise ProtocolError(ErrorCode.BAD_FRAME, text, request.id)
    if len(request.taken) == request.of:
        text = f"request {request.id}: expected {request.of} views, got: one more"
        raise ProtocolError(ErrorCode.TOO_MANY_VIEWS, text, request.id)


def _failure(
    code: ErrorCode, message: str, binary: bool, request_id: str | None, view: int | None = None
) -> Send:
    retry_after_s = RETRY_AFTER_S if code is ErrorCode.BUSY else None
    failure = Failure(
        id=request_id, view=view, code=code, message=message[:500], retry_after_s=retry_after_s
    )
    return Send(failure, binary)


def _sum(a: Timings, b: Timings) -> Timings:
    return Timings(
        decode_ms=a.decode_ms + b.decode_ms,
        embed_ms=a.embed_ms + b.embed_ms,
        locate_ms=a.locate_ms + b.locate_ms,
    )
