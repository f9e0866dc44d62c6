"""The sheet a picture is drawn on, and how space falls on it.

Space is metres in the road's frame, the camera over the origin: x right, y ahead, z up from the
road. The sheet is equirectangular; ahead is its centre column.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.world.renderer.light import Light
from models.world.style import Rgb

Picture = NDArray[np.float32]
"""(height, width, 3), RGB in [0, 1]."""
Sprite = NDArray[np.float32]
"""(height, width, 4), premultiplied RGB and alpha."""
Point = tuple[float, float, float]
"""x, y, z in metres."""

CAMERA_M = 2.5
"""Height of the camera over the road."""

_SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Rays:
    """Where each column and row looks."""

    azimuth: NDArray[np.float32]
    """(width,) radians to the right of ahead."""
    elevation: NDArray[np.float32]
    """(height,) radians above the horizon."""
    horizon: int
    """First row below the horizon."""


@lru_cache(maxsize=4)
def rays_of(width_px: int) -> Rays:
    """The rays of a sheet of width_px by width_px / 2."""
    height = width_px // 2
    azimuth = ((np.arange(width_px) + 0.5) / width_px - 0.5) * 2 * np.pi
    elevation = (0.5 - (np.arange(height) + 0.5) / height) * np.pi
    return Rays(azimuth.astype(np.float32), elevation.astype(np.float32), height // 2)


def _level(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0 * (x + y)


class Canvas:
    """A picture under work, drawn from far to near; `rise_m` is how high the ground is at x, y."""

    def __init__(
        self,
        base: Picture,
        light: Light,
        rise_m: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]] = _level,
    ) -> None:
        self.pixels = np.ascontiguousarray((np.clip(base, 0, 1) * 255).astype(np.uint8))
        self.height, self.width = self.pixels.shape[:2]
        self.light = light
        self._rise_m = rise_m

    def project(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (..., n, 3) to pixels (..., n, 2); columns are the first point's or near them.

        z counts from the ground at x, y.
        """
        x, y, z = points[..., 0], points[..., 1], points[..., 2]
        turns = np.arctan2(x, y) / (2 * np.pi)
        turns -= np.rint(turns - turns[..., :1])  # within half a turn of the first
        elevation = np.arctan2(z + self._rise_m(x, y) - CAMERA_M, np.hypot(x, y))
        pixels = np.empty((*points.shape[:-1], 2))
        pixels[..., 0] = (turns + 0.5) * self.width
        pixels[..., 1] = (0.5 - elevation / np.pi) * self.height
        return pixels

    def pixels_tall(self, height_m: float, x: float, y: float) -> float:
        """About how many pixels tall something upright at x, y is drawn."""
        return float(height_m / math.hypot(x, y) / (2 * math.pi) * self.width)

    def face(self, points: Sequence[Point], colour: Rgb, normal: Point, steps: int = 3) -> None:
        """A polygon lit by the sun as its normal (of any length) asks, and seen through haze."""
        self.faces(np.asarray(points, dtype=np.float64)[None], colour, normal, steps)

    def faces(
        self, corners: NDArray[np.float64], colour: Rgb, normal: Point, steps: int = 1
    ) -> None:
        """Many polygons (m, n, 3) of one colour, lit and hazed alike; they must not overlap.

        Their edges are bent over `steps` pieces, as the projection asks.
        """
        x, y, z = normal
        length = math.sqrt(x * x + y * y + z * z)
        shade = self.light.shaded(colour, np.array([x / length, y / length, z / length]))
        right, ahead, _ = (corners.sum(axis=(0, 1)) / (corners.size // 3)).tolist()
        ink = _bytes(self.light.hazed(shade, math.hypot(right, ahead)))
        outlines = self._outlines(self.project(_subdivided(corners, steps)), 0.75)
        if outlines:
            cv2.fillPoly(self.pixels, outlines, ink, cv2.LINE_AA, _SUBPIXEL_BITS)

    def _outlines(self, pixels: NDArray[np.float64], widest: float) -> list[NDArray[np.int32]]:
        """Outlines (m, n, 2) in OpenCV's fixed point, one over the seam at both its places.

        Those wider than `widest` of the sheet run round the camera and are left out.
        """
        fixed = np.rint((pixels - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
        lap, margin = self.width << _SUBPIXEL_BITS, 1 << _SUBPIXEL_BITS
        aside = np.array([lap, 0], dtype=np.int32)
        out = []
        lows, highs = fixed[..., 0].min(axis=1).tolist(), fixed[..., 0].max(axis=1).tolist()
        for outline, low, high in zip(fixed, lows, highs, strict=True):
            if high - low < widest * lap:
                out.append(outline)
                if low < margin:
                    out.append(outline + aside)
                if high > lap - margin:
                    out.append(outline - aside)
        return out

    def shade(self, outlines: list[NDArray[np.float64]]) -> None:
        """Darken the ground inside shadow outlines (n, 3), as strongly as the sun shines."""
        mask = np.zeros((self.height, self.width), dtype=np.uint8)
        for outline in outlines:
            for copy in self._outlines(self.project(_subdivided(outline[None], 12)), 0.5):
                cv2.fillPoly(mask, [copy], (255,), cv2.LINE_AA, _SUBPIXEL_BITS)
        below = self.pixels[self.height // 2 :]
        left = cv2.convertScaleAbs(mask[self.height // 2 :], None, -0.42 * self.light.sunny, 255)
        cv2.multiply(below, cv2.merge([left] * 3), below, 1 / 255)

    def line(self, points: ArrayLike, colour: Rgb, width_m: float) -> None:
        """Draw a wire along points (n, 3), thinner and fainter the farther."""
        wire = np.asarray(points, dtype=np.float64)
        distance = float(np.linalg.norm(wire, axis=1).mean())
        thickness = max(1, round(width_m / distance / (2 * math.pi) * self.width))
        ink = _bytes(self.light.hazed(np.asarray(colour), distance))
        for copy in self._outlines(self.project(wire[None]), 0.75):
            cv2.polylines(self.pixels, [copy], False, ink, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)

    def billboard(self, sprite: Sprite, foot: Point, size_m: tuple[float, float]) -> None:
        """Stand a sprite of width, height upright at `foot`, turned to the camera."""
        distance, turn = math.hypot(foot[0], foot[1]), self.width / (2 * math.pi)
        centre = math.atan2(foot[0], foot[1]) * turn + self.width / 2
        half = math.atan2(size_m[0] / 2, distance) * turn
        ground = self._rise_m(np.array([foot[0]]), np.array([foot[1]]))
        rise = foot[2] + float(ground[0]) - CAMERA_M
        top, bottom = (
            self.height / 2 - math.atan2(level, distance) * turn
            for level in (rise + size_m[1], rise)
        )
        columns = np.arange(math.floor(centre - half), math.ceil(centre + half))
        rows = np.arange(max(0, math.floor(top)), min(self.height, math.ceil(bottom)))
        if len(columns) == 0 or len(rows) == 0:
            return
        across = np.tan((columns + 0.5 - centre) / turn) * distance / size_m[0] + 0.5
        up = (np.tan((self.height / 2 - rows - 0.5) / turn) * distance - rise) / size_m[1]
        patch = _warped(_smaller(sprite, 2 * half, bottom - top), across, 1 - up)
        for lap in (-self.width, 0, self.width):
            left, right = int(columns[0]) + lap, int(columns[-1]) + 1 + lap
            if left < self.width and right > 0:
                window = self.pixels[rows[0] : rows[-1] + 1, max(0, left) : right]
                shown = patch[:, max(0, -left) :][:, : window.shape[1]]
                self._blend(window, shown, distance)

    def _blend(self, window: NDArray[np.uint8], patch: Sprite, distance: float) -> None:
        """Lay the patch over the window of as many pixels, in place."""
        alpha = patch[..., 3:]
        haze = self.light.haze_part(distance)
        colour = patch[..., :3] * (255 * (1 - haze))
        colour += alpha * (255 * haze * self.light.haze).astype(np.float32)
        colour += window * (1 - alpha)
        window[:] = np.minimum(colour, 255)


def _bytes(colour: NDArray[np.float64]) -> tuple[float, float, float]:
    r, g, b = (255 * min(1.0, max(0.0, part)) for part in colour.tolist())
    return r, g, b


def _warped(
    sprite: Sprite, across: NDArray[np.float64], down: NDArray[np.float64]
) -> NDArray[np.float32]:
    """The sprite at shares `across` (columns,) and `down` (rows,) of its size; outside, nothing."""
    map_x, map_y = np.meshgrid(
        (across * sprite.shape[1] - 0.5).astype(np.float32),
        (down * sprite.shape[0] - 0.5).astype(np.float32),
    )
    warped = cv2.remap(sprite, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(warped, dtype=np.float32)


def _subdivided(corners: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """Closed outlines (m, n, 3) with `steps` points an edge."""
    if steps == 1:
        return corners
    return _edge_points(corners.shape[1], steps) @ corners


@cache
def _edge_points(count: int, steps: int) -> NDArray[np.float64]:
    """How much (count * steps, count) of each corner is in each point of an outline."""
    part = np.arange(steps)[:, None] / steps
    corners = np.eye(count)
    return np.kron(corners, 1 - part) + np.kron(np.roll(corners, 1, axis=1), part)


def _smaller(sprite: Sprite, width_px: float, height_px: float) -> Sprite:
    """The sprite brought down to about the size it is drawn at, against shimmer."""
    height, width = sprite.shape[:2]
    shrink = min(width / max(width_px, 1), height / max(height_px, 1))
    if shrink < 1.5:
        return sprite
    size = (max(2, round(width / shrink)), max(2, round(height / shrink)))
    return np.asarray(cv2.resize(sprite, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
