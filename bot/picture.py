"""Pictures of a page as numbers. Pure."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""RGB, `(height, width, 3)`."""


def decoded(jpeg: bytes, size: tuple[int, int]) -> Picture | None:
    """A picture of `size`, width and height in CSS px; None: it cannot be decoded."""
    bgr = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if bgr is None:
        return None
    if bgr.shape[1::-1] != size:  # a screen with more pixels than CSS has
        bgr = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(bgr[:, :, ::-1], dtype=np.uint8)
