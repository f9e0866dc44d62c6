"""The lower half: soil, grass and snow, and the carrying car right below."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.world.renderer.canvas import Picture, rays_of
from models.world.renderer.light import Light
from models.world.renderer.noise import Field, sampled
from models.world.renderer.plane import CAR_ELEVATION, Plane, plane_of
from models.world.renderer.road import lay_road
from models.world.scene import Scene
from models.world.style import uniform


def draw_ground(scene: Scene, light: Light, width_px: int) -> Picture:
    """The lower half of the picture, (width / 4, width, 3); black under the carrying car."""
    plane = plane_of(width_px)
    fine, coarse, patches = _textures(scene, plane)
    ground = _land(scene, fine, coarse, patches)
    lay_road(ground, scene, plane, fine, coarse)
    ground *= (light.ambient + light.sun * max(0.0, float(light.towards_sun[2]))).astype(np.float32)
    haze = 1 - np.exp(-plane.distance / light.visibility_m)
    haze = np.maximum(haze, np.clip(plane.distance / 1500 - 0.4, 0, 0.6))[..., None]
    ground += haze * (light.haze.astype(np.float32) - ground)
    hidden = width_px // 4 - len(ground)
    return np.pad(ground, ((0, hidden), (0, 0), (0, 0)))


def _textures(scene: Scene, plane: Plane) -> tuple[Field, Field, Field]:
    """Noise at pebble, tuft and meadow size, faded out where a pixel would hold several grains."""
    dx, dy = 512 * uniform(scene.key, "tile x"), 512 * uniform(scene.key, "tile y")
    out = []
    for grain_m, roughness in ((0.035, 0.75), (0.22, 0.5), (3.0, 0.3)):
        tile = sampled(roughness, plane.x / grain_m + dx, plane.y / grain_m + dy)
        out.append(tile * np.clip(2.2 - plane.along_px / grain_m / 9, 0.0, 1))
    return out[0], out[1], out[2]


def _land(scene: Scene, fine: Field, coarse: Field, patches: Field) -> Picture:
    season = scene.season
    straw = np.array([0.72, 0.62, 0.36], dtype=np.float32)
    grass = np.asarray(scene.vegetation.grass, dtype=np.float32)
    alive = min(1.0, 0.15 + season.green * 1.1)
    grass = straw * (1 - alive) * np.asarray(0.8 + 0.5 * grass) + grass * alive
    soil = np.asarray(scene.soil.colour, dtype=np.float32)
    part = np.clip(0.5 + scene.vegetation.cover + 0.3 * coarse + 0.35 * patches, 0, 1)[..., None]
    land = soil * (1 - part) + grass * part
    if season.snow > 0:
        lain = np.clip(3 * season.snow - 1 + 0.5 * (coarse + patches), 0, 1)[..., None]
        land = land * (1 - lain) + np.array([0.93, 0.95, 0.98], dtype=np.float32) * lain
    rough = 1 - 0.6 * season.snow
    shade = 1 + rough * (0.11 * fine + 0.09 * coarse + 0.06 * patches)
    return np.asarray(land * shade[..., None], dtype=np.float32)


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
