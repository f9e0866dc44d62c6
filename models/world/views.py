"""Equirectangular pictures: perspective views out of them, and faces or photos into them.

Pictures are `uint8` RGB arrays `(height, width, 3)`. Pixel `i` of `n` is centred at `(i + 0.5) / n`
of the picture. An equirectangular picture covers 360 by 180 degrees; its centre column looks to
`centre_heading`, its top row to the zenith.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Grid = NDArray[np.float32]

SUBPIXELS = 32
"""Steps in a pixel of OpenCV's fixed-point maps (`INTER_TAB_SIZE`)."""

FILL_WIDTH_PX = 512
"""Width at which the surroundings of faces and photos are made up, for two full turns."""

SOFT_PX = 10.0
"""Blur of those surroundings, in pixels of that width."""


def perspective_views(
    equirectangular: Picture,
    headings: Sequence[float],
    *,
    size_px: int,
    fov_deg: float = 90.0,
    pitch: float = 0.0,
    centre_heading: float = 0.0,
) -> Picture:
    """Square pinhole views `(n, size_px, size_px, 3)`, one per heading.

    `fov_deg` is both the horizontal and the vertical angle of a view; `pitch` is positive upwards.

    Raises:
        ValueError: the picture is not `(h, w, 3)` uint8, or the angle not in (0, 180).
    """
    _check(equirectangular, fov_deg)
    finer = equirectangular.shape[1] / full_turn_px(size_px, fov_deg)
    source = _shrunk(equirectangular, finer)
    turns = [(heading - centre_heading) / 360 for heading in headings]
    views = [_view(source, turn, size_px, fov_deg, pitch) for turn in turns]
    return np.stack(views) if views else np.empty((0, size_px, size_px, 3), np.uint8)


