"""A bundle that is served: its encoder and its geolocator, as they were loaded together."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.geolocator import Geolocator


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
class Served:
    """What a request is answered by, from its first view to its last, whatever is loaded since."""

    encoder: ImageEncoder | None
    """None: only embeddings are located."""
    geolocator: Geolocator

    def __post_init__(self) -> None:
        if self.encoder is not None and self.encoder.name != self.geolocator.encoder:
            raise ValueError(
                f"bundle {self.geolocator.bundle}: expected encoder {self.geolocator.encoder}, "
                f"got: {self.encoder.name}"
            )

    @property
    def name(self) -> str:
        """The bundle's."""
        return self.geolocator.bundle

    @property
    def dim(self) -> int | None:
        """Length of the embeddings it takes; None: only the geolocator knows."""
        return None if self.encoder is None else self.encoder.dim


def settle() -> None:
    """After bundles were loaded: what is there now is not looked through for garbage any more.

    Half a million objects come with the models' libraries; looking through them takes a quarter of
    a second, in which no thread runs Python.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
