"""Training views: panoramas in memory, cut into randomly turned and disturbed views."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.pack import Pack, Panorama
from models.world.views import perspective_views

Pictures = NDArray[np.uint8]

THREADS = 2
"""That open and cut panoramas while the network trains."""


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


class Panoramas(Sequence[Pictures]):
    """Equirectangular pictures, RGB uint8 `(h, w, 3)`, kept compressed and opened when asked for.

    Open ones of 1024 px take 1.6 MB each, these a twentieth of that.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._files = [path.read_bytes() for path in paths]

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, row: Any) -> Any:  # noqa: ANN401  as Sequence's, of int and of slice
        if isinstance(row, slice):
            return [self[r] for r in range(len(self))[row]]
        data = np.frombuffer(self._files[row], dtype=np.uint8)
        flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
        picture = cv2.imdecode(data, flags) if len(data) else None
        if picture is None:
            raise OSError(f"{self._paths[row]}: expected a picture, got none that can be read")
        return picture


def read_panoramas(pack: Pack, panoramas: Sequence[Panorama]) -> Panoramas:
    """The pictures of panoramas of a pack.

    Raises:
        OSError: one cannot be read; one that is no picture is told when it is asked for.
    """
    return Panoramas([pack.image_path(panorama) for panorama in panoramas])


def read_panorama(pack: Pack, panorama: Panorama) -> Pictures:
    """One picture of a pack, RGB uint8 `(h, w, 3)`."""
    picture: Pictures = read_panoramas(pack, [panorama])[0]
    return picture


def training_views(
    picture: Pictures, rng: np.random.Generator, *, views: int, size_px: int, with_: Augmentation
) -> Pictures:
    """`views` of the four views of a panorama at a random first heading, `(views, size, size, 3)`.

    The headings are whole pixels of the panorama, 90 degrees apart: what a bot sees that does not
    know where north is.
    """
    width = picture.shape[1]
    first = 360 * rng.integers(width) / width
    headings = (first + 90 * rng.permutation(4)[:views]) % 360
    cut = perspective_views(
        picture,
        headings.tolist(),
        size_px=round(size_px * rng.choice(with_.scales)),
        fov_deg=float(rng.choice(with_.fovs_deg)),
        pitch=float(rng.choice(with_.pitches_deg)),
    )
    return np.stack([_disturbed(view, rng, size_px, with_) for view in cut])


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


def batches(
    pictures: Sequence[Pictures],
    rng: np.random.Generator,
    *,
    batch: int,
    views: int,
    size_px: int,
    with_: Augmentation,
) -> Iterator[tuple[NDArray[np.int64], Pictures]]:
    """One epoch: rows `(b,)` and their views `(b, views, size_px, size_px, 3)`.

    The next batches are cut in two threads while the caller works on this one; what they are
    depends on `rng` alone. A last batch that is not full is left out.
    """
    order = rng.permutation(len(pictures))
    chunks = [order[i : i + batch] for i in range(0, len(order) - batch + 1, batch)]
    seeds = rng.spawn(len(chunks))

    def cut(index: int) -> Pictures:
        cuts = [
            training_views(pictures[row], seeds[index], views=views, size_px=size_px, with_=with_)
            for row in chunks[index]
        ]
        return np.stack(cuts)

    with ThreadPoolExecutor(THREADS) as ahead:
        waiting = deque(ahead.submit(cut, index) for index in range(len(chunks))[:THREADS])
        for index, rows in enumerate(chunks):
            pixels = waiting.popleft().result()
            if index + THREADS < len(chunks):
                waiting.append(ahead.submit(cut, index + THREADS))
            yield rows, pixels
