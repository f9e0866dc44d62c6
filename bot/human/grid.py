"""Pins where clicks on the guess map put them: whole pixels apart at its zoom level. Pure.

The map's corner lies somewhere between two pixels, as the window's size has it: all clicks in one
window share that. The arithmetic is Leaflet's, step by step (Leaflet 1.9, SphericalMercator and
Transformation). Pins that lie anywhere would tell a program from a person.
"""

from __future__ import annotations

from math import atan, exp, log, pi, sin

TILE_PX = 256
RADIUS_M = 6378137.0
_A = 0.5 / (pi * RADIUS_M)
_DEG = 180 / pi


def on_pixel(
    lat: float, lng: float, level: int, corner: tuple[float, float] = (0.0, 0.0)
) -> tuple[float, float]:
    """The lat and lng of the pixel that is nearest, at a zoom level of Web Mercator.

    `corner` is x and y in [0, 1): what pixels are off by.
    """
    x, y = pixel(lat, lng, level)
    off_x, off_y = corner
    return _place(round(x - off_x) + off_x, round(y - off_y) + off_y, TILE_PX * 2**level)


def pixel(lat: float, lng: float, level: int) -> tuple[float, float]:
    """Where a place is on the map of the whole world, in pixels from its top left corner."""
    size_px = TILE_PX * 2**level
    sine = sin(lat * pi / 180)
    x_m = RADIUS_M * lng * pi / 180
    y_m = RADIUS_M * log((1 + sine) / (1 - sine)) / 2
    return size_px * (_A * x_m + 0.5), size_px * (-_A * y_m + 0.5)


def _place(x: float, y: float, size_px: int) -> tuple[float, float]:
    x_m = (x / size_px - 0.5) / _A
    y_m = (y / size_px - 0.5) / -_A
    return (2 * atan(exp(y_m / RADIUS_M)) - pi / 2) * _DEG, x_m * _DEG / RADIUS_M
