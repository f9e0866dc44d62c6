"""Fronts and gables of houses: windows, doors, and what hangs on the walls."""

from __future__ import annotations

import numpy as np

from models.world.renderer.canvas import Canvas
from models.world.renderer.house import DETAIL_M, FINE_M, FLOOR_M, GLASS, House
from models.world.renderer.wall import Boxes, Wall, rows, uprights
from models.world.style import Rgb, mixed

_SHADE, _IRON, _PALE = (0.12, 0.1, 0.08), (0.14, 0.14, 0.15), (0.8, 0.8, 0.78)
_BAND_M = 0.25


def draw_front(canvas: Canvas, house: House) -> None:
    """The wall towards the road."""
    wall = Wall(canvas, house.x, (-house.side, 0.0, 0.0))
    wall.lay((house.low, house.high, -0.1, house.height_m), house.wall, steps=10)
    windows, door = _openings(house)
    if house.distance_m > DETAIL_M:
        wall.lay(windows, GLASS)
        return
    _clad(wall, house, house.low, house.high)
    wall.lay((house.low, house.high, -0.1, 0.45), _darker(house.wall, 0.4), steps=10)
    lowest = 1 if house.shop else 0
    upper = windows[windows[:, 2] > lowest * FLOOR_M + 0.3]
    _draw_windows(wall, house, upper)
    _hang(wall, house, upper)
    wall.lay(_grown(door, 0.14, 0.0), house.frame)
    wall.lay(door, mixed(house.trim, _SHADE, 0.6))
    if house.shop:
        _draw_shop(wall, house, door)


def _openings(house: House) -> tuple[Boxes, Boxes]:
    """All windows, and the door in place of one of them."""
    columns = max(2, int(house.width_m / 2.7))
    pitch = house.width_m / columns
    middle = house.low + (np.arange(columns) + 0.5) * pitch
    floor, column = np.divmod(np.arange(columns * house.floors), columns)
    half, base = min(house.window_m / 2, pitch * 0.42), floor * FLOOR_M
    boxes = [middle[column] - half, middle[column] + half, 1.25 + base, 2.65 + base]
    entry = columns // 2
    windows = np.delete(np.stack(boxes, axis=1), entry, axis=0)
    return windows, np.array([[middle[entry] - 0.55, middle[entry] + 0.55, 0.0, 2.3]])


def _grown(boxes: Boxes, aside: float, up: float) -> Boxes:
    return np.asarray(boxes + np.array([-aside, aside, -up, up]))


def _darker(colour: Rgb, part: float) -> Rgb:
    return mixed(colour, _SHADE, part)


def _draw_windows(wall: Wall, house: House, windows: Boxes) -> None:
    """Frames, panes with something behind them, and a sill."""
    wall.lay(_grown(windows, 0.1, 0.1), house.frame)
    wall.lay(windows, GLASS)
    if house.distance_m > FINE_M:
        return
    a, b, low, high = windows.T
    wall.lay(np.stack([a, b, low, (low + high) / 2], axis=1), house.curtain)
    middle = (a + b) / 2
    wall.lay(np.stack([middle - 0.035, middle + 0.035, low, high], axis=1), house.frame)
    wall.lay(np.stack([a - 0.16, b + 0.16, low - 0.2, low - 0.1], axis=1), _darker(house.wall, 0.3))


def _hang(wall: Wall, house: House, windows: Boxes) -> None:
    """What the region hangs around its windows."""
    a, b, low, high = windows.T
    if "shutters" in house.extras:
        wide = min(0.5, house.window_m / 2)
        left = np.stack([a - wide - 0.1, a - 0.1, low - 0.1, high + 0.1], axis=1)
        right = np.stack([b + 0.1, b + wide + 0.1, low - 0.1, high + 0.1], axis=1)
        wall.lay(np.vstack([left, right]), house.shutter)
    if "bars" in house.extras and house.distance_m < FINE_M:
        _bar(wall, windows[windows[:, 3] < 2 * FLOOR_M])
    if "coolers" in house.extras:
        some = windows[1::3]
        box = np.stack([some[:, 0], some[:, 0] + 0.85, some[:, 2] - 0.8, some[:, 2] - 0.2], axis=1)
        wall.lay(box, _PALE, 0.3)
        wall.lay(_grown(box, -0.22, -0.1), (0.3, 0.3, 0.3), 0.3)
    if "balconies" in house.extras:
        _draw_balconies(wall, house, windows[windows[:, 2] > FLOOR_M])


def _bar(wall: Wall, windows: Boxes) -> None:
    """Upright iron bars in front of windows."""
    a, b, low, high = (part[:, None] for part in windows.T)
    at = a + (b - a) * np.linspace(0, 1, 6)
    ends = (np.broadcast_to(low - 0.1, at.shape), np.broadcast_to(high + 0.1, at.shape))
    wall.lay(np.stack([at - 0.02, at + 0.02, *ends], axis=-1), _IRON, 0.12)


