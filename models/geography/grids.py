"""Elevation, temperature and rain: the ITU-R's digital maps, as the package itur carries them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import uniform_filter

from models.geo import wrap_lng
from models.geography.places import package_file

KELVIN = 273.15

LAPSE_C_PER_M = 0.0065
"""How much colder it is higher up: ICAO standard atmosphere, Doc 7488."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Values on a regular net of latitudes and longitudes, read between its knots."""

    values: NDArray[np.float32]
    """(rows, columns, bands), north first."""
    north: float
    """Latitude of the first row."""
    west: float
    """Longitude of the first column."""
    step_deg: float

    def at(self, points: ArrayLike) -> NDArray[np.float64]:
        """Values (n, bands) at points (n, 2), bilinear; beyond the last knot that knot's value."""
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        row, row_share = self._knots(self.north - points[:, 0], self.values.shape[0])
        column, column_share = self._knots(wrap_lng(points[:, 1]) - self.west, self.values.shape[1])
        upper = self._between(row, column, column_share)
        lower = self._between(row + 1, column, column_share)
        return np.asarray(upper + (lower - upper) * row_share[:, None])

    def _knots(
        self, offset_deg: NDArray[np.float64], count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The knot before each offset and how far on the way to the next it lies, 0 to 1."""
        at = np.clip(offset_deg / self.step_deg, 0, count - 1)
        knot = np.minimum(at.astype(np.int64), count - 2)
        return knot, at - knot

    def _between(
        self, row: NDArray[np.int64], column: NDArray[np.int64], share: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        left, right = self.values[row, column], self.values[row, column + 1]
        return np.asarray(left + (right - left) * share[:, None], dtype=np.float64)


def _map(recommendation: str, *names: str) -> NDArray[np.float32]:
    """Maps of one recommendation, (rows, columns, names), as they lie in the package."""
    layers = []
    for name in names:
        with np.load(package_file("itur", f"data/{recommendation}/{name}.npz")) as stored:
            layers.append(stored["arr_0"].astype(np.float32))
    return np.stack(layers, axis=-1)


def _months(stem: str) -> list[str]:
    return [f"{stem}{month:02}" for month in range(1, 13)]


@cache
def elevation_grid() -> Grid:
    """Metres above the sea at 1/12 degree (9 km): Rec. ITU-R P.1511-2. The sea is 0."""
    return Grid(_map("1511", "v2_topo"), north=90.125, west=-180.125, step_deg=1 / 12)


@cache
def temperature_grid() -> Grid:
    """Monthly means in degrees C, 2 m above the ground, at 0.75 degrees: Rec. ITU-R P.1510-1."""
    south_first = _map("1510", *_months("v1_t_month"))
    return Grid(south_first[::-1] - KELVIN, north=90, west=-180, step_deg=0.75)


@cache
def precipitation_grid() -> Grid:
    """Monthly totals in mm at 0.25 degrees: Rec. ITU-R P.837-7."""
    south_first = _map("837", *_months("v7_mt_month"))
    return Grid(south_first[::-1], north=90.125, west=-180.125, step_deg=0.25)


def elevation_m(points: ArrayLike) -> NDArray[np.float64]:
    """Metres above the sea (n,), mean of some 9 km: summits are cut."""
    return elevation_grid().at(points)[:, 0]


@cache
def _terrain() -> Grid:
    """Elevation as coarse as the temperature's."""
    fine = elevation_grid()
    reach_px = round(temperature_grid().step_deg / fine.step_deg)
    round_px = round(360 / fine.step_deg)
    smooth = uniform_filter(
        fine.values[:, :round_px], (reach_px, reach_px, 0), mode=("nearest", "wrap", "nearest")
    )
    beyond = fine.values.shape[1] - round_px
    return Grid(
        np.pad(smooth, ((0, 0), (0, beyond), (0, 0)), mode="wrap"),
        fine.north,
        fine.west,
        fine.step_deg,
    )


def temperature_c(points: ArrayLike) -> NDArray[np.float64]:
    """Mean temperature (n, 12) of January to December in degrees C, at the point's own elevation.

    Lifted from the map's cell to the point by `LAPSE_C_PER_M`.
    """
    descent_m = _terrain().at(points) - elevation_grid().at(points)
    return np.asarray(temperature_grid().at(points) + LAPSE_C_PER_M * descent_m)


def precipitation_mm(points: ArrayLike) -> NDArray[np.float64]:
    """Mean rain and snow (n, 12) of January to December in mm of water."""
    return np.maximum(precipitation_grid().at(points), 0)
