"""Sky: blue by region, sun and clouds."""

from __future__ import annotations

import math

import cv2
import numpy as np

from models.world.renderer.canvas import Picture, rays_of
from models.world.renderer.light import Light
from models.world.renderer.noise import Field, sampled
from models.world.scene import Scene
from models.world.style import uniform

_GLOW = (1.0, 0.93, 0.78)
"""Of the air round the sun."""


def draw_sky(scene: Scene, light: Light, width_px: int) -> Picture:
    """The upper half of the picture, (width / 4, width, 3)."""
    rays = rays_of(width_px)
    elevation = rays.elevation[: rays.horizon, None]
    rise = np.sin(elevation) ** 0.45
    dim = 0.75 + 0.25 * min(1.0, max(0.0, scene.sky.sun_altitude) / 25)
    zenith = np.asarray(scene.sky.zenith, dtype=np.float32) * dim
    column = light.haze.astype(np.float32) * (1 - rise) + zenith * rise
    toward = _cosine_to_sun(light, width_px)
    ahead = np.maximum(toward, 0)
    glow = light.sunny * (0.35 * cv2.pow(ahead, 24) + 0.25 * cv2.pow(ahead, 220))
    disc = np.clip((toward - math.cos(math.radians(1.3))) * 8000, 0, 1) * light.sunny
    cover, white = _clouds(scene, ahead)
    tint = (light.ambient / light.ambient.max() * 0.6 + 0.4) * (0.8 + 0.2 * light.haze.mean())
    channels = []
    for channel in range(3):
        tone = column[:, channel, None] + glow * np.float32(_GLOW[channel])
        tone += cover * (white * np.float32(tint[channel]) - tone)
        channels.append(np.minimum(tone + disc, 1))
    return np.asarray(cv2.merge(channels), dtype=np.float32)


def _cosine_to_sun(light: Light, width_px: int) -> Field:
    rays = rays_of(width_px)
    elevation = rays.elevation[: rays.horizon, None]
    x, y, z = (float(part) for part in light.towards_sun)
    across = np.sin(rays.azimuth) * x + np.cos(rays.azimuth) * y
    return np.asarray(np.cos(elevation) * across[None, :] + np.sin(elevation) * z, dtype=np.float32)


def _clouds(scene: Scene, ahead: Field) -> tuple[Field, Field]:
    """Cover and brightness of clouds on a plane overhead, thinned to haze at the horizon."""
    rays = rays_of(ahead.shape[1])
    elevation = rays.elevation[: rays.horizon, None]
    reach = 55 / np.tan(np.maximum(elevation, 0.035) * 0.92 + 0.05)
    x = reach * np.sin(rays.azimuth) + 512 * uniform(scene.key, "cloud x")
    y = reach * np.cos(rays.azimuth) + 512 * uniform(scene.key, "cloud y")
    tile = sampled(0.12, x, y)
    cover = np.clip((tile + 2.6 * scene.sky.cloudiness - 1.25) * 0.9, 0, 1)
    cover *= np.clip(elevation * 9, 0, 1) * 0.95
    thick = np.clip((tile + 2.6 * scene.sky.cloudiness - 1.9) * 0.4, 0, 1)
    white = 0.97 - (0.15 + 0.25 * scene.sky.cloudiness) * thick + 0.05 * ahead
    return cover, white
