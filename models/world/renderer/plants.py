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

REACH_M = 130.0


def plants_of(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """Trees and bushes on both sides, denser where nobody builds."""
    flora = scene.vegetation
    wild = 1 - 0.75 * scene.density.urbanity
    area_ha = 2 * REACH_M * 90 / 10_000
    trees = min(110, int(flora.trees_per_ha * wild * area_ha))
    tall, low = _weights(flora.tall, flora.tall_favourite), _weights(flora.low, flora.low_favourite)
    out = [_plant(scene, rng, str(rng.choice(flora.tall, p=tall)), 3.2) for _ in range(trees)]
    bushes = int(flora.bushes * wild)
    out += [_plant(scene, rng, str(rng.choice(flora.low, p=low)), 0.8) for _ in range(bushes)]
    return [thing for thing in out if thing is not None]


def _weights(kinds: tuple[str, ...], favourite: float) -> NDArray[np.float64]:
    """Chances of the kinds, most for the one that `favourite` in [0, 1] points at."""
    last = len(kinds) - 1
    away = np.abs(np.arange(len(kinds)) - favourite * last)
    chance = np.exp(-away * 1.3)
    return np.asarray(chance / chance.sum())


def _plant(scene: Scene, rng: np.random.Generator, name: str, clear_m: float) -> Thing | None:
    species = SPECIES[name]
    side = 1 if rng.uniform() < 0.5 else -1
    y = float(rng.uniform(-REACH_M, REACH_M))
    margin = scene.surface.width_m / 2 + (PAVEMENT_M if scene.surface.pavement else 0) + clear_m
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
    dry = max(0.0, 0.45 - scene.season.wetness) * 1.1 if scene.vegetation.dries else 0.0
    r, g, b = mixed(scene.vegetation.leaf, (0.42, 0.38, 0.2), dry)
    return mixed((r * 1.35, g * 1.35, b * 1.35), (0.9, 0.93, 0.97), 0.35 * scene.season.snow)
