"""Points on the sphere.

Points are `lat, lng` in degrees, in that order; arrays of them have shape `(..., 2)`.
Radians exist only inside this file.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0088
"""Mean Earth radius (IUGG, R1). The only radius in this project."""

WORLD_DIAGONAL_KM = 14916.862
"""Great-circle size of GeoGuessr's World map, `maxErrorDistance` of its map record."""

MAX_SCORE = 5000

PERFECT_KM = 0.025
"""Guesses this near score `MAX_SCORE` on every map, however small."""

_MERCATOR_LAT = 89.9
"""Mercator's y is finite up to here."""


def haversine_km(a: ArrayLike, b: ArrayLike) -> Array:
    """Great-circle distance between points `(..., 2)` and `(..., 2)`, broadcast, in km."""
    lat_a, lng_a = np.moveaxis(np.radians(np.asarray(a, dtype=np.float64)), -1, 0)
    lat_b, lng_b = np.moveaxis(np.radians(np.asarray(b, dtype=np.float64)), -1, 0)
    half_chord_squared = (
        np.sin((lat_b - lat_a) / 2) ** 2
        + np.cos(lat_a) * np.cos(lat_b) * np.sin((lng_b - lng_a) / 2) ** 2
    )
    # Rounding can lift antipodes a hair above 1.
    angle: Array = 2 * np.arcsin(np.sqrt(np.minimum(half_chord_squared, 1.0)))
    return EARTH_RADIUS_KM * angle


def to_unit_vectors(points: ArrayLike) -> Array:
    """`(..., 2)` degrees to `(..., 3)` unit vectors: x to (0, 0), y to (0, 90), z to the pole."""
    lat, lng = np.moveaxis(np.radians(np.asarray(points, dtype=np.float64)), -1, 0)
    return np.stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)], axis=-1)


def to_points(vectors: ArrayLike) -> Array:
    """Vectors `(..., 3)` of any length but zero to `(..., 2)` degrees."""
    x, y, z = np.moveaxis(np.asarray(vectors, dtype=np.float64), -1, 0)
    radians = np.stack([np.arctan2(z, np.hypot(x, y)), np.arctan2(y, x)], axis=-1)
    points: Array = np.degrees(radians)
    return points


def spherical_mean(points: ArrayLike, weights: ArrayLike | None = None) -> Array:
    """Weighted mean direction `(2,)` of points `(n, 2)`; right across the antimeridian and poles.

    Raises:
        ValueError: there are no points, or they cancel (two antipodes), so no mean exists.
    """
    vectors = to_unit_vectors(points)
    shares = np.ones(len(vectors)) if weights is None else np.asarray(weights, dtype=np.float64)
    mean = shares @ vectors
    if np.linalg.norm(mean) <= 1e-9 * np.abs(shares).sum():
        raise ValueError(f"expected points with a mean direction, got: {len(vectors)} that cancel")
    return to_points(mean)


def wrap_lng(lng: ArrayLike) -> Array:
    """Longitudes of any size brought into [-180, 180)."""
    return (np.asarray(lng, dtype=np.float64) + 180) % 360 - 180


def destination(point: ArrayLike, bearing_deg: ArrayLike, distance_km: ArrayLike) -> Array:
    """Arrival `(..., 2)` after `distance_km` along the great circle leaving at `bearing_deg`."""
    lat, lng = np.moveaxis(np.radians(np.asarray(point, dtype=np.float64)), -1, 0)
    bearing = np.radians(bearing_deg)
    angle = np.asarray(distance_km, dtype=np.float64) / EARTH_RADIUS_KM
    sin_lat = np.sin(lat) * np.cos(angle) + np.cos(lat) * np.sin(angle) * np.cos(bearing)
    east = np.sin(bearing) * np.sin(angle) * np.cos(lat)
    lng_there = lng + np.arctan2(east, np.cos(angle) - np.sin(lat) * sin_lat)
    return np.stack(
        [np.degrees(np.arcsin(np.clip(sin_lat, -1, 1))), wrap_lng(np.degrees(lng_there))], axis=-1
    )


def expected_points(distance_km: ArrayLike, diagonal_km: float = WORLD_DIAGONAL_KM) -> Array:
    """The score formula before rounding: `5000 * exp(-10 * d / D)`, 5000 within 25 m.

    `diagonal_km` is the map's own size D: small maps punish the same error harder.
    """
    distance = np.asarray(distance_km, dtype=np.float64)
    points = MAX_SCORE * np.exp(-10 * distance / diagonal_km)
    return np.where(distance <= PERFECT_KM, float(MAX_SCORE), points)


def score(distance_km: float, diagonal_km: float = WORLD_DIAGONAL_KM) -> int:
    """Points of a guess `distance_km` off, an integer in [0, 5000]."""
    return int(np.rint(expected_points(distance_km, diagonal_km)))


def equal_earth(points: ArrayLike) -> Array:
    """Points `(..., 2)` to x, y `(..., 2)` on the unit sphere's map: equal areas stay equal.

    (Savric, Patterson and Jenny 2018; method 1078 of EPSG, on a sphere.)
    """
    lat, lng = np.moveaxis(np.radians(np.asarray(points, dtype=np.float64)), -1, 0)
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(lat))
    y = Polynomial([0, 1.340264, 0, -0.081106, 0, 0, 0, 0.000893, 0, 0.003796])
    return np.stack([2 * lng * np.cos(theta) / (np.sqrt(3) * y.deriv()(theta)), y(theta)], axis=-1)


def mercator(points: ArrayLike) -> Array:
    """Points `(..., 2)` to x, y `(..., 2)` in degrees of the equator; the poles are cut.

    Angles stay right, so what is nearest near by is nearest in the plane. Longitudes of any size
    stay as they are.
    """
    lat, lng = np.moveaxis(np.asarray(points, dtype=np.float64), -1, 0)
    lat = np.radians(np.clip(lat, -_MERCATOR_LAT, _MERCATOR_LAT))
    return np.stack([lng, np.degrees(np.arcsinh(np.tan(lat)))], axis=-1)


def from_mercator(plane: ArrayLike) -> Array:
    """What `mercator` made, back to points `(..., 2)`."""
    x, y = np.moveaxis(np.asarray(plane, dtype=np.float64), -1, 0)
    return np.stack([np.degrees(np.arctan(np.sinh(np.radians(y)))), x], axis=-1)
