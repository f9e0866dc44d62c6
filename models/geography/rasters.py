"""Layers from GeoTIFFs that a user brings: Beck's climate, WorldClim, elevation, GHS-POP.

Each function gives a layer for `survey.Layers`; where the file is silent (sea, no data, beyond its
edge) the embedded layer answers. Needs rasterio: `pip install 'homing[raster]'`. Files are read
block by block, only the blocks asked for: a world at 30 arc seconds never lies in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import ArrayLike, NDArray
from rasterio.transform import rowcol
from rasterio.warp import transform
from rasterio.windows import Window

from models.geo import wrap_lng
from models.geography import grids
from models.geography.climate import OCEAN, climate_zones
from models.geography.places import population_density

Numbers = Callable[[ArrayLike], NDArray[np.float64]]

BECK = (
    *("Af", "Am", "Aw", "BWh", "BWk", "BSh", "BSk"),
    *("Csa", "Csb", "Csc", "Cwa", "Cwb", "Cwc", "Cfa", "Cfb", "Cfc"),
    *("Dsa", "Dsb", "Dsc", "Dsd", "Dwa", "Dwb", "Dwc", "Dwd", "Dfa", "Dfb", "Dfc", "Dfd"),
    *("ET", "EF"),
)
"""Symbols of classes 1 to 30: legend.txt of Beck et al. 2023, Scientific Data 10, 724."""

DEGREE_KM = 111.195
"""Of a great circle, on a sphere of the mean Earth radius."""


class GeoTiff:
    """The first band of a file, asked at points."""

    def __init__(self, path: Path | str) -> None:
        """Open and close the file once.

        Raises:
            ValueError: it has no coordinate system, so nobody knows where it lies.
        """
        self.path = Path(path)
        with rasterio.open(self.path) as file:
            if file.crs is None:
                raise ValueError(f"{self.path}: expected a coordinate system, got none")
            self._crs = file.crs
            self.is_geographic = bool(file.crs.is_geographic)
            self.pixel = abs(file.transform.a), abs(file.transform.e)

    def at(self, points: ArrayLike) -> NDArray[np.float64]:
        """Values (n,) of the pixels under points (n, 2), scaled; NaN where there are none."""
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        values = np.full(len(points), np.nan)
        x, y = transform("EPSG:4326", self._crs, wrap_lng(points[:, 1]), points[:, 0])
        with rasterio.open(self.path) as file:
            row, column = rowcol(file.transform, x, y, op=np.asarray)
            # A pole's or the antimeridian's point is in the last pixel, not one beyond.
            row = np.where(np.isclose(row, file.height), file.height - 1, np.floor(row))
            column = np.floor(column)
            inside = (row >= 0) & (row < file.height) & (column >= 0) & (column < file.width)
            rows, columns = row[inside].astype(np.int64), column[inside].astype(np.int64)
            values[inside] = _pixels(file, rows, columns)
        return values


def _pixels(
    file: rasterio.DatasetReader, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Values (n,) of pixels, each block of the file read once."""
    height, width = file.block_shapes[0]
    blocks_a_row = -(-file.width // width)
    block = rows // height * blocks_a_row + columns // width
    order = np.argsort(block, kind="stable")
    values = np.empty(len(rows))
    if not len(rows):
        return values
    distinct, starts = np.unique(block[order], return_index=True)
    for number, mine in zip(distinct.tolist(), np.split(order, starts[1:]), strict=True):
        top, left = number // blocks_a_row * height, number % blocks_a_row * width
        window = Window(left, top, min(width, file.width - left), min(height, file.height - top))
        pixels = file.read(1, window=window, masked=True).astype(np.float64).filled(np.nan)
        values[mine] = pixels[rows[mine] - top, columns[mine] - left]
    return np.asarray(values * file.scales[0] + file.offsets[0])


def _filled(
    found: NDArray[np.float64], otherwise: Numbers, points: ArrayLike
) -> NDArray[np.float64]:
    """Found values, NaN replaced by another layer's."""
    silent = np.isnan(found)
    rows = silent.any(axis=tuple(range(1, found.ndim)))
    if rows.any():
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        found[silent] = otherwise(points[rows])[silent[rows]]
    return found


def beck_climate(path: Path | str) -> Callable[[ArrayLike], NDArray[np.str_]]:
    """Köppen-Geiger zones from a `koppen_geiger_*.tif` of Beck et al. (CC BY 4.0)."""
    file, symbols = GeoTiff(path), np.array([*BECK, ""])

    def zones(points: ArrayLike) -> NDArray[np.str_]:
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        numbers = np.nan_to_num(file.at(points)).astype(np.int64)
        known = (numbers >= 1) & (numbers <= len(BECK))
        found = symbols[np.where(known, numbers - 1, len(BECK))].astype(f"U{len(OCEAN)}")
        found[~known] = climate_zones(points[~known])
        return found

    return zones


def elevation(path: Path | str) -> Numbers:
    """Metres from any elevation model: SRTM, GMTED2010, ETOPO (public domain)."""
    file = GeoTiff(path)
    return lambda points: _filled(file.at(points), grids.elevation_m, points)


def worldclim(folder: Path | str, variable: str) -> Numbers:
    """Months (n, 12) of WorldClim 2.1 (no redistribution); variable `tavg` in C, `prec` in mm.

    Raises:
        FileNotFoundError: the folder has not one file for each month.
        KeyError: another variable.
    """
    otherwise = {"tavg": grids.temperature_c, "prec": grids.precipitation_mm}[variable]
    paths = sorted(Path(folder).glob(f"wc2.1_*_{variable}_[01][0-9].tif"))
    if len(paths) != 12:
        raise FileNotFoundError(f"{folder}: expected 12 files of {variable}, got: {len(paths)}")
    files = [GeoTiff(path) for path in paths]

    def months(points: ArrayLike) -> NDArray[np.float64]:
        found = np.stack([file.at(points) for file in files], axis=1)
        return _filled(found, otherwise, points)

    return months


def ghs_population(path: Path | str) -> Numbers:
    """People per km2 from GHS-POP's people per pixel, Mollweide or degrees (CC BY 4.0)."""
    file = GeoTiff(path)

    def density(points: ArrayLike) -> NDArray[np.float64]:
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        width, height = file.pixel
        area_km2 = np.full(len(points), width * height / 1e6)
        if file.is_geographic:
            area_km2 = width * height * DEGREE_KM**2 * np.cos(np.radians(points[:, 0]))
        return _filled(file.at(points) / np.maximum(area_km2, 1e-9), population_density, points)

    return density
