"""The lower half: soil, grass, fields and snow, and the carrying car right below."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.renderer.canvas import Picture, rays_of
from models.world.renderer.fields import lay_fields
from models.world.renderer.light import Light
from models.world.renderer.noise import Field, sampled
from models.world.renderer.plane import CAR_ELEVATION, Channels, Plane, plane_of, tone
from models.world.renderer.road import lay_road
from models.world.scene import Scene
from models.world.style import mixed, uniform

_LITTER = (0.36, 0.29, 0.2)
"""Needles and dead leaves under trees."""
_SNOW = (0.93, 0.95, 0.98)


def draw_ground(scene: Scene, light: Light, width_px: int) -> Picture:
    """The lower half of the picture, (width / 4, width, 3); black under the carrying car."""
    plane = plane_of(width_px)
    fine, coarse, patches = _textures(scene, plane)
    ground = _land(scene, plane, fine, coarse, patches)
    lay_road(ground, scene, plane, fine, coarse)
    ground *= tone(light.ambient + light.sun * max(0.0, float(light.towards_sun[2])))
    haze = 1 - np.exp(-plane.distance / light.visibility_m)
    haze = np.maximum(haze, np.clip(plane.distance / 1500 - 0.4, 0, 0.6))
    ground += haze * (tone(light.haze) - ground)
    hidden = width_px // 4 - ground.shape[1]
    return np.pad(cv2.merge(list(ground)), ((0, hidden), (0, 0), (0, 0)))


def _textures(scene: Scene, plane: Plane) -> tuple[Field, Field, Field]:
    """Noise at pebble, tuft and meadow size, faded out where a pixel would hold several grains."""
    dx, dy = 512 * uniform(scene.key, "tile x"), 512 * uniform(scene.key, "tile y")
    out = []
    for grain_m, roughness in ((0.035, 0.75), (0.22, 0.5), (3.0, 0.3)):
        tile = sampled(roughness, plane.x / grain_m + dx, plane.y / grain_m + dy)
        out.append(tile * np.clip(2.2 - plane.along_px / grain_m / 9, 0.0, 1))
    return out[0], out[1], out[2]


def _land(scene: Scene, plane: Plane, fine: Field, coarse: Field, patches: Field) -> Channels:
    """The ground's own colours, unlit."""
    season, flora, stones = scene.season, scene.vegetation, scene.soil.stones
    mottle = 0.5 + 0.16 * coarse + 0.22 * patches
    living = season.green * (0.6 + 0.4 * flora.cover)
    alive = np.clip(living * 1.1 - 0.04 + 0.35 * (mottle - 0.5), 0, 1)
    grass = tone(flora.straw) + alive * (tone(flora.grass) - tone(flora.straw))
    under = 0.5 * max(0.0, flora.woods - 0.3) * (1 - scene.density.urbanity)
    earth = tone(mixed(scene.soil.colour, _LITTER, under))
    cover = flora.cover * (1 - 0.5 * under)
    part = np.clip((mottle - 0.5) * (2.4 if cover < 0.7 else 1.4) + 2.0 * cover - 0.4, 0, 1)
    land = earth + part * (grass - earth)
    if stones > 0.15:
        rocks = np.clip((fine + 0.6 * coarse - 1.5 + stones) * 1.2, 0, 0.6) * (1 - part)
        land += rocks * (np.float32(0.62) * earth.mean() + 0.12 - land)
    lay_fields(land, scene, plane)
    if season.snow > 0:
        lain = np.clip(2.4 * season.snow - 0.7 + 0.3 * (coarse + patches), 0, 1)
        land += lain * (tone(_SNOW) - land)
    rough = 1 - 0.6 * season.snow
    shade = 1 + rough * (0.10 * fine + 0.08 * coarse + 0.05 * patches)
    return np.asarray(land * shade, dtype=np.float32)


def lay_car(pixels: NDArray[np.uint8], light: Light, width_px: int) -> None:
    """Cover what lies under the camera with the carrying car's plain roof."""
    rays = rays_of(width_px)
    start = int(np.searchsorted(-rays.elevation, -CAR_ELEVATION)) - 2
    below = rays.elevation[start:, None]
    part = np.clip((CAR_ELEVATION - below) * width_px / (2 * np.pi) + 0.5, 0, 1)[..., None]
    ring = np.exp(-(((below + np.radians(70)) / np.radians(1.2)) ** 2))[..., None]
    rim = np.clip((below - CAR_ELEVATION + 0.04) / 0.04, 0, 1)[..., None]
    roof = np.array([0.30, 0.31, 0.33]) * (0.8 + 0.4 * light.ambient.mean())
    colour = (roof * (1 - 0.25 * rim) + 0.22 * ring) * 255
    under = pixels[start:].astype(np.float32)
    pixels[start:] = (under + part * (colour - under)).astype(np.uint8)
