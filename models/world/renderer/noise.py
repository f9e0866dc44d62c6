"""One tile of natural noise that all surfaces are sampled from; it repeats without a seam."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

TILE_PX = 512

Field = NDArray[np.float32]


@cache
def noise_tile(roughness: float) -> Field:
    """(512, 512), mean 0, deviation 1; `roughness` 0 is cloud-soft, 1 is grainy."""
    rng = np.random.default_rng(20240229)
    spectrum = np.fft.fft2(rng.standard_normal((TILE_PX, TILE_PX)))
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(TILE_PX), np.fft.fftfreq(TILE_PX)))
    frequency[0, 0] = np.inf
    tile = np.fft.ifft2(spectrum * frequency ** -(1.9 - 1.5 * roughness)).real
    return np.asarray((tile - tile.mean()) / tile.std(), dtype=np.float32)


def sampled(roughness: float, x: NDArray[np.floating], y: NDArray[np.floating]) -> Field:
    """The tile at pixel positions x, y of any size (they wrap)."""
    noise = cv2.remap(
        noise_tile(roughness),
        _wrapped(x),
        _wrapped(y),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
    return np.asarray(noise, dtype=np.float32)


def _wrapped(place: NDArray[np.floating]) -> Field:
    """Modulo the tile; several times as fast as `np.mod`."""
    laps = np.floor(place * (1 / TILE_PX))
    return np.asarray(place - laps * TILE_PX, dtype=np.float32)