def equirectangular_from_faces(
    faces: Mapping[float, Picture], fov_deg: float = 90.0, *, width_px: int
) -> Picture:
    """The picture `(width_px / 2, width_px, 3)` whose centre column looks north.

    `faces` are pinhole pictures by heading, each `fov_deg` wide and looking at the horizon. What
    no face shows is a soft blurred continuation of what the faces do.
    """
    for face in faces.values():
        _check(face, fov_deg)
    if not faces or width_px % 2:
        raise ValueError(f"expected faces and an even width, got: {len(faces)} and {width_px}")
    canvas = np.zeros((width_px // 2, width_px, 3), np.uint8)
    seen = np.zeros(canvas.shape[:2], bool)
    nearest = _nearest_face(list(faces), width_px)
    for index, (heading, face) in enumerate(faces.items()):
        x, y = _face_maps(face, heading, fov_deg, width_px)
        inside = (nearest == index) & _covered(face, x, y)
        fitting, shrink = _for_width(face, fov_deg, width_px)
        drawn = cv2.remap(
            fitting,
            (x + 0.5) * shrink[0] - 0.5,
            (y + 0.5) * shrink[1] - 0.5,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        canvas[inside] = drawn[inside]
        seen |= inside
    return _continued(canvas, seen)


def equirectangular_from_photo(
    photo: Picture, hfov_deg: float, heading: float, width_px: int
) -> Picture:
    """A single photo, taken level, on a canvas whose centre column looks north."""
    return equirectangular_from_faces({heading: photo}, hfov_deg, width_px=width_px)


def _check(picture: Picture, fov_deg: float) -> None:
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise ValueError(f"expected uint8 (h, w, 3), got: {picture.dtype} {picture.shape}")
    if not 0 < fov_deg < 180:
        raise ValueError(f"expected a field of view in (0, 180) deg, got: {fov_deg}")


def full_turn_px(width_px: int, fov_deg: float) -> float:
    """Width of the equirectangular picture as fine as the middle of a pinhole picture."""
    return math.pi * width_px / math.tan(math.radians(fov_deg) / 2)


def _shrunk(picture: Picture, ratio: float) -> Picture:
    """`picture`, averaged down by `ratio` where that is above 1.

    So bilinear sampling does not alias, and a view looks alike out of panoramas of all sizes.
    """
    if ratio <= 1:
        return picture
    height, width = (max(1, round(length / ratio)) for length in picture.shape[:2])
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _view(source: Picture, turn: float, size_px: int, fov_deg: float, pitch: float) -> Picture:
    # A heading is a shift along x. Its whole pixels are added here and the fraction is part of the
    # cached map, so that any number of headings share at most SUBPIXELS maps.
    height, width = source.shape[:2]
    whole, fraction = divmod(round(turn * width * SUBPIXELS), SUBPIXELS)
    corners, weights = _maps(height, width, size_px, fov_deg, pitch, fraction)
    shifted = corners.copy()
    shifted[..., 0] = (corners[..., 0].astype(np.int32) + whole) % width
    # Wrapping joins left and right; top and bottom are never joined, as y stays within the rows.
    view = cv2.remap(source, shifted, weights, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(view, np.uint8)


@lru_cache(maxsize=64)
def _maps(
    height: int, width: int, size_px: int, fov_deg: float, pitch: float, fraction: int
) -> tuple[NDArray[np.int16], NDArray[np.uint16]]:
    """OpenCV's fixed-point maps of the view to the centre column, `fraction` subpixels right."""
    across = ((np.arange(size_px) + 0.5) * 2 / size_px - 1) * np.tan(np.radians(fov_deg) / 2)
    right, down = np.meshgrid(across, across)
    sin, cos = np.sin(np.radians(pitch)), np.cos(np.radians(pitch))
    forward, up = cos + down * sin, sin - down * cos
    bearing = np.arctan2(right, forward)
    elevation = np.arctan2(up, np.hypot(right, forward))
    x = (bearing / (2 * np.pi) + 0.5) * width - 0.5 + fraction / SUBPIXELS
    y = np.clip((0.5 - elevation / np.pi) * height - 0.5, 0, height - 1)
    corners, weights = cv2.convertMaps(x.astype(np.float32), y.astype(np.float32), cv2.CV_16SC2)
    return corners.astype(np.int16), weights.astype(np.uint16)


def _directions(width_px: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Heading `(width_px,)` of each column and elevation `(width_px / 2, 1)` of each row, rad."""
    rows = width_px // 2
    heading = ((np.arange(width_px) + 0.5) / width_px - 0.5) * 2 * np.pi
    elevation = (0.5 - (np.arange(rows) + 0.5) / rows) * np.pi
    return heading, elevation[:, None]


def _nearest_face(headings: list[float], width_px: int) -> NDArray[np.intp]:
    """Index of the face that each column `(width_px,)` belongs to."""
    columns, _ = _directions(width_px)
    away = np.cos(columns[None, :] - np.radians(headings)[:, None])
    return np.asarray(np.argmax(away, axis=0))


def _face_maps(face: Picture, heading: float, fov_deg: float, width_px: int) -> tuple[Grid, Grid]:
    """Where in the face each pixel of the canvas looks; far outside where that is behind it."""
    height, width = face.shape[:2]
    focal = width / 2 / np.tan(np.radians(fov_deg) / 2)
    columns, elevation = _directions(width_px)
    bearing = columns - np.radians(heading)
    ahead = np.maximum(np.cos(bearing), 1e-6)
    x = np.broadcast_to(focal * np.sin(bearing) / ahead, (width_px // 2, width_px))
    y = -focal * np.tan(elevation) / ahead
    return (
        (x + width / 2 - 0.5).astype(np.float32),
        (y + height / 2 - 0.5).astype(np.float32),
    )


def _covered(face: Picture, x: Grid, y: Grid) -> NDArray[np.bool_]:
    # Half a pixel beyond the edge still counts, or rounded headings would leave seams open.
    height, width = face.shape[:2]
    return np.asarray((x >= -1) & (x <= width) & (y >= -0.5) & (y <= height - 0.5))


def _for_width(face: Picture, fov_deg: float, width_px: int) -> tuple[Picture, tuple[float, float]]:
    """The face without detail the canvas cannot hold, and how much smaller it is in x and y."""
    fitting = _shrunk(face, full_turn_px(face.shape[1], fov_deg) / width_px)
    return fitting, (fitting.shape[1] / face.shape[1], fitting.shape[0] / face.shape[0])


def _continued(canvas: Picture, seen: NDArray[np.bool_]) -> Picture:
    """`canvas` with all that is not `seen` filled: the nearest colour, softer the farther away."""
    if seen.all():
        return canvas
    height, width = seen.shape
    side = width // 2  # so that what lies over the seam is near, too
    weight = np.pad(seen.astype(np.float32), ((0, 0), (side, side)), mode="wrap")
    colour = np.pad(canvas.astype(np.float32), ((0, 0), (side, side), (0, 0)), mode="wrap")
    filled = _filled(colour * weight[..., None], weight)
    filled = np.asarray(cv2.resize(filled, (2 * width, height), interpolation=cv2.INTER_LINEAR))
    result = canvas.copy()
    result[~seen] = np.rint(filled[:, side : side + width][~seen]).clip(0, 255).astype(np.uint8)
    return result


def _filled(colour: Grid, weight: Grid) -> Grid:
    """A small picture without holes, from colours already multiplied by their weights."""
    small = (FILL_WIDTH_PX, FILL_WIDTH_PX // 4)
    weight = np.asarray(cv2.resize(weight, small, interpolation=cv2.INTER_AREA), np.float32)
    colour = np.asarray(cv2.resize(colour, small, interpolation=cv2.INTER_AREA), np.float32)
    colour /= np.maximum(weight, 1e-6)[..., None]
    away_px, nearest = cv2.distanceTransformWithLabels(
        (weight <= 1e-6).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    known = away_px == 0
    by_label = np.zeros((int(nearest.max()) + 1, 3), np.float32)
    by_label[nearest[known]] = colour[known]
    sharp = by_label[nearest]
    soft = np.asarray(cv2.GaussianBlur(sharp, (0, 0), SOFT_PX), np.float32)
    share = np.minimum(away_px / SOFT_PX, 1.0)[..., None]
    return np.asarray(sharp * (1 - share) + soft * share, np.float32)
