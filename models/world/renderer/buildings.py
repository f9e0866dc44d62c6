"""Houses along the road: walls, windows, doors and roofs of the region."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from models.world.renderer.canvas import Canvas, Point
from models.world.renderer.road import PAVEMENT_M, road_centre
from models.world.renderer.things import Shadow, Thing
from models.world.scene import Scene
from models.world.style import Rgb, mixed

FLOOR_M = 3.1
DETAIL_M = 70.0
"""Windows farther off are not drawn."""

SNOW, GLASS = (0.95, 0.96, 1.0), (0.2, 0.25, 0.3)


@dataclass(frozen=True, slots=True)
class House:
    """A box with a roof, its front towards the road."""

    x: float
    """Of the front wall."""
    y: float
    """Of the middle."""
    side: int
    """1 right of the road, -1 left."""
    width_m: float
    """Along the road."""
    depth_m: float
    floors: int
    roof: str
    wall: Rgb
    tiles: Rgb
    trim: Rgb
    """Window frames, doors, shop fronts."""
    pitch: float
    window_m: float
    shop: bool

    @property
    def height_m(self) -> float:
        """Of the eaves."""
        return self.floors * FLOOR_M + 0.4

    @property
    def rise_m(self) -> float:
        """Of the roof over the eaves."""
        if self.roof == "shed":
            return 0.25 * self.depth_m * min(1.0, self.pitch * 2)
        return self.pitch * self.depth_m / 2

    @property
    def near(self) -> float:
        """Y of the end that is nearer to the camera."""
        return self.y - math.copysign(self.width_m / 2, self.y)


def houses_of(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """Rows of houses in towns, a farm here and there in the country."""
    out: list[Thing] = []
    chance = 0.06 + 0.94 * min(1.0, 1.25 * scene.density.urbanity)
    for side in (-1, 1):
        y = -120.0 + float(rng.uniform(0, 20))
        while y < 140:
            house = _house(scene, rng, side, y)
            y += house.width_m + float(rng.uniform(1, 4 + 26 * (1 - scene.density.urbanity)))
            if rng.uniform() < chance:
                out.append(_thing(house))
    return out


def _house(scene: Scene, rng: np.random.Generator, side: int, y: float) -> House:
    habit, city = scene.architecture.habit, max(0.0, scene.density.urbanity - 0.62) / 0.38
    floors = 1 + int(rng.poisson(max(0.05, habit.floors - 1 + 3.2 * city**2)))
    width = float(rng.uniform(7, 14)) * (1 + 0.5 * city)
    roof = habit.roofs[min(int(rng.exponential(0.8)), len(habit.roofs) - 1)]
    wall = _near(rng, scene.architecture.wall, habit.walls, 0.35)
    bright = float(rng.uniform(0.88, 1.08))
    return House(
        x=_front_line(scene, rng, side, y, width),
        y=y + width / 2,
        side=side,
        width_m=width,
        depth_m=float(rng.uniform(7, 11)),
        floors=min(floors, 2 + round(7 * scene.density.urbanity)),
        roof="flat" if floors > 4 else roof,
        wall=(wall[0] * bright, wall[1] * bright, wall[2] * bright),
        tiles=mixed(_near(rng, scene.architecture.roof, habit.tiles, 0.3), SNOW, scene.season.snow),
        trim=scene.architecture.trim,
        pitch=habit.pitch,
        window_m=scene.architecture.window_m,
        shop=bool(rng.uniform() < 0.6 * scene.density.urbanity),
    )


def _front_line(scene: Scene, rng: np.random.Generator, side: int, y: float, width: float) -> float:
    """How far aside the front stands, clear of the bending road."""
    margin = scene.surface.width_m / 2 + (PAVEMENT_M + 0.2 if scene.surface.pavement else 4)
    setback = margin + float(rng.exponential(1.5 + 12 * (1 - scene.density.urbanity) ** 1.5))
    ends = road_centre(scene, np.array([y, y + width / 2, y + width]))
    return float(ends.max() if side > 0 else ends.min()) + side * setback


def _near(rng: np.random.Generator, colour: Rgb, habit: tuple[Rgb, ...], most: float) -> Rgb:
    """The place's colour with a little of another one that the region uses."""
    return mixed(colour, habit[int(rng.integers(len(habit)))], most * float(rng.uniform()))


def _thing(house: House) -> Thing:
    reach = (house.width_m / 2 + house.depth_m / 2) / 2
    middle_x = house.x + house.side * house.depth_m / 2
    near = math.hypot(house.x, max(0.0, abs(house.y) - house.width_m / 2))
    shadow = Shadow(middle_x, house.y, house.height_m, reach, reach)
    return Thing(near + 1, lambda canvas: _draw(canvas, house), shadow)


def _draw(canvas: Canvas, house: House) -> None:
    """The faces that look at the camera, walls first, then the roof."""
    if abs(house.y) > house.width_m / 2:
        _draw_gable(canvas, house)
    _draw_front(canvas, house)
    if house.roof == "flat":
        low, high = house.y - house.width_m / 2, house.y + house.width_m / 2
        box = (low, high, house.height_m - 0.05, house.height_m + 0.5)
        _panel(canvas, house, box, mixed(house.wall, SNOW, 0.2), 8)
    else:
        _draw_roof(canvas, house)


