"""Sky: blue by region, sun, clouds, and hills on the horizon."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.world.renderer.canvas import Picture, rays_of
from models.world.renderer.light import Light
from models.world.renderer.noise import sampled
from models.world.scene import Scene
from models.world.style import uniform


def draw_sky(scene: Scene, light: Light, width_px: int) -> Picture:
    """The upper half of the picture, (width / 4, width, 3)."""
    rays = rays_of(width_px)
    elevation = rays.elevation[: rays.horizon, None]
    rise = np.sin(elevation) ** 0.45
    dim = 0.75 + 0.25 * min(1.0, max(0.0, scene.sun_altitude) / 25)
    zenith = np.asarray(scene.palette.zenith, dtype=np.float32) * dim
    column = light.haze.astype(np.float32) * (1 - rise) + zenith * rise
    sky: Picture = np.repeat(column[:, None, :], width_px, axis=1)
    toward = _cosine_to_sun(light, width_px)
    glow = light.sunny * (0.35 * np.maximum(toward, 0) ** 24 + 0.25 * np.maximum(toward, 0) ** 220)
    sky += glow[..., None] * np.array([1.0, 0.93, 0.78], dtype=np.float32)
    _lay_clouds(sky, scene, light, toward)
    disc = np.clip((toward - math.cos(math.radians(1.3))) * 8000, 0, 1) * light.sunny
    sky += disc[..., None]
    return np.asarray(np.minimum(sky, 1.0), dtype=np.float32)


def _cosine_to_sun(light: Light, width_px: int) -> NDArray[np.float32]:
    rays = rays_of(width_px)
    elevation = rays.elevation[: rays.horizon, None]
    x, y, z = (float(part) for part in light.towards_sun)
    across = np.sin(rays.azimuth) * x + np.cos(rays.azimuth) * y
    return np.asarray(np.cos(elevation) * across[None, :] + np.sin(elevation) * z, dtype=np.float32)


def _lay_clouds(sky: Picture, scene: Scene, light: Light, toward: NDArray[np.float32]) -> None:
    """Clouds on a plane overhead, thinned to haze at the horizon."""
    rays = rays_of(sky.shape[1])
    elevation = rays.elevation[: rays.horizon, None]
    reach = 55 / np.tan(np.maximum(elevation, 0.035) * 0.92 + 0.05)
    x = reach * np.sin(rays.azimuth) + 512 * uniform(scene.key, "cloud x")
    y = reach * np.cos(rays.azimuth) + 512 * uniform(scene.key, "cloud y")
    tile = sampled(0.12, x, y)
    cover = np.clip((tile + 2.6 * scene.cloudiness - 1.25) * 0.9, 0, 1)
    cover *= np.clip(elevation * 9, 0, 1) * 0.95
    thick = np.clip((tile + 2.6 * scene.cloudiness - 1.9) * 0.4, 0, 1)
    white = 0.97 - (0.15 + 0.25 * scene.cloudiness) * thick + 0.05 * np.maximum(toward, 0)
    tint = (light.ambient / light.ambient.max() * 0.6 + 0.4) * (0.8 + 0.2 * light.haze.mean())
    sky += cover[..., None] * (white[..., None] * tint.astype(np.float32) - sky)


def draw_hills(sky: Picture, scene: Scene, light: Light, width_px: int) -> None:
    """Up to three ranges, the far ones bluer, the high ones snowy; drawn into the sky in place."""
    rays = rays_of(width_px)
    woods = woodland(scene)
    layers = (
        # tallest in radians, distance, waves round the horizon, share of trees in the colour
        (0.02 + 0.55 * scene.relief, 14000, 2, 0.0),
        (0.012 + 0.27 * scene.relief**1.3, 6000, 3, 0.3),
        (0.006 + 0.045 * woods, 500, 29, woods),
    )
    for number, (height, distance_m, waves, trees) in enumerate(layers):
        profile = _profile(scene, rays.azimuth, number, waves)
        top = height * profile + 0.004
        rows = int(np.ceil(top.max() / np.pi * 2 * rays.horizon)) + 1
        band = sky[-rows:]
        elevation = rays.elevation[rays.horizon - rows : rays.horizon, None]
        pixel = math.pi / (2 * rays.horizon)
        cover = np.clip((top[None, :] - elevation) / pixel + 0.5, 0, 1)
        colour = _hill_colour(scene, light, elevation / 0.3, distance_m, trees)
        band += cover[..., None] * (colour - band)


def _profile(
    scene: Scene, azimuth: NDArray[np.float32], number: int, waves: int
) -> NDArray[np.float32]:
    """A ridge line, 0 to about 1, round the horizon without a seam."""
    rng = np.random.default_rng(
        [scene.seed % 2**32, number, abs(int(scene.lat * 1e4)), abs(int(scene.lng * 1e4))]
    )
    line = np.zeros_like(azimuth)
    for octave in range(6):
        frequency = waves * 2**octave
        a, b = rng.uniform(0, 2 * np.pi, 2)
        wobble = np.sin(azimuth * frequency + a) * np.cos(azimuth * (frequency + octave + 1) + b)
        line += (1 - np.abs(wobble)) * 0.5**octave
    return np.asarray(0.8 * line - 0.45, dtype=np.float32).clip(0.02)


def woodland(scene: Scene) -> float:
    """0 open country to 1 forest all around."""
    tall = {"A": 0.7, "B": 0.04, "C": 0.5, "D": 0.75, "E": 0.0}[scene.zone[0]]
    return float(np.clip(tall * (0.4 + 1.2 * scene.plants[1]) * (1 - 0.4 * scene.urbanity), 0, 1))


def _hill_colour(
    scene: Scene, light: Light, height: NDArray[np.float32], distance_m: float, trees: float
) -> NDArray[np.float32]:
    palette = scene.palette
    green = min(1.0, 0.25 + scene.season.green) if scene.zone[0] != "B" else 0.15
    leaf = np.asarray(palette.leaf) * (0.75 + 0.35 * (1 - trees))
    green = max(green, trees * 0.9)
    ground = np.asarray(palette.soil) * (1 - green) + leaf * 1.05 * green
    colour = np.broadcast_to(ground, (*height.shape, 3)).astype(np.float32)
    line = 1.1 - 1.5 * scene.season.snow + max(0.0, scene.season.temperature_c) / 28
    snow = np.clip((height - line) * 5, 0, 1)[..., None]
    colour = colour * (1 - snow) + 0.95 * snow
    lit = (light.ambient + 0.5 * light.sun).astype(np.float32)
    part = min(0.72, light.haze_part(distance_m * 0.08))
    return np.asarray(colour * lit * (1 - part) + light.haze * part, dtype=np.float32)
