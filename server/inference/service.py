"""The models behind the conversation: decoding, embedding and locating off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from threadpoolctl import threadpool_limits

from models.geolocator import Geolocator
from server.inference.admission import Admission
from server.inference.batching import Batcher
from server.inference.cache import EmbeddingCache, digest
from server.inference.doors import Doors
from server.inference.limits import Limits
from server.inference.meter import Meter, Unmetered
from server.inference.pictures import decode_all
from server.inference.session import Session
from server.inference.work import WorkError
from server.protocol import VERSION, ErrorCode, Hello, Prediction, Timings

T = TypeVar("T")


class ImageEncoder(Protocol):
    """Pictures to embeddings, as `models.encoder.Encoder` does."""

    @property
    def name(self) -> str:
        """Equal to the `encoder` of the geolocators that understand it."""

    @property
    def dim(self) -> int:
        """Length of an embedding."""

    @property
    def image_px(self) -> int:
        """Side of the square picture it looks at."""

    def fit(self, image: Image.Image) -> Image.Image:
        """The square of `image_px` that it looks at, in any thread; of such a square, itself."""

    def embed(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """Embeddings `(n, dim)` of RGB pictures of any size."""

    def warm_up(self) -> None:
        """Be done with what only first calls cost."""


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A view that has been looked at: known already, or a picture to be embedded."""

    key: bytes
    embedding: NDArray[np.float32] | None
    picture: Image.Image | None


