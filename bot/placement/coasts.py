"""What a map drawn in one piece shows: known coasts are laid upon the edges of its picture. Pure.

The map is taken for Web Mercator with north up. A map seen for the first time is searched over all
zooms; then, and after each move, the coasts are slid and scaled until they lie on the strongest
edges, to a fraction of a pixel: thousands of points average what each is off.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.guess_map import TILE_PX, MapView, lat_of, world_y
from bot.picture import Picture
from bot.placement.make_coasts import COASTS, SOUTHERNMOST, STEPS

Grid = NDArray[np.float32]
Points = NDArray[np.float64]

FIRST_ZOOMS = tuple(float(z) for z in np.arange(0, 2.51, 0.07))
"""Of a map when it is first seen: the world, or a continent."""

HALF = 3
"""The first search is done on pictures so many times smaller."""

MIN_COAST_PX = 150
"""Of coast in a picture; with less, what was expected is believed."""

GOOD_FIT = 0.12
"""Of 1, the picture's strongest edges; coasts that lie on nothing have below 0.05."""

LONGEST = 0.002
"""Of a segment of coast, in worlds; the few that are longer may be missed."""

FINE_PX = 0.5
"""At the zoom above a view's, of which coasts are taken: longer chords would leave them."""

FINEST_ZOOM = 5
"""Half of the segments are then shorter than `FINE_PX`; closer, no point is too many."""

BLURS_PX = (3.0, 1.5)
"""Of edges, coarse to fine. A drawn line has two edges: finer, they would part."""

ROW_PX = 1024

REACH_PX = 12.0
"""So far and no farther coasts are slid."""

REACH_LEVELS = 0.12

STAY = 0.05
"""What a fit must gain to be slid as far as can be: along a straight coast nothing else holds."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well coasts lie on a picture."""

    view: MapView
    share: float
    """Mean strength of the edges under the coasts, in [0, 1]."""
    coast_px: int


@cache
def _lines() -> list[Points]:
    """The coasts, each `(n, 2)` in the square world."""
    with np.load(Path(COASTS)) as stored:
        ends = np.cumsum(stored["lengths"])
        lines = np.split(stored["differences"].astype(np.int64), ends[:-1])
    return [np.cumsum(line, axis=0) / STEPS for line in lines]


@cache
def _segments(whole_zoom: int) -> tuple[Points, Points]:
    """Both ends `(n, 2)` of the coasts' segments, from west to east, in the square world.

    As fine as a map of that zoom can show; from `FINEST_ZOOM` on, all that is known.
    """
    lines = _lines()
    if whole_zoom < FINEST_ZOOM:
        lines = [_thinned(line, FINE_PX / TILE_PX / 2**whole_zoom) for line in lines]
    starts = np.concatenate([line[:-1] for line in lines])
    stops = np.concatenate([line[1:] for line in lines])
    along_seam = (np.abs(starts[:, 0] - 0.5) > 0.4999) & (np.abs(stops[:, 0] - 0.5) > 0.4999)
    polar = np.maximum(starts[:, 1], stops[:, 1]) > world_y(SOUTHERNMOST)
    kept = np.flatnonzero(~along_seam & ~polar)
    kept = kept[np.argsort(starts[kept, 0])]
    return starts[kept], stops[kept]


def _thinned(line: Points, step: float) -> Points:
    """Of a line's points the first in each `step` of its way, and the last."""
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    first = np.diff(np.floor(way / step), prepend=-1.0) > 0
    first[-1] = True
    return line[first]


def coast_pixels(view: MapView) -> Points:
    """Points `(n, 2)` along the coasts in a view, a pixel apart: px from its top left corner."""
    starts, stops = _segments(min(max(math.ceil(view.zoom), 0), FINEST_ZOOM))
    middle = np.array([view.lng / 360 + 0.5, world_y(view.lat)])
    half = np.array([view.width_px, view.height_px]) / 2 / view.world_px
    found = []
    for copy in range(math.floor(middle[0] - half[0]), math.floor(middle[0] + half[0]) + 1):
        low, high = middle - half - [copy, 0], middle + half - [copy, 0]
        first, last = np.searchsorted(starts[:, 0], [low[0] - LONGEST, high[0] + LONGEST])
        a, b = starts[first:last], stops[first:last]
        # Column by column: `all(axis=1)` over pairs takes four times as long.
        inside = (np.maximum(a, b) > low) & (np.minimum(a, b) < high)
        chosen = inside[:, 0] & inside[:, 1]
        a, b = ((ends[chosen] - low) * view.world_px for ends in (a, b))
        found.append(_dense(a, b))
    points = np.concatenate(found)
    size = np.array([view.width_px, view.height_px])
    inside = (points > 1) & (points < size - 2)
    return points[inside[:, 0] & inside[:, 1]]


