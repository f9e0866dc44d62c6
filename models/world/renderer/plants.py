"""Which plants grow in a scene, and where."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.world.renderer.canvas import Canvas
from models.world.renderer.road import PAVEMENT_M, road_centre
from models.world.renderer.sprites import SPECIES, tinted
from models.world.renderer.things import Shadow, Thing
from models.world.scene import Scene
from models.world.style import Rgb, mixed

VARIANTS = 3

_FLORA = {
    # climate: tall plants and low plants; drifting fields choose among them
    "Af": (("palm", "rain tree", "mango", "banana", "rain tree"), ("banana", "shrub", "reed")),
    "Am": (("palm", "mango", "rain tree", "banana"), ("shrub", "banana", "reed")),
    "Aw": (("mango", "acacia", "palm", "eucalyptus", "rain tree"), ("shrub", "tussock", "shrub")),
    "As": (("palm", "acacia", "mango"), ("shrub", "agave", "tussock")),
    "BW": (("mesquite", "date palm", "saguaro", "acacia"), ("sage", "tussock", "shrub")),
    "BSh": (("acacia", "mesquite", "eucalyptus", "date palm"), ("tussock", "sage", "agave")),
    "BSk": (("poplar", "mesquite", "pine", "olive"), ("sage", "tussock", "sage")),
    "Cs": (("olive", "umbrella pine", "cypress", "eucalyptus", "oak"), ("shrub", "sage", "agave")),
    "Cf": (("oak", "maple", "poplar", "pine", "birch"), ("shrub", "tussock", "shrub")),
    "Cw": (("eucalyptus", "pine", "mango", "maple"), ("shrub", "tussock", "reed")),
    "Da": (("oak", "maple", "poplar", "pine"), ("shrub", "reed", "tussock")),
    "Db": (("birch", "spruce", "oak", "pine", "maple"), ("shrub", "tussock", "shrub")),
    "Dc": (("spruce", "birch", "pine", "larch"), ("shrub", "tussock", "shrub")),
    "Dd": (("larch", "spruce", "larch"), ("shrub", "tussock", "sage")),
    "E": (("birch",), ("tussock", "tussock", "sage")),
}
_TREES_PER_HECTARE = {"Af": 60, "Am": 50, "Aw": 22, "As": 22, "BW": 2.5, "BSh": 8, "BSk": 6}
_TREES_PER_HECTARE |= {
    "Cs": 20,
    "Cf": 30,
    "Cw": 28,
    "Da": 28,
    "Db": 40,
    "Dc": 55,
    "Dd": 45,
    "E": 0.6,
}
REACH_M = 130.0


def flora_key(zone: str) -> str:
    """The row of the flora that a climate zone belongs to."""
    if zone in _FLORA:
        return zone
    if zone[:2] in _FLORA:
        return zone[:2]
    return {"D": "D" + zone[-1], "E": "E"}.get(zone[0], "Cf")


def plants_of(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """Trees and bushes on both sides, denser where nobody builds."""
    key = flora_key(scene.zone)
    wild = 1 - 0.75 * scene.urbanity
    trees = _TREES_PER_HECTARE[key] * (0.6 + 1.4 * scene.plants[1]) * wild
    area_ha = 2 * REACH_M * 90 / 10_000
    count = min(110, int(trees * area_ha))
    tall, low = _FLORA[key]
    weights = _weights(len(tall), scene.plants[0])
    out = [_plant(scene, rng, str(rng.choice(tall, p=weights)), 3.2) for _ in range(count)]
    bushes = int((14 + 30 * scene.plants[2]) * wild) if key != "E" else 30
    low_weights = _weights(len(low), scene.plants[2])
    out += [_plant(scene, rng, str(rng.choice(low, p=low_weights)), 0.8) for _ in range(bushes)]
    return [thing for thing in out if thing is not None]


def _weights(count: int, favourite: float) -> NDArray[np.float64]:
    """Chances of `count` kinds, most for the one that the field points at."""
    away = np.abs(np.arange(count) / max(1, count - 1) - favourite) * (count - 1)
    chance = np.exp(-away * 1.3)
    return np.asarray(chance / chance.sum())


def _plant(scene: Scene, rng: np.random.Generator, name: str, clear_m: float) -> Thing | None:
    species = SPECIES[name]
    side = 1 if rng.uniform() < 0.5 else -1
    y = float(rng.uniform(-REACH_M, REACH_M))
    margin = scene.road.width_m / 2 + (PAVEMENT_M if scene.road.pavement else 0) + clear_m
    height = species.height_m * float(rng.uniform(0.65, 1.2))
    margin += min(3.0, species.spread * height * 0.3)
    x = float(road_centre(scene, np.array(y))) + side * (
        margin + float(rng.uniform(0, 1)) ** 1.7 * 80
    )
    bare = species.deciduous and float(rng.uniform()) < scene.season.bare
    turned = scene.season.autumn if species.deciduous else 0.0
    colour = mixed(_leaf(scene), (0.55, 0.3, 0.06), turned * float(rng.uniform(0.5, 1)))
    variant = int(rng.integers(VARIANTS))
    bright = float(rng.uniform(0.85, 1.15))
    if math.hypot(x, y) < 4:
        return None

    crown = height * species.spread / 2
    shadow = Shadow(x, y, 0.66 * height if height > 2 else 0.2, crown * 0.85, min(crown, 0.25))

    def draw(canvas: Canvas) -> None:
        light = canvas.light.ambient + 0.75 * canvas.light.sun
        sprite = tinted(
            name, colour, light * bright, bare, variant, canvas.pixels_tall(height, x, y)
        )
        canvas.billboard(sprite, (x, y, -0.05), (height * species.spread, height))

    return Thing(math.hypot(x, y), draw, shadow=shadow)


def _leaf(scene: Scene) -> Rgb:
    """The region's leaf colour, drier with the season."""
    dry = max(0.0, 0.45 - scene.season.wetness) * 1.1 if scene.zone[0] in "AB" else 0.0
    r, g, b = mixed(scene.palette.leaf, (0.42, 0.38, 0.2), dry)
    return mixed((r * 1.35, g * 1.35, b * 1.35), (0.9, 0.93, 0.97), 0.35 * scene.season.snow)
