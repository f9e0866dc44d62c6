"""The models of `server.bench`, and what they do where there is no server."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from models.geolocator import Geolocator
from server.inference.pictures import decode_all
from server.inference.served import ImageEncoder
from server.locate.bundles import load_models

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = "world-small"
LARGE = "ViT-B-32"
"""As large as encoders are that people deploy; its weights are random, which takes as long."""

PLACES = 1000
"""That the large encoder's geolocator knows."""

Models = tuple[ImageEncoder, Geolocator]


def load(name: str) -> Models:
    """A bundle's models; of `LARGE`, an untrained encoder and the nearest of random embeddings."""
    return _untrained() if name == LARGE else load_models(name)


def _untrained() -> Models:
    import open_clip  # noqa: PLC0415  torch costs seconds
    import torch  # noqa: PLC0415

    from models.baselines import NearestNeighbour  # noqa: PLC0415
    from models.encoder import Encoder, pick_device  # noqa: PLC0415
    from models.samples import Samples  # noqa: PLC0415

    torch.manual_seed(6)
    encoder = Encoder(open_clip.create_model(LARGE, pretrained=None), LARGE, pick_device())
    rng = np.random.default_rng(6)
    points = np.column_stack([rng.uniform(-60, 70, PLACES), rng.uniform(-180, 180, PLACES)])
    known = Samples(
        "bench",
        encoder.name,
        tuple(map(str, range(PLACES))),
        points,
        ("train",) * PLACES,
        rng.normal(size=(PLACES, encoder.dim)).astype(np.float32),
    )
    return encoder, NearestNeighbour(known, bundle=LARGE)


def panorama_ms(models: Models, panorama: Sequence[bytes]) -> float:
    """All that has to be done for a panorama, and nothing else."""
    encoder, geolocator = models
    started_s = perf_counter()
    pictures = decode_all(panorama, encoder.image_px)
    geolocator.locate(encoder.embed(pictures).mean(axis=0, keepdims=True))
    return (perf_counter() - started_s) * 1000


def encoded_rate(encoder: ImageEncoder, views: Sequence[bytes], batch: int, times: int) -> float:
    """Views per second, of pictures that are decoded and brought to size already."""
    pictures = [encoder.fit(one) for one in decode_all(views, encoder.image_px)]
    call = [pictures[at % len(pictures)] for at in range(batch)]
    return batch / _fastest_s(partial(encoder.embed, call), times)


def fed_rate(encoder: ImageEncoder, views: Sequence[bytes], batch: int, times: int) -> float:
    """Views per second as they come to a server: all cores decode while the encoder encodes."""
    count = batch * max(1, len(views) // batch)

    def fitted(at: int) -> Image.Image:
        return encoder.fit(decode_all([views[at % len(views)]], encoder.image_px)[0])

    with ThreadPoolExecutor(os.cpu_count()) as threads:

        def all_of_them() -> None:
            for pictures in _batches(threads.map(fitted, range(count)), batch):
                encoder.embed(pictures)

        return count / _fastest_s(all_of_them, times)


def _batches(pictures: Iterator[Image.Image], size: int) -> Iterator[list[Image.Image]]:
    gathered = []
    for picture in pictures:
        gathered.append(picture)
        if len(gathered) == size:
            yield gathered
            gathered = []


def _fastest_s(call: Callable[[], object], times: int) -> float:
    def once_s() -> float:
        started_s = perf_counter()
        call()
        return perf_counter() - started_s

    return min(once_s() for _ in range(times))