def _dense(a: Points, b: Points) -> Points:
    """Points on the lines from a to b `(n, 2)`, at most a pixel apart."""
    long = np.hypot(*(b - a).T)
    counts = np.maximum(1, np.ceil(long)).astype(int)
    # Short segments would weigh more than long ones: keep of each pixel's worth one point.
    keep = np.random.default_rng(0).random(len(counts)) < np.maximum(long / counts, 0.05)
    a, b, counts = a[keep], b[keep], counts[keep]
    which = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = ((step + 0.5) / counts[which])[:, None]
    points: Points = a[which] * (1 - share) + b[which] * share
    return points


def edges_of(picture: Picture) -> Grid:
    """How strong the edge is at each pixel, in [0, 1]."""
    soft = cv2.GaussianBlur(picture, (0, 0), 0.7).astype(np.float32)
    across, down = (cv2.Scharr(soft, cv2.CV_32F, x, 1 - x) for x in (1, 0))
    strength = np.hypot(across, down).max(axis=2)
    strongest = float(np.quantile(strength, 0.997)) or 1.0
    return np.asarray(np.minimum(strength / strongest, 1), dtype=np.float32)


def fit(edges: Grid, view: MapView) -> Fit:
    """How well the coasts lie where a view has them."""
    points = coast_pixels(view)
    if not len(points):
        return Fit(view, 0.0, 0)
    return Fit(view, float(_under(edges, points).mean()), len(points))


