"""Photos as they are: no panorama, no view cut out of one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

if TYPE_CHECKING:
    from models.encoder import Encoder

CHUNK = 64
"""Photos opened at once."""


def embed_photos(files: Sequence[Path], encoder: Encoder) -> NDArray[np.float32]:
    """Embeddings `(n, d)` of whole photos, brought to size as the encoder's weights want it.

    Raises:
        OSError: a file is no picture.
    """
    parts = []
    for first in range(0, len(files), CHUNK):
        parts.append(encoder.embed([open_photo(path) for path in files[first : first + CHUNK]]))
        print(f"embedded {min(first + CHUNK, len(files))} of {len(files)}", file=sys.stderr)
    return np.concatenate(parts)


def open_photo(path: Path) -> Image.Image:
    """The picture, upright, RGB.

    Raises:
        OSError: it is none.
    """
    with Image.open(path) as picture:
        return ImageOps.exif_transpose(picture).convert("RGB")
