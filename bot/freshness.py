"""Whether a picture of a panorama is there, sharp, still, and of a new place. Pure."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from bot.picture import Picture

BLANK_SPREAD = 6.0
"""Grey levels; a canvas that nothing is drawn on has none, fog still has more."""

COARSE_SHARE = 0.12
"""Of a picture's contrast; a quarter-size picture enlarged to full size keeps less in detail."""

STILL_LEVELS = 0.8
"""Mean difference of two pictures of one view; the same pixels come out the same."""

SAME_SHARE = 0.55
"""Correlation of contours: rendered places have up to 0.36, one turned by 3.5 degrees 0.62."""


def is_blank(picture: Picture) -> bool:
    """Whether there is nothing on it."""
    return float(_grey(picture).std()) < BLANK_SPREAD


def is_coarse(picture: Picture) -> bool:
    """Whether it has no detail finer than 4 px, as while sharper tiles are on their way."""
    grey = _grey(picture)
    height, width = grey.shape
    small = cv2.resize(
        grey, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA
    )
    again = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    contours = grey - cv2.GaussianBlur(grey, (0, 0), 16)
    return float(np.abs(grey - again).mean()) < COARSE_SHARE * float(np.abs(contours).mean())


def is_still(before: Picture, after: Picture) -> bool:
    """Whether two pictures of one view show no movement; one that has grown has moved."""
    if before.shape != after.shape:
        return False
    apart = np.abs(before.astype(np.int16) - after.astype(np.int16))
    return float(apart.mean()) < STILL_LEVELS


def is_same_place(a: Picture, b: Picture) -> bool:
    """Whether they show one place in one direction, give or take a few degrees."""
    whole, part = _contours(a), _contours(b)[8:-8, 8:-8]
    if float(whole.std()) < 1 or float(part.std()) < 1:
        return False
    return float(cv2.matchTemplate(whole, part, cv2.TM_CCOEFF_NORMED).max()) > SAME_SHARE


def _contours(picture: Picture) -> NDArray[np.float32]:
    """Small, without what all landscapes share: light above, dark below."""
    small = cv2.resize(_grey(picture), (128, 128), interpolation=cv2.INTER_AREA)
    return np.asarray(small - cv2.GaussianBlur(small, (0, 0), 6), dtype=np.float32)


def _grey(picture: Picture) -> NDArray[np.float32]:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