def _draw_balconies(wall: Wall, house: House, windows: Boxes) -> None:
    """Slabs with a parapet, at every other window."""
    some = windows[::2]
    floor = np.floor(some[:, 2] / FLOOR_M) * FLOOR_M
    a, b = some[:, 0] - 0.35, some[:, 1] + 0.35
    wall.lay(np.stack([a, b, floor, floor + 1.0], axis=1), mixed(house.trim, house.wall, 0.5), 0.9)
    wall.lay(np.stack([a, b, floor - 0.15, floor + 0.05], axis=1), _darker(house.wall, 0.25), 0.9)


def _draw_shop(wall: Wall, house: House, door: Boxes) -> None:
    """Panes on both sides of the door, a fascia, and an awning where they are usual."""
    gap = 0.5
    panes = [
        (house.low + gap, door[0, 0] - gap, 0.6, 2.6),
        (door[0, 1] + gap, house.high - gap, 0.6, 2.6),
    ]
    wall.lay(_grown(np.array(panes), 0.12, 0.12), house.trim, steps=4)
    wall.lay(panes, GLASS, steps=4)
    wall.lay([(a, b, low, 1.3) for a, b, low, _ in panes], house.curtain, steps=4)
    wall.lay((house.low + 0.3, house.high - 0.3, 2.95, 3.5), house.trim, steps=6)
    if "awning" in house.extras:
        out = house.x - house.side * 1.3
        a, b = house.low + 0.4, house.high - 0.4
        cloth = [(house.x, a, 2.95), (house.x, b, 2.95), (out, b, 2.45), (out, a, 2.45)]
        wall.canvas.face(cloth, house.awning, (-house.side * 0.4, 0, 0.9), 6)
        wall.lay((a, b, 2.2, 2.45), _darker(house.awning, 0.15), 1.3, steps=6)


def _clad(wall: Wall, house: House, a: float, b: float) -> None:
    """Bricks, boards, timber or bands: lines in a tone near the wall's."""
    top, extras = house.height_m, house.extras
    if "bands" in extras:
        z = np.arange(1, house.floors + 1, dtype=np.float64) * FLOOR_M + 0.1
        wall.lay(rows(a, b, z, _BAND_M), mixed(house.wall, _PALE, 0.55), 0.05, steps=4)
    if house.distance_m < FINE_M:
        line = _darker(house.wall, 0.16)
        if "courses" in extras or "boards" in extras:
            step = 0.3 if "courses" in extras else 0.24
            wall.lay(rows(a, b, np.arange(0.5, top, step), 0.035), line, steps=6)
        elif "planks" in extras:
            wall.lay(uprights(np.arange(a + 0.3, b, 0.3), 0.045, 0.4, top), line)
    if "timber" in extras:
        beam, low = (0.24, 0.16, 0.11), min(FLOOR_M, top - 1.5)
        wall.lay(
            uprights(np.linspace(a + 0.1, b - 0.1, 2 + int((b - a) / 1.4)), 0.18, low, top), beam
        )
        levels = [z for z in (low, low + 1.1, top - 0.2, low + FLOOR_M + 1.1) if z < top]
        wall.lay(rows(a, b, np.array(levels), 0.2), beam, steps=6)


def draw_gable(canvas: Canvas, house: House) -> None:
    """The wall that stands across the road, the nearer one of the two."""
    y, back, top = house.near, house.x + house.side * house.depth_m, house.height_m
    wall = Wall(canvas, y, (0.0, -1.0 if house.y > 0 else 1.0, 0.0))
    corners = [(house.x, y, -0.1), (house.x, y, top)]
    if house.roof == "gable":
        corners.append(((house.x + back) / 2, y, top + house.rise_m))
    at_back = top + (house.rise_m if house.roof == "shed" else 0)
    canvas.face([*corners, (back, y, at_back), (back, y, -0.1)], house.wall, wall.towards, 6)
    if abs(y) > DETAIL_M:
        return
    _clad(wall, house, min(house.x, back), max(house.x, back))
    middle = np.tile(house.x + np.array([0.3, 0.7]) * (back - house.x), house.floors)
    base, half = np.repeat(np.arange(house.floors), 2) * FLOOR_M, house.window_m / 2
    windows = np.stack([middle - half, middle + half, 1.3 + base, 2.6 + base], axis=1)
    _draw_windows(wall, house, windows)


def draw_porch(canvas: Canvas, house: House) -> None:
    """A veranda before the front, over a shaded wall."""
    if "veranda" not in house.extras or house.shop or house.distance_m > DETAIL_M:
        return
    out, a, b = house.x - house.side * 2.0, house.low + 0.3, house.high - 0.3
    wall = Wall(canvas, house.x, (-house.side, 0.0, 0.0))
    posts = np.linspace(a + 0.1, b - 0.1, 2 + int(house.width_m / 3))
    wall.lay((a, b, -0.05, 0.3), _darker(house.wall, 0.5), 2.0, steps=6)
    wall.lay(uprights(posts, 0.14, 0.3, 2.5), house.frame, 2.0)
    wall.lay(rows(a, b, np.array([0.65, 1.1]), 0.07), house.frame, 2.0, steps=6)
    roof = [(house.x, a, 3.0), (house.x, b, 3.0), (out, b, 2.5), (out, a, 2.5)]
    canvas.face(roof, house.tiles, (-house.side * 0.25, 0, 1), 6)
    wall.lay((a, b, 2.4, 2.58), house.frame, 2.0, steps=6)
