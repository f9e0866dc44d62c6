"""Hills on the horizon."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.world.renderer.canvas import Picture, rays_of
from models.world.renderer.light import Light
from models.world.scene import Scene
from models.world.style import hashed


def draw_hills(sky: Picture, scene: Scene, light: Light, width_px: int) -> None:
    """Up to three ranges, the far ones bluer, the high ones snowy; drawn into the sky in place."""
    rays = rays_of(width_px)
    woods = woodland(scene)
    layers = (
        # tallest in radians, distance, waves round the horizon, share of trees in the colour
        (0.02 + 0.55 * scene.terrain.relief, 14000, 2, 0.0),
        (0.012 + 0.27 * scene.terrain.relief**1.3, 6000, 3, 0.3),
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
    rng = np.random.default_rng([hashed(scene.key, "hills"), number])
    line = np.zeros_like(azimuth)
    for octave in range(6):
        frequency = waves * 2**octave
        a, b = rng.uniform(0, 2 * np.pi, 2)
        wobble = np.sin(azimuth * frequency + a) * np.cos(azimuth * (frequency + octave + 1) + b)
        line += (1 - np.abs(wobble)) * 0.5**octave
    return np.asarray(0.8 * line - 0.45, dtype=np.float32).clip(0.02)


def woodland(scene: Scene) -> float:
    """0 open country to 1 forest all around."""
    return min(1.0, scene.vegetation.woods * (1 - 0.4 * scene.density.urbanity))


def _hill_colour(
    scene: Scene, light: Light, height: NDArray[np.float32], distance_m: float, trees: float
) -> NDArray[np.float32]:
    green = min(1.0, 0.25 + scene.season.green) if not scene.vegetation.arid else 0.15
    leaf = np.asarray(scene.vegetation.leaf) * (0.75 + 0.35 * (1 - trees))
    green = max(green, trees * 0.9)
    ground = np.asarray(scene.soil.colour) * (1 - green) + leaf * 1.05 * green
    colour = np.broadcast_to(ground, (*height.shape, 3)).astype(np.float32)
    line = 1.1 - 1.5 * scene.season.snow + max(0.0, scene.season.temperature_c) / 28
    snow = np.clip((height - line) * 5, 0, 1)[..., None]
    colour = colour * (1 - snow) + 0.95 * snow
    lit = (light.ambient + 0.5 * light.sun).astype(np.float32)
    part = min(0.72, light.haze_part(distance_m * 0.08))
    return np.asarray(colour * lit * (1 - part) + light.haze * part, dtype=np.float32)