class LocateService:
    """One encoder and one geolocator for all connections.

    Three stages, each of which takes the connections in turn: pictures are decoded by some
    threads, embedded by one, located by one. The last two gather what waits into batches.
    """

    def __init__(
        self,
        encoder: ImageEncoder | None,
        geolocator: Geolocator,
        limits: Limits = Limits(),  # noqa: B008  frozen
        meter: Meter = Unmetered(),  # noqa: B008  has no state
    ) -> None:
        """Without an `encoder` only embeddings are located.

        Raises:
            ValueError: the geolocator understands another encoder's embeddings.
        """
        if encoder is not None and encoder.name != geolocator.encoder:
            raise ValueError(
                f"bundle {geolocator.bundle}: expected encoder {geolocator.encoder}, "
                f"got: {encoder.name}"
            )
        # Threads of numpy's products spin for work that a geolocator has not: half of all that a
        # small bundle's server reckons.
        threadpool_limits(1, user_api="blas")
        self._encoder = encoder
        self._geolocator = geolocator
        self.meter = meter
        self.admission = Admission(limits, meter)
        self.doors = Doors()
        self._cache = EmbeddingCache(limits.cached_views)
        self._threads = (
            ThreadPoolExecutor(limits.decoders, thread_name_prefix="pictures"),
            ThreadPoolExecutor(1, thread_name_prefix="models"),
            ThreadPoolExecutor(1, thread_name_prefix="locate"),
        )
        pictures, models, locate = self._threads
        self._decoders = limits.decoders
        self._seeing = Batcher(self._see, pictures, at_once=limits.decoders)
        self._embedding = Batcher(
            self._embed, models, size=limits.batch_views, called=meter.batched
        )
        self._locating = Batcher(self._locate, locate, size=limits.batch_panoramas)
        self._visitors = asyncio.Semaphore(1)

    def session(self) -> Session:
        """A new connection's conversation."""
        hello = Hello(
            version=VERSION,
            software="homing serve",
            encoder=self._geolocator.encoder,
            bundle=self._geolocator.bundle,
        )
        if self._encoder is None:
            return Session(hello, None, takes_views=False)
        return Session(hello, self._encoder.dim, takes_views=True)

    async def embed(
        self, images: Sequence[bytes], owner: Hashable = None
    ) -> tuple[NDArray[np.float32], Timings]:
        """Embeddings `(n, d)` of encoded pictures; owners take turns.

        Raises:
            WorkError: a picture cannot be taken.
        """
        if self._encoder is None:
            raise WorkError(ErrorCode.NO_ENCODER, "this server takes no views")
        seen, decode_s = await self._look(images, owner)
        self.meter.took("decode", decode_s)
        rows = {at: one.embedding for at, one in enumerate(seen) if one.embedding is not None}
        embed_s = 0.0
        new = {at: one.picture for at, one in enumerate(seen) if one.picture is not None}
        if new:
            done = await self._embedding.submit(owner, list(new.values()))
            embed_s = done.took_s
            self.meter.took("queue", done.waited_s)
            self.meter.took("encode", embed_s)
            rows |= dict(zip(new, done.results, strict=True))
            for at in new:
                self._cache.put(seen[at].key, rows[at])
        timings = Timings(decode_ms=decode_s * 1000, embed_ms=embed_s * 1000, locate_ms=0)
        return np.stack([rows[at] for at in range(len(images))]), timings

    async def locate(
        self, embedding: NDArray[np.float32], owner: Hashable = None
    ) -> tuple[Prediction, Timings]:
        """The prediction for one panorama's embedding `(d,)`.

        Raises:
            WorkError: the geolocator's encoder makes embeddings of another length.
        """
        try:
            done = await self._locating.submit(owner, [embedding])
        except ValueError as error:
            raise WorkError(ErrorCode.WRONG_SHAPE, str(error)) from error
        self.meter.took("queue", done.waited_s)
        self.meter.took("locate", done.took_s)
        timings = Timings(decode_ms=0, embed_ms=0, locate_ms=done.took_s * 1000)
        return done.results[0], timings

    async def run(self, call: Callable[[], T]) -> T:
        """Other work of the same models, in their thread: one such call, one batch, in turn.

        Raises:
            WorkError: busy.
        """
        models = self._threads[1]
        with self.admission.hold(1):
            async with self._visitors:
                return await asyncio.get_running_loop().run_in_executor(models, call)

    async def drain(self, grace_s: float) -> None:
        """Answer what can be answered in that time, refuse the rest by name, close all doors."""
        await self.doors.close(grace_s)

    def close(self) -> None:
        """Drop what is queued and let the threads end."""
        for stage in (self._seeing, self._embedding, self._locating):
            stage.close()
        for threads in self._threads:
            threads.shutdown(wait=False, cancel_futures=True)

    async def _look(self, images: Sequence[bytes], owner: Hashable) -> tuple[list[_Seen], float]:
        """The views, side by side, and the seconds it took; of several bad ones the first fails."""
        share = -(-len(images) // self._decoders)
        shares = [images[first : first + share] for first in range(0, len(images), share)]
        done = await asyncio.gather(*(self._seeing.submit(owner, one) for one in shares))
        seen: list[_Seen] = []
        for at, outcome in enumerate(chain.from_iterable(one.results for one in done)):
            if isinstance(outcome, WorkError):
                raise WorkError(outcome.code, outcome.message, at) from outcome
            seen.append(outcome)
        return seen, sum(one.took_s for one in done)

    def _see(self, images: Sequence[bytes]) -> list[_Seen | WorkError]:
        assert self._encoder is not None, "views are only looked at to be embedded"
        return [self._seen(image, self._encoder) for image in images]

    def _seen(self, image: bytes, encoder: ImageEncoder) -> _Seen | WorkError:
        key = digest(image)
        embedding = self._cache.get(key)
        if embedding is not None:
            return _Seen(key, embedding, None)
        try:
            return _Seen(key, None, encoder.fit(decode_all([image], encoder.image_px)[0]))
        except WorkError as error:
            return error

    def _embed(self, pictures: Sequence[Image.Image]) -> list[NDArray[np.float32]]:
        assert self._encoder is not None, "only who has an encoder has pictures"
        return list(self._encoder.embed(pictures))

    def _locate(self, embeddings: Sequence[NDArray[np.float32]]) -> list[Prediction]:
        predictions = self._geolocator.locate(np.stack(embeddings))
        return [Prediction.model_validate(one) for one in predictions]