def _panel(
    canvas: Canvas, house: House, box: tuple[float, float, float, float], colour: Rgb, steps: int
) -> None:
    """A rectangle on the front wall: y from, y to, z from, z to."""
    y0, y1, z0, z1 = box
    corners = [(house.x, y0, z0), (house.x, y1, z0), (house.x, y1, z1), (house.x, y0, z1)]
    canvas.face(corners, colour, (-house.side, 0, 0), steps)


def _draw_front(canvas: Canvas, house: House) -> None:
    low, high = house.y - house.width_m / 2, house.y + house.width_m / 2
    _panel(canvas, house, (low, high, -0.1, house.height_m), house.wall, 10)
    _panel(canvas, house, (low, high, -0.1, 0.45), mixed(house.wall, (0.3, 0.3, 0.3), 0.5), 10)
    if math.hypot(house.x, house.y) > DETAIL_M:
        return
    columns = max(2, int(house.width_m / 2.7))
    pitch = house.width_m / columns
    for floor in range(house.floors):
        for column in range(columns):
            middle = low + (column + 0.5) * pitch
            if floor == 0 and column == columns // 2:
                _panel(canvas, house, (middle - 0.55, middle + 0.55, 0, 2.3), _dark(house.trim), 2)
            else:
                _draw_window(canvas, house, middle, floor, pitch)
    if house.shop:
        _panel(canvas, house, (low + 0.3, high - 0.3, 2.95, 3.5), house.trim, 6)


def _draw_window(canvas: Canvas, house: House, middle: float, floor: int, pitch: float) -> None:
    half, low, high = house.window_m / 2, 1.35, 2.7
    if house.shop and floor == 0:
        half, low, high = pitch * 0.42, 0.6, 2.6
    low, high = low + floor * FLOOR_M, high + floor * FLOOR_M
    frame = (middle - half - 0.12, middle + half + 0.12, low - 0.12, high + 0.12)
    _panel(canvas, house, frame, house.trim, 2)
    _panel(canvas, house, (middle - half, middle + half, low, high), GLASS, 2)


def _dark(colour: Rgb) -> Rgb:
    return mixed(colour, (0.12, 0.1, 0.08), 0.6)


def _draw_gable(canvas: Canvas, house: House) -> None:
    """The wall that stands across the road, the nearer one of the two."""
    y, back, top = house.near, house.x + house.side * house.depth_m, house.height_m
    normal = (0.0, -house.y, 0.0)
    corners: list[Point] = [(house.x, y, -0.1), (house.x, y, top)]
    if house.roof == "gable":
        corners.append(((house.x + back) / 2, y, top + house.rise_m))
    at_back = top + (house.rise_m if house.roof == "shed" else 0)
    canvas.face([*corners, (back, y, at_back), (back, y, -0.1)], house.wall, normal, 6)
    if math.hypot(house.x, y) > DETAIL_M:
        return
    half = house.window_m / 2
    for floor in range(house.floors):
        low, high = 1.4 + floor * FLOOR_M, 2.6 + floor * FLOOR_M
        for part in (0.3, 0.7):
            x = house.x + part * (back - house.x)
            for rim, colour in ((0.12, house.trim), (0, GLASS)):
                left, right, z0, z1 = x - half - rim, x + half + rim, low - rim, high + rim
                box = [(left, y, z0), (right, y, z0), (right, y, z1), (left, y, z1)]
                canvas.face(box, colour, normal, 2)


def _draw_roof(canvas: Canvas, house: House) -> None:
    """The slope towards the road, a hip's near slope, and the board under the eaves."""
    over, eaves, top = 0.35, house.height_m, house.height_m + house.rise_m
    low, high = house.y - house.width_m / 2 - over, house.y + house.width_m / 2 + over
    run = house.depth_m if house.roof == "shed" else house.depth_m / 2
    front, ridge = house.x - house.side * over, house.x + house.side * run
    inset = min(run, house.width_m * 0.4) if house.roof == "hip" else 0.0
    if inset and house.near * house.y > 0:  # else we stand beside it and see no end
        back = house.x + house.side * house.depth_m
        peak = house.near + math.copysign(inset, house.y)
        hip = [(house.x, house.near, eaves), (back, house.near, eaves), (ridge, peak, top)]
        canvas.face(hip, house.tiles, (0, -math.copysign(0.6, house.y), 0.8), 6)
    gutter = eaves - over * house.rise_m / run
    slope = [(front, low, gutter), (front, high, gutter)]
    slope += [(ridge, high - inset, top), (ridge, low + inset, top)]
    canvas.face(slope, house.tiles, (-house.side * house.rise_m, 0, run), 8)
    board = [(front, low, gutter - 0.16), (front, high, gutter - 0.16)]
    board += [(front, high, gutter), (front, low, gutter)]
    canvas.face(board, mixed(house.tiles, house.trim, 0.5), (-house.side, 0, 0), 8)
