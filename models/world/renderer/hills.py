"""The land beyond the near ground: ridge behind ridge, and the wood's edge."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.geography.grids import LAPSE_C_PER_M
from models.world.cues.terrain import AZIMUTHS, BAND_KM, BANDS
from models.world.renderer.canvas import Picture, rays_of
from models.world.renderer.light import Light
from models.world.renderer.noise import TILE_PX, Field, sampled
from models.world.renderer.slope import EDGE_M, Slope
from models.world.scene import Scene
from models.world.style import uniform

_BAND_M = 1000 * np.array(BAND_KM)[:, None]
_CLEAR = 25.0
"""Hills are seen this much farther than `Light.visibility_m`, which is for the roadside."""
_TREES_M = 22.0
"""Of the wood's edge."""
_DRY_M = 600.0
"""Deserts have little snow to lie: it starts this much higher."""
_RUGGED = 3.0
"""Slopes are shaded as if they were so much steeper, or they look flat."""
_ASHORE_M = 10.0
"""Seen from so high, what lies at 0 m is the sea; from lower it may be a polder."""
_SEA = (0.2, 0.33, 0.42)
_ROCK = (0.45, 0.44, 0.43)
_SNOW = (0.93, 0.95, 0.98)

_Index = NDArray[np.intp]


def draw_hills(picture: Picture, scene: Scene, light: Light, slope: Slope) -> None:
    """Draw the ridges of the terrain into the whole picture, in place, before the ground."""
    rays = rays_of(picture.shape[1])
    tops = _tops(scene, rays.azimuth)
    skyline = np.maximum.accumulate(tops, axis=0)
    rows = rows_between(picture, slope.edge(rays.azimuth).min(), skyline[-1].max())
    window, elevation = picture[rows], rays.elevation[rows, None]
    cover = np.clip((skyline[-1] - elevation) * (len(picture) / math.pi) + 0.5, 0, 1)
    shown = np.minimum(elevation, skyline[-1])
    band = sum((line < shown for line in skyline[:-1]), np.zeros(shown.shape, np.int32))
    grain = _grain(scene, band, elevation)
    covered = np.flatnonzero(cover)
    at = _Along(scene, tops, band, shown, covered)
    colour = _colour(scene, light, at, grain.take(covered))
    under = window.reshape(-1, 3)[covered].T
    window.reshape(-1, 3)[covered] = (under + cover.take(covered) * (colour - under)).T


def rows_between(picture: Picture, low: float, high: float) -> slice:
    """The rows that show elevations from low to high, radians, and one more on each side."""
    horizon, per_radian = len(picture) // 2, len(picture) / math.pi
    return slice(
        max(0, horizon - math.ceil(high * per_radian) - 1),
        horizon - math.floor(low * per_radian) + 1,
    )


def draw_woods(picture: Picture, scene: Scene, light: Light, slope: Slope) -> None:
    """Draw the wood's edge into the whole picture, in place; it stands where the ground ends."""
    rays = rays_of(picture.shape[1])
    woods = min(1.0, scene.vegetation.woods * (1 - 0.4 * scene.density.urbanity))
    clumps = _round_the_horizon(scene, rays.azimuth, 40, 0.2)
    crowns = _round_the_horizon(scene, rays.azimuth, 90, 0.7)
    foot = slope.edge(rays.azimuth).astype(np.float32)
    here = np.clip(2.5 * woods - 0.9 + 0.6 * clumps, 0, 1)
    tall = _TREES_M / EDGE_M * here * (0.8 + 0.12 * crowns)
    rows = rows_between(picture, foot.min(), (foot + tall).max())
    window, elevation = picture[rows], rays.elevation[rows, None]
    per_radian = len(picture) / math.pi
    cover = np.clip((foot + tall - elevation) * per_radian + 0.5, 0, 1)
    cover *= np.minimum(tall * per_radian, 1)
    shade = 0.6 + 0.3 * np.clip((elevation - foot) / (_TREES_M / EDGE_M), 0, 1) + 0.06 * crowns
    lit = np.asarray(scene.vegetation.leaf) * (light.ambient + 0.5 * light.sun)
    leaves = (lit * (1 - 0.5 * scene.season.snow) + 0.4 * scene.season.snow).astype(np.float32)
    part = min(0.75, light.haze_part(EDGE_M))
    colour = shade[..., None] * leaves * (1 - part) + (light.haze * part).astype(np.float32)
    window += cover[..., None] * (colour - window)


