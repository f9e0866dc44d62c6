"""Simple colour features of a picture: what can be learnt from it without seeing any shape."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SMALL_PX = 64, 32
GRID = 16, 8
"""Columns and rows of mean colours."""
BANDS = 4
"""From zenith to nadir, with a histogram of colours each."""
LEVELS = 4
"""Of each channel in a histogram."""


def colour_features(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Features `(d,)` of an equirectangular picture, RGB uint8 `(h, w, 3)`, of any size.

    Mean colours of a coarse grid, then spread and histogram of the colours of horizontal bands.
    """
    small = np.asarray(cv2.resize(picture, SMALL_PX, interpolation=cv2.INTER_AREA), np.uint8)
    grid = np.asarray(cv2.resize(small, GRID, interpolation=cv2.INTER_AREA)) / 255
    bands = [band.reshape(-1, 3) for band in np.split(small, BANDS)]
    spreads = [band.std(axis=0) / 255 for band in bands]
    return np.concatenate([grid.ravel(), *spreads, *(_histogram(band) for band in bands)])


def _histogram(colours: NDArray[np.generic]) -> NDArray[np.float64]:
    """Shares `(LEVELS ** 3,)` of colours `(n, 3)` in the boxes of the colour cube."""
    levels = colours.astype(int) * LEVELS // 256
    boxes = levels @ (LEVELS**2, LEVELS, 1)
    return np.bincount(boxes, minlength=LEVELS**3) / len(colours)
