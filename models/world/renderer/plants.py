"""Which plants grow in a scene, and where: wild ones, and what stands upright on fields."""

from __future__ import annotations

import math

import numpy as np

from models.world.cues.vegetation import Chances
from models.world.renderer.canvas import Canvas
from models.world.renderer.crops import CROPS, Crop
from models.world.renderer.fields import Parcels, edge_m, parcels_of
from models.world.renderer.road import PAVEMENT_M, road_centre
from models.world.renderer.species import SPECIES
from models.world.renderer.sprites import tinted
from models.world.renderer.things import Shadow, Thing
from models.world.scene import Scene
from models.world.style import Rgb, mixed

VARIANTS = 3

REACH_M = 130.0
_MOST_TREES = 110
_ORCHARD_M, _STAND_M = 55.0, 22.0
"""How far along the road planted trees and upright crops are drawn one by one."""
_DRY, _TURNED, _FROSTED = (0.42, 0.38, 0.2), (0.58, 0.36, 0.1), (0.88, 0.91, 0.95)


def plants_of(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """Trees and bushes on both sides, denser where nobody builds, and the crops near the road."""
    flora, wild = scene.vegetation, 1 - 0.75 * scene.density.urbanity
    area_ha = 2 * REACH_M * 90 / 10_000
    trees = min(_MOST_TREES, int(flora.trees_per_ha * wild * area_ha))
    bushes = int(flora.bushes_per_ha * wild * area_ha)
    deep = 80 - 48 * flora.woods
    lots = parcels_of(scene)
    wilds = [_wild(scene, lots, rng, name, 3.2, deep) for name in _drawn(flora.trees, trees, rng)]
    wilds += [_wild(scene, lots, rng, name, 0.8, 50) for name in _drawn(flora.bushes, bushes, rng)]
    return [thing for thing in wilds if thing is not None] + _planted(scene, rng)


def _drawn(chances: Chances, count: int, rng: np.random.Generator) -> list[str]:
    names, parts = zip(*chances, strict=True)
    return [str(name) for name in rng.choice(names, size=count, p=np.array(parts) / sum(parts))]


def _wild(
    scene: Scene,
    parcels: Parcels,
    rng: np.random.Generator,
    name: str,
    clear_m: float,
    deep_m: float,
) -> Thing | None:
    """A plant somewhere beside the road; None where a field is or too close to the camera."""
    species = SPECIES[name]
    side = 1 if rng.uniform() < 0.5 else -1
    y = float(rng.uniform(-1, 1))
    y *= REACH_M * abs(y) ** (0.5 * scene.vegetation.woods)
    margin = scene.surface.width_m / 2 + (PAVEMENT_M if scene.surface.pavement else 0) + clear_m
    height = species.height_m * float(rng.uniform(0.65, 1.2))
    margin += min(3.0, species.spread * height * 0.3)
    off = side * (margin + float(rng.uniform(0, 1)) ** 1.7 * deep_m)
    if parcels.crop_at(off, y):
        return None
    return _plant(scene, rng, name, off, y, height, leaf_colour(scene))


def _planted(scene: Scene, rng: np.random.Generator) -> list[Thing]:
    """Trees of orchards in their grid, and the first rows of tall crops."""
    parcels, out = parcels_of(scene), list[Thing | None]()
    kinds = {str(name) for name in parcels.crops[:, 0].flat if name and CROPS[str(name)].plant}
    for name in sorted(kinds):
        crop = CROPS[name]
        reach, step = (_ORCHARD_M, crop.apart_m) if crop.apart_m else (_STAND_M, 1.6)
        lines = 4 if crop.apart_m else 2
        for side in (-1, 1):
            for line in range(lines):
                off = side * (edge_m(scene) + 1.2 + line * (crop.apart_m or crop.rows_m))
                for y in np.arange(-reach, reach, step):
                    spot = float(y) + float(rng.uniform(-0.1, 0.1)) * step
                    if parcels.crop_at(off, spot) == name and _upright(scene, crop, off, spot):
                        out.append(_crop_plant(scene, rng, crop, off, spot))
    return [thing for thing in out if thing is not None]


def _upright(scene: Scene, crop: Crop, off: float, y: float) -> bool:
    """Whether the crop stands; trees and vines always do."""
    parcels = parcels_of(scene)
    cell, _ = parcels.cells(np.array(off), np.array(y))
    return crop.stage(float(parcels.phase.flat[int(cell)])) in ("green", "bloom", "ripe")


def _crop_plant(
    scene: Scene, rng: np.random.Generator, crop: Crop, off: float, y: float
) -> Thing | None:
    parcels = parcels_of(scene)
    cell, _ = parcels.cells(np.array(off), np.array(y))
    ripe = crop.stage(float(parcels.phase.flat[int(cell)])) == "ripe"
    colour = mixed(crop.ripe, (0.5, 0.42, 0.26), 0.3) if ripe else leaf_colour(scene)
    height = SPECIES[crop.plant].height_m * float(rng.uniform(0.88, 1.05))
    return _plant(scene, rng, crop.plant, off, y, height, colour)


def _plant(
    scene: Scene,
    rng: np.random.Generator,
    name: str,
    off: float,
    y: float,
    height: float,
    leaf: Rgb,
) -> Thing | None:
    """One plant `off` metres right of the road's middle; None too close to the camera."""
    species = SPECIES[name]
    x = float(road_centre(scene, np.array(y))) + off
    bare = species.deciduous and float(rng.uniform()) < scene.season.bare
    turned = scene.season.autumn if species.deciduous else 0.0
    colour = mixed(leaf, _TURNED, 0.9 * turned * float(rng.uniform(0.4, 1)))
    variant = int(rng.integers(VARIANTS))
    bright = float(rng.uniform(0.85, 1.15))
    if math.hypot(x, y) < 4:
        return None
    crown = height * species.spread / 2
    shadow = Shadow(x, y, 0.66 * height if height > 2 else 0.2, crown * 0.85, min(crown, 0.25))

    def draw(canvas: Canvas) -> None:
        light = (canvas.light.ambient + 0.75 * canvas.light.sun) * bright
        tall_px = canvas.pixels_tall(height, x, y)
        sprite = tinted(name, colour, light, bare, variant, tall_px)
        canvas.billboard(sprite, (x, y, -0.05), (height * species.spread, height))

    return Thing(math.hypot(x, y), draw, shadow=shadow)


def leaf_colour(scene: Scene) -> Rgb:
    """The region's leaf colour, drier with the season."""
    dry = max(0.0, 0.45 - scene.season.wetness) * 1.1
    r, g, b = mixed(scene.vegetation.leaf, _DRY, dry)
    return mixed((r * 1.5, g * 1.5, b * 1.5), _FROSTED, 0.35 * scene.season.snow)