def _round_the_horizon(
    scene: Scene, azimuth: NDArray[np.float32], radius_px: float, roughness: float
) -> Field:
    """Noise `(width,)` along a circle of the tile, so that it closes without a seam."""
    x = radius_px * np.sin(azimuth) + 512 * uniform(scene.key, "woods x")
    y = radius_px * np.cos(azimuth) + 512 * uniform(scene.key, "woods y")
    around = sampled(roughness, x[None], y[None])
    return around.ravel()


class _Along:
    """Reads lines of the terrain at pixels: each lies on the way from one band up to the next."""

    def __init__(
        self, scene: Scene, tops: Field, band: NDArray[np.int32], shown: Field, which: _Index
    ) -> None:
        width = tops.shape[1]
        self._scene = scene
        self._tops = tops
        self._below = np.concatenate([tops[:1] - 0.1, tops[:-1]])
        self._index = (band * width + np.arange(width, dtype=np.int32)).take(which)
        self._elevation = shown.take(which)

    def __call__(self, line: NDArray[np.floating]) -> Field:
        """Values at the pixels, `(n,)`, of a line `(bands, AZIMUTHS)`."""
        upper = _columns(line, self._scene.heading, self._tops.shape[1])
        lower = np.concatenate([upper[:1], upper[:-1]])
        rate = (upper - lower) / np.maximum(self._tops - self._below, 1e-5)
        start = lower - rate * self._below
        return np.asarray(start.take(self._index) + rate.take(self._index) * self._elevation)


def _columns(line: NDArray[np.floating], heading: float, width_px: int) -> Field:
    """Lines `(bands, AZIMUTHS)` from north on at the picture's columns `(bands, width)`."""
    azimuth = rays_of(width_px).azimuth.astype(np.float64)
    place = np.mod(np.degrees(azimuth) + heading, 360) * (AZIMUTHS / 360)
    before = place.astype(np.int64) % AZIMUTHS
    part = place - np.floor(place)
    values = line[:, before] * (1 - part) + line[:, (before + 1) % AZIMUTHS] * part
    return np.asarray(values, dtype=np.float32)


def _tops(scene: Scene, azimuth: NDArray[np.float32]) -> Field:
    """Elevation `(bands, width)` of the ridges, radians, roughened finer than the terrain knows."""
    smooth = np.radians(_columns(scene.terrain.angle_deg, scene.heading, len(azimuth)))
    place = (azimuth + np.radians(scene.heading)) * (3 * TILE_PX / (2 * np.pi))
    rows = np.arange(len(smooth))[:, None] * 37 + 0 * place
    rough = sampled(0.55, np.broadcast_to(place, rows.shape), rows)
    return np.asarray(smooth + 0.012 * np.clip(smooth, 0, 0.3) * rough, dtype=np.float32)


def _grain(scene: Scene, band: NDArray[np.int32], elevation: NDArray[np.float32]) -> Field:
    """Woods, gullies and rocks too small for the terrain: noise, finer the farther off."""
    azimuth = rays_of(band.shape[1]).azimuth + np.float32(np.radians(scene.heading))
    laps = 1 + np.arange(BANDS, dtype=np.float32) // 3  # whole ones, or there would be a seam
    zoom = (laps * np.float32(TILE_PX / (2 * np.pi)))[band]
    return sampled(0.5, azimuth * zoom, elevation * zoom * np.float32(1.5))


