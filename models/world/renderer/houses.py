"""Which houses stand along the road, and where: sizes and colours of the region and the place."""

from __future__ import annotations

import numpy as np

from models.world.cues.fittings import Fittings
from models.world.renderer import facade, roofs, yards
from models.world.renderer.canvas import Canvas
from models.world.renderer.house import GLASS, House
from models.world.renderer.road import PAVEMENT_M, road_centre
from models.world.renderer.things import Shadow, Thing
from models.world.scene import Scene
from models.world.style import Rgb, mixed

_SNOW, _CURTAIN = (0.95, 0.96, 1.0), (0.62, 0.6, 0.55)
_CLADDINGS = frozenset(("courses", "boards", "planks", "timber"))
_AWNINGS: tuple[Rgb, ...] = (
    (0.55, 0.14, 0.12),
    (0.14, 0.34, 0.26),
    (0.16, 0.26, 0.45),
    (0.82, 0.76, 0.62),
    (0.75, 0.5, 0.16),
)


def houses_of(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """Rows of houses in towns, a farm here and there in the country."""
    out: list[Thing] = []
    chance = 0.06 + 0.94 * min(1.0, 1.25 * scene.density.urbanity)
    for side in (-1, 1):
        y = -120.0 + float(rng.uniform(0, 20))
        while y < 140:
            house = house_of(scene, rng, side, y)
            y += house.width_m + float(rng.uniform(1, 4 + 26 * (1 - scene.density.urbanity)))
            if rng.uniform() < chance:
                out += [_thing(house), *yards.fences_of(scene, house)]
    return out


def house_of(scene: Scene, rng: np.random.Generator, side: int, y: float) -> House:
    """A house whose lot begins at `y`; all about it that differs from its neighbours is chance."""
    habit, fittings = scene.architecture.habit, scene.architecture.fittings
    city = max(0.0, scene.density.urbanity - 0.62) / 0.38
    floors = 1 + int(rng.poisson(max(0.05, habit.floors - 1 + 3.2 * city**2)))
    width = float(rng.uniform(7, 14)) * (1 + 0.5 * city)
    roof = habit.roofs[min(int(rng.exponential(0.8)), len(habit.roofs) - 1)]
    wall = _near(rng, scene.architecture.wall, habit.walls, fittings.variety)
    bright = float(rng.uniform(0.86, 1.1))
    garden = 0.2 + 1.3 * (1 - city) + 12 * (1 - scene.density.urbanity) ** 1.5
    setback = float(rng.exponential(garden))
    floors = min(floors, round(habit.floors + 1 + 7 * city))
    tiles = _near(rng, scene.architecture.roof, habit.tiles, 0.3)
    return House(
        x=_frontier(scene, side, y, width) + side * setback,
        y=y + width / 2,
        side=side,
        setback_m=setback,
        width_m=width,
        depth_m=float(rng.uniform(7, 11)),
        floors=floors,
        roof="flat" if floors > 4 else roof,
        wall=(wall[0] * bright, wall[1] * bright, wall[2] * bright),
        tiles=mixed(tiles, _SNOW, scene.season.snow),
        trim=scene.architecture.trim,
        frame=fittings.frame or scene.architecture.trim,
        shutter=scene.architecture.shutter,
        awning=_AWNINGS[int(rng.integers(len(_AWNINGS)))],
        tank=scene.architecture.tank,
        heater=scene.architecture.heater,
        curtain=mixed(GLASS, _CURTAIN, float(rng.uniform(0, 0.7))),
        pitch=habit.pitch,
        window_m=scene.architecture.window_m * float(rng.uniform(0.8, 1.2)),
        shop=bool(rng.uniform() < 0.6 * scene.density.urbanity),
        extras=_extras(rng, fittings, scene.architecture.cladding, floors),
    )


def _extras(
    rng: np.random.Generator, fittings: Fittings, cladding: float, floors: int
) -> frozenset[str]:
    """What this house has of what the region's houses have."""
    out: set[str] = set()
    for name, often in fittings.often:
        chance = often * (0.35 + cladding) if name in _CLADDINGS else often
        if rng.uniform() < chance and not (name in _CLADDINGS and out & _CLADDINGS):
            out.add(name)
    if floors > 3:
        out -= {"timber", "boards", "planks", "veranda", "chimney"}
    return frozenset(out)


def _frontier(scene: Scene, side: int, y: float, width: float) -> float:
    """Where private land begins, clear of the bending road."""
    margin = scene.surface.width_m / 2 + (PAVEMENT_M + 0.2 if scene.surface.pavement else 4)
    ends = road_centre(scene, np.array([y, y + width / 2, y + width]))
    return float(ends.max() if side > 0 else ends.min()) + side * margin


def _near(rng: np.random.Generator, colour: Rgb, habit: tuple[Rgb, ...], most: float) -> Rgb:
    """The place's colour with a little of another one that the region uses."""
    return mixed(colour, habit[int(rng.integers(len(habit)))], most * float(rng.uniform()) ** 0.7)


def _thing(house: House) -> Thing:
    middle_x = house.x + house.side * house.depth_m / 2
    half = (house.depth_m / 2, house.width_m / 2)
    shadow = Shadow(middle_x, house.y, house.height_m, 0.0, 0.0, box_m=half)
    return Thing(house.distance_m + 1, lambda canvas: _draw(canvas, house), shadow)


def _draw(canvas: Canvas, house: House) -> None:
    """Walls first, then what lies on and before them."""
    if abs(house.y) > house.width_m / 2:
        facade.draw_gable(canvas, house)
    roofs.draw_rooftop(canvas, house)
    facade.draw_front(canvas, house)
    roofs.draw_roof(canvas, house)
    facade.draw_porch(canvas, house)
