"""Roofs, and what stands on them: chimneys, tanks, heaters."""

from __future__ import annotations

import math

import numpy as np

from models.world.renderer.canvas import Canvas, Point
from models.world.renderer.house import DETAIL_M, FINE_M, House
from models.world.style import Rgb, mixed

_PALE, _SHADE, _PANEL = (0.8, 0.8, 0.78), (0.1, 0.1, 0.1), (0.1, 0.13, 0.22)
_POT = (0.5, 0.3, 0.22)


def draw_rooftop(canvas: Canvas, house: House) -> None:
    """What stands behind the edge of the roof: to be drawn before front and roof."""
    if house.distance_m > DETAIL_M:
        return
    if house.roof == "flat":
        x, y = house.x + house.side * 1.2, house.y + 0.25 * house.width_m
        base = house.height_m + 1.0
        if house.tank is not None:
            _stand(canvas, x, y, 1.3, base, base + 1.5, house.tank)
            _stand(canvas, x, y, 0.6, base + 1.5, base + 1.7, house.tank)
            _stand(canvas, x, y, 0.9, house.height_m, base, mixed(house.wall, _SHADE, 0.2))
        if house.heater:
            y -= 0.4 * house.width_m
            _stand(canvas, x, y, 1.5, base - 1, base + 0.7, _PANEL)
            _stand(canvas, x, y, 1.7, base + 0.7, base + 1.2, _PALE)
    elif "chimney" in house.extras:
        run = 0.5 * house.depth_m
        top = house.height_m + house.rise_m
        x, y = house.x + house.side * run, house.y + 0.32 * house.width_m
        _stand(canvas, x, y, 0.9, top - 1.0, top + 1.1, mixed(house.wall, _POT, 0.6))
        _stand(canvas, x, y, 0.35, top + 1.1, top + 1.5, _POT)


def _stand(
    canvas: Canvas, x: float, y: float, width: float, low: float, high: float, colour: Rgb
) -> None:
    """Something upright whose outline is a rectangle from wherever one looks."""
    distance = math.hypot(x, y)
    ax, ay = y / distance * width / 2, -x / distance * width / 2
    ends = ((-1.0, colour), (0.15, mixed(colour, _SHADE, 0.25)))
    for start, tone in ends:
        left, right = (x + start * ax, y + start * ay), (x + ax, y + ay)
        corners = [(*left, low), (*right, low), (*right, high), (*left, high)]
        canvas.face(corners, tone, (-x, -y, 0), 2)


def draw_roof(canvas: Canvas, house: House) -> None:
    """The slope towards the road, a hip's near slope, and the board under the eaves."""
    if house.roof == "flat":
        _draw_parapet(canvas, house)
        return
    over, eaves, top = 0.35, house.height_m, house.height_m + house.rise_m
    low, high = house.low - over, house.high + over
    run = house.depth_m if house.roof == "shed" else house.depth_m / 2
    front, ridge = house.x - house.side * over, house.x + house.side * run
    inset = min(run, house.width_m * 0.4) if house.roof == "hip" else 0.0
    if inset and house.near * house.y > 0:  # else we stand beside it and see no end
        back = house.x + house.side * house.depth_m
        peak = house.near + math.copysign(inset, house.y)
        hip = [(house.x, house.near, eaves), (back, house.near, eaves), (ridge, peak, top)]
        canvas.face(hip, house.tiles, (0, -math.copysign(0.6, house.y), 0.8), 6)
    gutter = eaves - over * house.rise_m / run
    slope: list[Point] = [(front, low, gutter), (front, high, gutter)]
    slope += [(ridge, high - inset, top), (ridge, low + inset, top)]
    normal = (-house.side * house.rise_m, 0, run)
    canvas.face(slope, house.tiles, normal, 8)
    if house.distance_m < FINE_M:
        canvas.faces(_courses(np.array(slope)), mixed(house.tiles, _SHADE, 0.25), normal, 6)
    board = [(front, low, gutter - 0.16), (front, high, gutter - 0.16)]
    board += [(front, high, gutter), (front, low, gutter)]
    canvas.face(board, mixed(house.tiles, house.frame, 0.5), (-house.side, 0, 0), 8)


def _courses(slope: np.ndarray) -> np.ndarray:
    """Thin quads (n, 4, 3) along a slope's eaves, a row of tiles apart."""
    first, last, last_up, first_up = slope
    count = max(3, int(np.linalg.norm(first_up - first) / 0.45))
    part = (np.arange(1, count) / count)[:, None]
    left, right = first + (first_up - first) * part, last + (last_up - last) * part
    thin = 0.1 / count
    ends = (right + (last_up - last) * thin, left + (first_up - first) * thin)
    return np.stack([left, right, *ends], axis=1)


def _draw_parapet(canvas: Canvas, house: House) -> None:
    low, high = house.height_m - 0.05, house.height_m + 0.5
    edge = [
        (house.x, y, z)
        for y, z in ((house.low, low), (house.high, low), (house.high, high), (house.low, high))
    ]
    canvas.face(edge, mixed(house.wall, _PALE, 0.2), (-house.side, 0, 0), 8)
    if abs(house.y) > house.width_m / 2:
        back = house.x + house.side * house.depth_m
        side = [
            (x, house.near, z)
            for x, z in ((house.x, low), (back, low), (back, high), (house.x, high))
        ]
        canvas.face(side, mixed(house.wall, _PALE, 0.2), (0, -house.y, 0), 4)