def _colour(scene: Scene, light: Light, at: _Along, grain: Field) -> Field:
    """RGB `(3, n)` of the pixels, lit and seen through the air."""
    sunlit = np.maximum(at(_facing(scene, light)) + 0.2 * grain, 0)
    far = np.minimum(1 - np.exp(-_BAND_M / (_CLEAR * light.visibility_m)), 0.86)
    part = at(np.broadcast_to(far, scene.terrain.ridge_m.shape))
    air = 0.62 * light.haze + 0.38 * np.asarray(scene.sky.zenith)
    colour = _cover(scene, at(scene.terrain.ridge_m), grain)
    colour *= light.ambient.astype(np.float32)[:, None] + np.outer(
        light.sun.astype(np.float32), sunlit
    )
    for channel, tone in enumerate(colour):
        _blend(tone, air[channel], part)
    return colour


def _blend(tone: Field, towards: float, part: Field) -> None:
    """Mix a part of one value into a channel, in place."""
    tone += part * (np.float32(towards) - tone)


def _facing(scene: Scene, light: Light) -> NDArray[np.float64]:
    """How squarely `(bands, AZIMUTHS)` the slopes face the sun, 0 to 1."""
    height = np.tan(np.radians(scene.terrain.angle_deg.astype(np.float64))) * _BAND_M * _RUGGED
    bearing = np.arange(AZIMUTHS) * (2 * np.pi / AZIMUTHS) - np.radians(scene.heading)
    apart = _BAND_M * (4 * np.pi / AZIMUTHS)
    turning = (np.roll(height, -1, axis=1) - np.roll(height, 1, axis=1)) / apart
    away = np.diff(height, axis=0, prepend=0) / np.diff(_BAND_M, axis=0, prepend=0)
    x, y, z = light.towards_sun
    outward = x * np.sin(bearing) + y * np.cos(bearing)
    clockwise = x * np.cos(bearing) - y * np.sin(bearing)
    length = np.sqrt(1 + turning**2 + away**2)
    return np.asarray(np.maximum((z - away * outward - turning * clockwise) / length, 0))


def _cover(scene: Scene, height: Field, grain: Field) -> Field:
    """RGB `(3, n)` in flat light of woods, meadows, rock, snow and sea, by height above the sea."""
    plants, tree_line = scene.vegetation, scene.terrain.tree_line_m
    soil, leaf, grass = (np.asarray(c) for c in (scene.soil.colour, plants.leaf, plants.grass))
    sea = (height < 1) & (scene.terrain.elevation_m > _ASHORE_M)
    height = height + 120 * grain
    green = 0.15 if plants.arid else min(1.0, 0.25 + scene.season.green)
    meadow = soil * (1 - green) + (0.5 * leaf + 0.5 * grass) * green
    woods = np.clip(2.2 * plants.woods - 0.6 + 0.6 * grain, 0, 1)
    woods *= np.clip((tree_line - height) / 200, 0, 1)
    rock = np.clip((height - tree_line) / 900 + 0.15 * grain, 0, 1)
    snow = _snow(scene, height, grain) * (1 - 0.55 * woods)
    colour = np.empty((3, len(height)), np.float32)
    for channel, tone in enumerate(colour):
        tone[:] = meadow[channel]
        _blend(tone, 0.45 * soil[channel] + 0.55 * _ROCK[channel], rock)
        _blend(tone, 0.75 * leaf[channel], woods)
        _blend(tone, _SNOW[channel], snow)
        tone[sea] = _SEA[channel]
    return colour


def _snow(scene: Scene, height: Field, grain: Field) -> Field:
    """Share of snow: as much as in the valley, and all where the air is below freezing."""
    season = scene.season
    line_m = scene.terrain.elevation_m + season.temperature_c / LAPSE_C_PER_M
    line_m += _DRY_M if scene.vegetation.arid else 0
    high = np.maximum((height - line_m) / 350, season.snow * (1 + 0.3 * grain))
    return np.asarray(np.clip(high, 0, 1))