def _under(edges: Grid, points: Points) -> Grid:
    x, y = points.astype(np.float32).T - np.float32(0.5)  # pixel i is centred at i + 0.5
    # In rows: OpenCV's pictures are at most 32,767 px wide.
    rows = -(-len(x) // ROW_PX)
    x, y = (np.resize(numbers, (rows, ROW_PX)) for numbers in (x, y))
    under = cv2.remap(edges, x, y, cv2.INTER_LINEAR).ravel()[: len(points)]
    return np.asarray(under, dtype=np.float32)


def refined(edges: Grid, view: MapView) -> Fit:
    """The view near by whose coasts lie best."""
    for blur_px in BLURS_PX:
        soft = cv2.GaussianBlur(edges, (0, 0), blur_px)
        view = _slid(np.asarray(soft, dtype=np.float32), view)
    return fit(edges, view)


def _slid(edges: Grid, view: MapView) -> MapView:
    points = coast_pixels(view)
    if len(points) < MIN_COAST_PX:
        return view
    middle = np.array([view.width_px, view.height_px]) / 2
    weights = _weights(points, view)

    def loss(numbers: NDArray[np.float64]) -> float:
        right, down, level = numbers * [1, 1, 0.01]
        if max(abs(right), abs(down)) > REACH_PX or abs(level) > REACH_LEVELS:
            return 1.0
        moved = middle + (points - middle) * 2**level + [right, down]
        far = (right**2 + down**2) / REACH_PX**2 + (level / REACH_LEVELS) ** 2
        return float(1 - _under(edges, moved) @ weights + STAY * far)

    start = np.array([[0, 0, 0], [2, 0, 0], [0, 2, 0], [0, 0, 2]], dtype=np.float64)
    options = {"initial_simplex": start, "xatol": 0.01, "fatol": 1e-5, "maxfev": 200}
    best = minimize(loss, start[0], method="Nelder-Mead", options=options).x
    return _moved(view, float(best[0]), float(best[1]), float(best[2]) * 0.01)


def _weights(points: Points, view: MapView) -> Grid:
    """Shares, 1 in all: where coasts crowd, as in fjords, edges are everywhere and say little."""
    rows, columns = math.ceil(view.height_px) + 1, math.ceil(view.width_px) + 1
    x, y = points.astype(int).T
    counts = np.bincount(y * columns + x, minlength=rows * columns).reshape(rows, columns)
    crowd = cv2.boxFilter(counts.astype(np.float32), -1, (9, 9), normalize=False)
    weights = 1 / np.maximum(crowd[y, x], 9)
    return np.asarray(weights / weights.sum(), dtype=np.float32)


def _moved(view: MapView, right_px: float, down_px: float, levels: float) -> MapView:
    """The view that draws everything larger by `levels`, and that far from where it was."""
    zoomed = replace(view, zoom=view.zoom + levels)
    lng = zoomed.lng - right_px / zoomed.world_px * 360
    return replace(
        zoomed,
        lat=lat_of(world_y(zoomed.lat) - down_px / zoomed.world_px),
        lng=(lng + 180) % 360 - 180,
    )


def first_view(picture: Picture) -> Fit:
    """What a map shows of which nothing is known."""
    edges = edges_of(picture)
    height, width = edges.shape
    small = cv2.resize(edges, (width // HALF, height // HALF), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), 1.5)
    grid = small.astype(np.float32)
    found = sorted((_laid(grid, zoom, width, height) for zoom in FIRST_ZOOMS), key=lambda f: -f[0])
    return max((refined(edges, view) for _, view in found[:4]), key=lambda fit: fit.share)


def _laid(small: Grid, zoom: float, width: int, height: int) -> tuple[float, MapView]:
    """Correlation and view where the picture lies best on the outline of the world at a zoom."""
    outline = _outline(zoom, small.shape[1], small.shape[0])
    # Not OpenCV's own normalised way: where there are no coasts it divides by nothing.
    together = cv2.matchTemplate(outline, small, cv2.TM_CCORR)
    size = small.shape[1], small.shape[0]
    alone = cv2.boxFilter(outline**2, -1, size, anchor=(0, 0), normalize=False)
    alone = alone[: together.shape[0], : together.shape[1]]
    score = together / np.sqrt(alone + 0.1 * float(alone.max()))
    _, share, _, (left, top) = cv2.minMaxLoc(score / float(np.sqrt((small**2).sum())))
    world_px = TILE_PX * 2**zoom / HALF
    x = (left + small.shape[1] / 2 - small.shape[1]) / world_px
    y = (top + small.shape[0] / 2 - small.shape[0]) / world_px
    view = MapView(lat_of(y), (x * 360) % 360 - 180, zoom, width, height)
    return share, view


def _outline(zoom: float, width: int, height: int) -> Grid:
    """The world and its copies, a picture's size of margin about it."""
    world_px = TILE_PX * 2**zoom / HALF
    rows, columns = round(world_px) + 2 * height, round(world_px) + 2 * width
    canvas = np.zeros((rows, columns), np.float32)
    x, y = np.rint(_world_points() * world_px).astype(int).T
    copies = math.ceil(width / world_px)
    for copy in range(-copies, copies + 1):
        there = x + round(copy * world_px) + width
        seen = (there >= 0) & (there < columns)
        canvas[y[seen] + height, there[seen]] = 255
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), 1.5), dtype=np.float32)


@cache
def _world_points() -> Points:
    """All coasts as points `(n, 2)` of the square world, close enough for the first search."""
    starts, stops = _segments(math.ceil(max(FIRST_ZOOMS)))
    world_px = TILE_PX * 2 ** max(FIRST_ZOOMS) / HALF
    return _dense(starts * world_px, stops * world_px) / world_px


def best_of(picture: Picture, expected: Sequence[MapView]) -> MapView:
    """Which of the expected views, the likeliest first, a picture shows; refined by its coasts."""
    edges = edges_of(picture)
    soft = np.asarray(cv2.GaussianBlur(edges, (0, 0), 2.5), dtype=np.float32)
    rough = sorted((fit(soft, view) for view in expected), key=lambda fit: -fit.share)
    enough = [one for one in rough if one.coast_px >= MIN_COAST_PX]
    best = max((refined(edges, f.view) for f in enough[:3]), key=lambda f: f.share, default=None)
    return best.view if best and best.share > GOOD_FIT else expected[0]
