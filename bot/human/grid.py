"""Pins where a click on the guess map puts them: on a whole pixel of its zoom level. Pure.

The arithmetic is Leaflet's, step by step (Leaflet 1.9, SphericalMercator and Transformation): a
pin between two pixels, or off in the last digit, would tell a program from a person.
"""

from __future__ import annotations

from math import atan, exp, log, pi, sin

TILE_PX = 256
RADIUS_M = 6378137.0
_A = 0.5 / (pi * RADIUS_M)
_DEG = 180 / pi


def on_pixel(lat: float, lng: float, level: int) -> tuple[float, float]:
    """The lat and lng of the pixel that is nearest, at a zoom level of Web Mercator."""
    size_px = TILE_PX * 2**level
    sine = sin(lat * pi / 180)
    x_m = RADIUS_M * lng * pi / 180
    y_m = RADIUS_M * log((1 + sine) / (1 - sine)) / 2
    return _place(round(size_px * (_A * x_m + 0.5)), round(size_px * (-_A * y_m + 0.5)), size_px)


def _place(x: int, y: int, size_px: int) -> tuple[float, float]:
    x_m = (x / size_px - 0.5) / _A
    y_m = (y / size_px - 0.5) / -_A
    return (2 * atan(exp(y_m / RADIUS_M)) - pi / 2) * _DEG, x_m * _DEG / RADIUS_M
