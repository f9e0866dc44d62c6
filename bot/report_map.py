"""The maps of a report: what to draw in SVG, and which part of the world to show. Pure.

Plate carree with the width of a degree as it is at the map's middle: x = lng * squeeze, y = -lat.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bot.game import Guess
from models.geo import destination, to_points, to_unit_vectors

MARGIN = 0.18
"""Of what a map has to show, on each side."""
MIN_HEIGHT_DEG = 9.0
ASPECT = 16 / 9
NORTH, SOUTH, FAR_SOUTH = 84.0, -58.0, -90.0
"""Of the world map; farther south there is rarely a road."""
SHIFTS_DEG = (-360, 0, 360)
"""The land is drawn thrice, so that maps can lie across the antimeridian."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the world that a map shows: an SVG viewBox."""

    left: float
    top: float
    width: float
    height: float
    middle_lng: float = 0.0
    squeeze: float = 1.0

    @property
    def view_box(self) -> str:
        """As SVG wants it."""
        return f"{self.left:.3f} {self.top:.3f} {self.width:.3f} {self.height:.3f}"

    @property
    def unit(self) -> float:
        """A hundredth of the width: what marks are measured in."""
        return self.width / 100

    def xy(self, point: Guess) -> tuple[float, float]:
        """Where a point is drawn, on the copy of the world nearest the middle."""
        east = (point.lng - self.middle_lng + 180) % 360 - 180
        return (self.middle_lng + east) * self.squeeze, -point.lat

    def path(self, points: Sequence[Guess]) -> str:
        """SVG path along points that lie close together; broken where it leaves the world."""
        xys = [self.xy(point) for point in points]
        steps = [f"M{xys[0][0]:.3f},{xys[0][1]:.3f}"]
        for (ax, _), (bx, by) in pairwise(xys):
            letter = "L" if abs(bx - ax) < 180 * self.squeeze else "M"
            steps.append(f"{letter}{bx:.3f},{by:.3f}")
        return "".join(steps)


def world_frame(points: Sequence[Guess]) -> Frame:
    """The whole world, the far south only if a point lies there."""
    south = FAR_SOUTH if any(point.lat < SOUTH for point in points) else SOUTH
    return Frame(left=-180, top=-NORTH, width=360, height=NORTH - south)


def close_frame(points: Sequence[Guess]) -> Frame:
    """A map around the first of `points` that shows all, in the shape of `ASPECT`.

    Where that is more than a world's width, the whole world.
    """
    home = points[0].lng
    easts = [(point.lng - home + 180) % 360 - 180 for point in points]
    lats = [point.lat for point in points]
    middle_lat = (min(lats) + max(lats)) / 2
    squeeze = max(math.cos(math.radians(middle_lat)), 0.2)
    spread_y = max(lats) - min(lats)
    spread_x = (max(easts) - min(easts)) * squeeze
    height = max(spread_y, spread_x / ASPECT, MIN_HEIGHT_DEG / (1 + 2 * MARGIN)) * (1 + 2 * MARGIN)
    width = height * ASPECT
    if width > 300 * squeeze or height > NORTH - SOUTH:
        return world_frame(points)
    middle_lng = home + (min(easts) + max(easts)) / 2
    left, top = middle_lng * squeeze - width / 2, -middle_lat - height / 2
    return Frame(left, top, width, height, middle_lng, squeeze)


def great_circle(a: Guess, b: Guess, steps: int = 48) -> list[Guess]:
    """Points of the shortest way from `a` to `b`, evenly spread; of antipodes, any way."""
    start, end = to_unit_vectors([(a.lat, a.lng), (b.lat, b.lng)])
    angle = math.acos(float(np.clip(start @ end, -1, 1)))
    if angle < 1e-9:
        return [a, b]
    t = np.linspace(0, 1, steps + 1)[:, None]
    way = (np.sin((1 - t) * angle) * start + np.sin(t * angle) * end) / max(math.sin(angle), 1e-9)
    return [Guess(float(lat), float(lng)) for lat, lng in to_points(way)]


def circle(centre: Guess, radius_km: float, steps: int = 72) -> list[Guess]:
    """Points `radius_km` away from `centre`, closed."""
    bearings = np.linspace(0, 360, steps + 1)
    ring = destination((centre.lat, centre.lng), bearings, radius_km)
    return [Guess(float(lat), float(lng)) for lat, lng in ring]
