"""Training views: what a bot would see of a panorama, disturbed."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.views import perspective_views

Pictures = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a training view may stray from the picture."""

    pitches_deg: tuple[float, ...] = (-4.0, 0.0, 4.0)
    """One is drawn for each panorama, as of the next two. Few values, so that maps are reused."""
    fovs_deg: tuple[float, ...] = (85.0, 90.0, 95.0)
    scales: tuple[float, ...] = (0.75, 1.0, 1.0, 1.5)
    """Views are drawn this much larger, then resized: screenshots come in other sizes."""
    brightness: float = 0.25
    """Largest relative change of all channels together."""
    tint: float = 0.06
    """Largest relative change of one channel."""
    contrast: float = 0.25
    compressed: float = 0.3
    """Share of views that go through JPEG of quality 40 to 90."""
    erased: float = 0.25
    """Share of views with a grey rectangle, so that no single cue is all."""


def training_views(
    picture: Pictures,
    rng: np.random.Generator,
    *,
    views: int,
    size_px: int,
    with_: Augmentation,
    photo: bool = False,
) -> tuple[Pictures, NDArray[np.float64]]:
    """`views` of the four views of a panorama, `(views, size, size, 3)`, and their headings.

    The first heading is random and a whole pixel of the panorama, the others 90 degrees apart: what
    a bot sees that does not know where north is. They count from the picture's centre, clockwise.
    All views of a photo are the one to its centre.
    """
    width = picture.shape[1]
    first = 360 * rng.integers(width) / width
    headings = (first + 90 * rng.permutation(4)[:views]) % 360
    if photo:
        headings = np.zeros(views)
    cut = perspective_views(
        picture,
        headings.tolist(),
        size_px=round(size_px * rng.choice(with_.scales)),
        fov_deg=float(rng.choice(with_.fovs_deg)),
        pitch=float(rng.choice(with_.pitches_deg)),
    )
    return np.stack([_disturbed(view, rng, size_px, with_) for view in cut]), headings


def _disturbed(
    view: Pictures, rng: np.random.Generator, size_px: int, with_: Augmentation
) -> Pictures:
    if rng.random() < with_.compressed:
        view = compressed(view, int(rng.integers(40, 91)))
    if view.shape[0] != size_px:
        view = np.asarray(cv2.resize(view, (size_px, size_px), interpolation=cv2.INTER_AREA))
    gain = (1 + rng.uniform(-1, 1) * with_.brightness) * (1 + rng.uniform(-1, 1, 3) * with_.tint)
    slope = 1 + rng.uniform(-1, 1) * with_.contrast
    levels = np.arange(256, dtype=np.float64)[:, None]
    table = np.clip((levels * gain - 128) * slope + 128, 0, 255).astype(np.uint8)
    view = np.asarray(cv2.LUT(view, table[None]), dtype=np.uint8)
    if rng.random() < with_.erased:
        _erase(view, rng)
    return view


def compressed(view: Pictures, quality: int) -> Pictures:
    """An RGB picture gone through JPEG; OpenCV writes blue, green, red."""
    bgr = cv2.cvtColor(view, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), dtype=np.uint8)


def _erase(view: Pictures, rng: np.random.Generator) -> None:
    height, width = (rng.uniform(0.1, 0.4, 2) * view.shape[0]).astype(int)
    top, left = rng.integers(0, view.shape[0] - height), rng.integers(0, view.shape[1] - width)
    view[top : top + height, left : left + width] = 128
