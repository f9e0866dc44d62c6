"""Farmed land: where fields lie beside the road, and their rows on the ground."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.world.renderer.crops import COVERAGE, CROPS
from models.world.renderer.noise import Field
from models.world.renderer.plane import Channels, Plane
from models.world.renderer.road import PAVEMENT_M, road_centre
from models.world.scene import Scene
from models.world.style import Rgb, hashed, mixed

VERGE_M = 3.6
_BAULK_M = 0.6
"""Left wild round a field."""
_RELIEF = 0.13
"""How much the rows shade themselves."""
_GRASSED = frozenset(("vines", "olives", "orchard", "oil palms"))
_NONE: tuple[Rgb, Rgb, float, float] = ((0, 0, 0), (0, 0, 0), 0.5, 1.0)
_ALONG, _DEEP = 9, 3
"""Parcels along the road and away from it; the outer ones go on for ever."""


@dataclass(frozen=True, slots=True)
class Parcels:
    """A chequer of fields on both sides of the road; `crops` (along, deep, side), "" where wild."""

    crops: NDArray[np.str_]
    rows_along: NDArray[np.bool_]
    """(along, deep, side): whether rows run along the road."""
    phase: NDArray[np.float64]
    """(along, deep, side): of the season, neighbours sow at other times."""
    edge_m: float
    """From the road's middle to the first field."""
    long_m: float
    shift_m: float

    def cells(
        self, off: NDArray[np.floating], y: NDArray[np.floating]
    ) -> tuple[NDArray[np.integer], NDArray[np.floating]]:
        """Flat index of the parcel at `off` metres right of the road's middle, and the margin.

        The margin is how far inside the parcel that is, metres, negative outside.
        """
        along, deep = (y + self.shift_m) / self.long_m, (np.abs(off) - self.edge_m) / self.long_m
        inside = np.minimum(np.abs(along - np.rint(along)), np.abs(deep - np.rint(deep)))
        margin = np.where(deep < 0, deep, inside) * self.long_m
        row = np.minimum(np.maximum(np.floor(along) + _ALONG // 2, 0), _ALONG - 1)
        column = np.minimum(np.maximum(np.floor(deep), 0), _DEEP - 1)
        return ((row * _DEEP + column) * 2 + (off > 0)).astype(np.int32), margin

    def crop_at(self, off: float, y: float) -> str:
        """The crop there, "" where none grows."""
        cell, margin = self.cells(np.array(off), np.array(y))
        return str(self.crops.flat[int(cell)]) if margin > 0 else ""


def edge_m(scene: Scene) -> float:
    """From the road's middle to where fields begin."""
    pavement = PAVEMENT_M if scene.surface.pavement else 0
    return scene.surface.width_m / 2 + pavement + VERGE_M


@lru_cache(maxsize=4)
def parcels_of(scene: Scene) -> Parcels:
    """The fields of a scene: its vegetation's crops, by chance; none in towns."""
    rng = np.random.default_rng(hashed(scene.key, "fields"))
    flora, shape = scene.vegetation, (_ALONG, _DEEP, 2)
    rural = float(np.clip((0.62 - scene.density.urbanity) / 0.25, 0, 1))
    names, chances = zip(*flora.crops, strict=True)
    crops = rng.choice(names, size=shape, p=np.array(chances) / sum(chances))
    # What grows in one field mostly grows in the next.
    crops = np.where(rng.uniform(size=shape) < 0.45, crops[_ALONG // 2, 0, :], crops)
    crops = np.where(rng.uniform(size=shape) < flora.farmed * rural, crops, "")
    spread = 0.12 if scene.season.temperature_c > 22 else 0.02
    return Parcels(
        crops=crops,
        rows_along=rng.uniform(size=shape) < 0.35,
        phase=(scene.season.phase + rng.normal(0, spread, shape) + 0.5) % 1 - 0.5,
        edge_m=edge_m(scene),
        long_m=flora.parcel_m,
        shift_m=float(rng.uniform(0.2, 0.8) * flora.parcel_m),
    )


def lay_fields(ground: Channels, scene: Scene, plane: Plane) -> None:
    """Blend the fields into the ground in place."""
    parcels = parcels_of(scene)
    if not (parcels.crops != "").any():
        return
    cell, margin = parcels.cells(plane.x - road_centre(scene, plane.y).astype(np.float32), plane.y)
    farmed = parcels.crops.reshape(-1) != ""
    spots = np.flatnonzero((margin > _BAULK_M) & farmed[cell])
    cell, margin = cell.ravel()[spots], margin.ravel()[spots]
    looks = [_look(scene, parcels, i) for i in range(parcels.crops.size)]
    plants, between, share, rows_m = (
        np.array(part, np.float32).T for part in zip(*looks, strict=True)
    )
    wave, pixel_m = _wave(plane, spots, rows_m[cell], parcels.rows_along.reshape(-1)[cell])
    hidden = share[cell] + wave * np.minimum(share, 1 - share)[cell]
    light = 1 + _RELIEF * wave
    mask = np.minimum((margin - _BAULK_M) / np.maximum(pixel_m, 0.4), 1)
    for channel, plant, bare in zip(ground.reshape(3, -1), plants, between, strict=True):
        colour = (bare[cell] + hidden * (plant - bare)[cell]) * light
        channel[spots] += mask * (colour - channel[spots])


def _wave(
    plane: Plane, spots: NDArray[np.intp], rows_m: Field, rows_along: NDArray[np.bool_]
) -> tuple[Field, Field]:
    """-1 to 1 across the crops' rows, and how much of that way a pixel covers, metres.

    Faded out where a pixel would hold several rows.
    """
    width_px = plane.x.shape[1]
    distance = plane.distance[:, 0][spots // width_px]
    along_px = plane.along_px[:, 0][spots // width_px]
    position = np.where(rows_along, plane.x.ravel()[spots], plane.y.ravel()[spots])
    facing = np.abs(position) / distance
    pixel_m = facing * along_px + (1 - facing) * distance * np.float32(2 * np.pi / width_px)
    wave = np.cos(position * (np.float32(2 * np.pi) / rows_m))
    return wave * np.clip(1.6 - 2.2 * pixel_m / rows_m, 0, 1), pixel_m


def _look(scene: Scene, parcels: Parcels, index: int) -> tuple[Rgb, Rgb, float, float]:
    """Colour of plants and of what lies between, the plants' share, and the distance of rows."""
    name = str(parcels.crops.flat[index])
    if not name:
        return _NONE
    crop = CROPS[name]
    state = crop.stage(float(parcels.phase.flat[index]))
    share, between, plants = COVERAGE[state] * crop.cover, scene.soil.colour, crop.colour(state)
    if state in ("green", "sprouting"):
        plants = _seasonal(scene, plants, name)
    if state == "ploughed":
        share, plants = 0.5, mixed(between, (0.1, 0.08, 0.06), 0.35)
    if state == "flooded":
        between = mixed(mixed(scene.sky.haze, scene.sky.zenith, 0.25), between, 0.25)
    if name in _GRASSED:
        between = mixed(between, scene.vegetation.grass, 0.4 * scene.season.green)
    return plants, between, share, crop.rows_m


def _seasonal(scene: Scene, green: Rgb, name: str) -> Rgb:
    """The crop as green as the season leaves it; paddies are watered."""
    alive = 1.0 if name in ("paddy", "cane", "tea") else min(1.0, 0.2 + scene.season.green)
    if name == "vines":
        bare = mixed((0.36, 0.29, 0.22), (0.62, 0.42, 0.16), 0.5 * (1 - scene.season.bare))
        return mixed(green, bare, max(scene.season.bare, scene.season.autumn))
    tinted = mixed(green, scene.vegetation.grass, 0.15)
    return mixed(scene.vegetation.straw, tinted, alive)
