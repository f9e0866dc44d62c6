"""The models behind the conversation: decoding, embedding and locating off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from time import perf_counter
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.geolocator import Geolocator
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

    def embed(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """Embeddings `(n, dim)` of RGB pictures of any size."""


class LocateService:
    """One encoder and one geolocator for all connections.

    Pictures are decoded by two threads; the models have one thread of their own, which serialises
    them and keeps their order, so that no client's burst runs beside another's.
    """

    def __init__(self, encoder: ImageEncoder | None, geolocator: Geolocator) -> None:
        """Without an `encoder` only embeddings are located.

        Raises:
            ValueError: the geolocator understands another encoder's embeddings.
        """
        if encoder is not None and encoder.name != geolocator.encoder:
            raise ValueError(
                f"bundle {geolocator.bundle}: expected encoder {geolocator.encoder}, "
                f"got: {encoder.name}"
            )
        self._encoder = encoder
        self._geolocator = geolocator
        self._pictures = ThreadPoolExecutor(2, thread_name_prefix="pictures")
        self._models = ThreadPoolExecutor(1, thread_name_prefix="models")

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

    async def embed(self, images: Sequence[bytes]) -> tuple[NDArray[np.float32], Timings]:
        """Embeddings `(n, d)` of encoded pictures.

        Raises:
            WorkError: a picture cannot be taken.
        """
        encoder = self._encoder
        if encoder is None:
            raise WorkError(ErrorCode.NO_ENCODER, "this server takes no views")
        px = encoder.image_px
        pictures, decode_ms = await _timed(self._pictures, lambda: decode_all(images, px))
        embeddings, embed_ms = await _timed(self._models, lambda: encoder.embed(pictures))
        return embeddings, Timings(decode_ms=decode_ms, embed_ms=embed_ms, locate_ms=0)

    async def locate(self, embedding: NDArray[np.float32]) -> tuple[Prediction, Timings]:
        """The prediction for one panorama's embedding `(d,)`.

        Raises:
            WorkError: the geolocator's encoder makes embeddings of another length.
        """
        rows = embedding[np.newaxis]
        try:
            predictions, locate_ms = await _timed(
                self._models, lambda: self._geolocator.locate(rows)
            )
        except ValueError as error:
            raise WorkError(ErrorCode.WRONG_SHAPE, str(error)) from error
        prediction = Prediction.model_validate(predictions[0])
        return prediction, Timings(decode_ms=0, embed_ms=0, locate_ms=locate_ms)

    async def run(self, call: Callable[[], T]) -> T:
        """Other work of the same models: in their thread, after what is queued."""
        return await asyncio.get_running_loop().run_in_executor(self._models, call)

    def close(self) -> None:
        """Drop what is queued and let the threads end."""
        self._pictures.shutdown(wait=False, cancel_futures=True)
        self._models.shutdown(wait=False, cancel_futures=True)


async def _timed(executor: Executor, call: Callable[[], T]) -> tuple[T, float]:
    """What `call` returns, and how long it ran there in ms, without its time in the queue."""

    def measured() -> tuple[T, float]:
        start = perf_counter()
        value = call()
        return value, (perf_counter() - start) * 1000

    return await asyncio.get_running_loop().run_in_executor(executor, measured)
