"""How much the inference room takes on at once: its numbers in one place."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one server. `docs/server.md` tells what each is for."""

    batch_views: int = 32
    """Views in one call of the encoder; a request's views stay together, even where they are
    more."""
    batch_panoramas: int = 32
    """Embeddings in one call of the geolocator."""
    decoders: int = max(2, min(os.cpu_count() or 2, 8))
    """Pictures decoded at once."""
    uploads: int = 4
    """Requests of `/api/locate` whose photos lie decoded in memory: 12 MB a photo, four photos."""
    waiting_views: int = 256
    """Admitted and not yet answered, of all connections: 64 panoramas of four."""
    waiting_s: float = 10.0
    """As long as admitted views may take together, by the throughput measured so far. One request
    is always admitted, however slow the models are."""
    cached_views: int = 4096
    """Embeddings kept of views seen before: 12 MiB of an encoder with 768 numbers."""
