"""The models behind the conversation: decoding, embedding and locating off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from threadpoolctl import threadpool_limits

from models.geolocator import Geolocator, Prediction
from server import protocol
from server.inference.admission import Admission
from server.inference.batching import Batcher
from server.inference.budget import Budget
from server.inference.cache import EmbeddingCache, digest
from server.inference.cores import Cores
from server.inference.doors import Doors
from server.inference.limits import Limits
from server.inference.meter import Meter, Unmetered
from server.inference.pictures import decode_all
from server.inference.served import ImageEncoder, Served
from server.inference.session import Session
from server.inference.turns import Turns
from server.inference.work import WorkError
from server.protocol import ErrorCode, Timings

K = TypeVar("K")
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A view that has been looked at: known already, or a picture to be embedded."""

    key: bytes
    embedding: NDArray[np.float32] | None
    picture: Image.Image | None


class LocateService:
    """The models of all bundles, for all connections.

    Three stages, each of which takes the connections in turn: pictures are decoded by some
    threads, embedded by one, located by one. The last two gather what waits into batches.
    """

    def __init__(
        self,
        bundles: Iterable[Served],
        limits: Limits = Limits(),  # noqa: B008  frozen
        meter: Meter = Unmetered(),  # noqa: B008  has no state
        budget: Budget | None = None,
    ) -> None:
        """The first bundle answers who asks for none; `budget` is one that others draw on, too."""
        self.budget = budget or Budget()
        self.uploads = Turns(limits.uploads)
        # Threads of numpy's products spin for work that a geolocator has not: a third of all that
        # a small bundle's server reckons.
        threadpool_limits(1, user_api="blas")
        self._bundles = {one.name: one for one in bundles}
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
        self._aside: Batcher[Call, Any] = Batcher(_called, pictures, at_once=limits.decoders)
        self._beside: Batcher[Call, Any] = Batcher(_called, models)
        encode = partial(_embedded, Cores())
        self._embedding = Batcher(encode, models, size=limits.batch_views, called=meter.batched)
        self._locating = Batcher(_located, locate, size=limits.batch_panoramas)

    @property
    def first(self) -> Served:
        """The bundle for who asks for none."""
        return next(iter(self._bundles.values()))

    def serve(self, bundle: Served) -> None:
        """Serve a bundle, instead of the one of its name; requests under way keep that."""
        self._bundles[bundle.name] = bundle

    def session(self) -> Session:
        """A new connection's conversation."""
        return Session(self._bundles)

    async def embed(
        self, images: Sequence[bytes], owner: Hashable = None, served: Served | None = None
    ) -> tuple[NDArray[np.float32], Timings]:
        """Embeddings `(n, d)` of encoded pictures; owners take turns.

        Raises:
            WorkError: a picture cannot be taken.
        """
        encoder = (served or self.first).encoder
        if encoder is None:
            raise WorkError(ErrorCode.NO_ENCODER, "this server takes no views")
        seen, decode_s = await self._look(images, owner, encoder)
        self.meter.took("decode", decode_s)
        rows = {at: one.embedding for at, one in enumerate(seen) if one.embedding is not None}
        new = {at: one.picture for at, one in enumerate(seen) if one.picture is not None}
        timings = Timings(decode_ms=decode_s * 1000, embed_ms=0, locate_ms=0)
        if new:
            found, embed_s = await self.embed_pictures(list(new.values()), owner, encoder)
            timings = timings.model_copy(update={"embed_ms": embed_s * 1000})
            rows |= dict(zip(new, found, strict=True))
            for at in new:
                self._cache.put(seen[at].key, rows[at])
        return np.stack([rows[at] for at in range(len(images))]), timings

    async def embed_pictures(
        self, pictures: Sequence[Image.Image], owner: Hashable, encoder: ImageEncoder
    ) -> tuple[Sequence[NDArray[np.float32]], float]:
        """Embeddings of pictures, best brought to size before, and the seconds of the call."""
        done = await self._embedding.submit(owner, [(encoder, one) for one in pictures])
        self.meter.took("queue", done.waited_s)
        self.meter.took("encode", done.took_s)
        return done.results, done.took_s

    async def locate(
        self, embedding: NDArray[np.float32], owner: Hashable = None, served: Served | None = None
    ) -> tuple[protocol.Prediction, Timings]:
        """The prediction for one panorama's embedding `(d,)`, as it is sent.

        Raises:
            WorkError: the geolocator's encoder makes embeddings of another length.
        """
        prediction, locate_s = await self.predict(embedding, owner, served or self.first)
        timings = Timings(decode_ms=0, embed_ms=0, locate_ms=locate_s * 1000)
        return protocol.Prediction.model_validate(prediction), timings

    async def predict(
        self, embedding: NDArray[np.float32], owner: Hashable, served: Served
    ) -> tuple[Prediction, float]:
        """All that the geolocator says, and the seconds of the call; raises as `locate`."""
        try:
            done = await self._locating.submit(owner, [(served.geolocator, embedding)])
        except ValueError as error:
            raise WorkError(ErrorCode.WRONG_SHAPE, str(error)) from error
        self.meter.took("queue", done.waited_s)
        self.meter.took("locate", done.took_s)
        return done.results[0], done.took_s

    async def aside(self, call: Callable[[], T], owner: Hashable) -> T:
        """Other work than the models', in the threads that decode; owners take turns."""
        result: T = (await self._aside.submit(owner, [call])).results[0]
        return result

    async def beside(self, call: Callable[[], T], owner: Hashable) -> T:
        """Other work of the models, in their thread, between two batches; owners take turns."""
        result: T = (await self._beside.submit(owner, [call])).results[0]
        return result

    async def drain(self, grace_s: float) -> None:
        """Answer what can be answered in that time, refuse the rest by name, close all doors."""
        await self.doors.close(grace_s)

    def close(self) -> None:
        """Drop what is queued and let the threads end."""
        for stage in (self._aside, self._beside, self._embedding, self._locating):
            stage.close()
        for threads in self._threads:
            threads.shutdown(wait=False, cancel_futures=True)

    async def _look(
        self, images: Sequence[bytes], owner: Hashable, encoder: ImageEncoder
    ) -> tuple[list[_Seen], float]:
        """The views, side by side, and the seconds it took; of several bad ones the first fails."""
        share = -(-len(images) // self._decoders)
        shares = [images[first : first + share] for first in range(0, len(images), share)]
        calls = (partial(self._see, one, encoder) for one in shares)
        done = await asyncio.gather(*(self._aside.submit(owner, [call]) for call in calls))
        seen: list[_Seen] = []
        for at, outcome in enumerate(chain.from_iterable(one.results[0] for one in done)):
            if isinstance(outcome, WorkError):
                raise WorkError(outcome.code, outcome.message, at) from outcome
            seen.append(outcome)
        return seen, sum(one.took_s for one in done)

    def _see(self, images: Sequence[bytes], encoder: ImageEncoder) -> list[_Seen | WorkError]:
        return [self._seen(image, encoder) for image in images]

    def _seen(self, image: bytes, encoder: ImageEncoder) -> _Seen | WorkError:
        key = digest(image, encoder.name)
        embedding = self._cache.get(key)
        if embedding is not None:
            return _Seen(key, embedding, None)
        try:
            return _Seen(key, None, encoder.fit(decode_all([image], encoder.image_px)[0]))
        except WorkError as error:
            return error


Call = Callable[[], Any]


def _called(calls: Sequence[Call]) -> list[Any]:
    return [call() for call in calls]


def _embedded(
    cores: Cores, pictures: Sequence[tuple[ImageEncoder, Image.Image]]
) -> list[NDArray[np.float32]]:
    with cores.taken(len(pictures)):
        return _apart(pictures, lambda encoder, some: encoder.embed(some))


def _located(panoramas: Sequence[tuple[Geolocator, NDArray[np.float32]]]) -> list[Prediction]:
    return _apart(panoramas, lambda geolocator, some: geolocator.locate(np.stack(some)))


def _apart(items: Sequence[tuple[K, T]], do: Callable[[K, list[T]], Iterable[R]]) -> list[R]:
    """What `do` says of each item: a call for each of the models that they are for."""
    answers: dict[int, R] = {}
    for model in {id(model): model for model, _ in items}.values():
        mine = [at for at, (whose, _) in enumerate(items) if whose is model]
        answers |= zip(mine, do(model, [items[at][1] for at in mine]), strict=True)
    return [answers[at] for at in range(len(items))]
