"""Embeddings of views that were seen before, by the pictures' bytes."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

DIGEST_BYTES = 20


def digest(image: bytes, encoder: str) -> bytes:
    """What an encoder's embedding of a picture is known by."""
    return hashlib.blake2b(image, digest_size=DIGEST_BYTES).digest() + encoder.encode()


class EmbeddingCache:
    """The last `most` embeddings that were put in or asked for. For use by several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: bytes) -> NDArray[np.float32] | None:
        """The embedding `(d,)` of a picture with this digest, if it is kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: bytes, embedding: NDArray[np.float32]) -> None:
        """Keep a copy, in the place of the one that was not asked for longest."""
        with self._lock:
            # A row of a batch would keep the whole batch alive.
            self._kept[key] = embedding.copy()
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
