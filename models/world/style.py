"""Style fields: how looks drift over the Earth, so that near places look alike.

Each field is value noise on the sphere: random values at the corners of a cubic lattice, blended
between them. Its scale is the distance over which it changes.
"""

from __future__ import annotations

import hashlib
from itertools import product

import numpy as np

from models.geo import EARTH_RADIUS_KM, to_unit_vectors

Rgb = tuple[float, float, float]


def hashed(*key: object) -> int:
    """A 64-bit number from any key, the same in every process and on every machine."""
    digest = hashlib.blake2b("|".join(map(str, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def uniform(*key: object) -> float:
    """A number in [0, 1) from a key."""
    return hashed(*key) / 2**64


def style_field(name: str, lat: float, lng: float, scale_km: float) -> float:
    """Value in [0, 1] of the named field at a place."""
    x = to_unit_vectors((lat, lng)) * (EARTH_RADIUS_KM / scale_km)
    corner = np.floor(x).astype(int)
    part = x - corner
    blend = part * part * (3 - 2 * part)
    total = 0.0
    for steps in product((0, 1), repeat=3):
        weight = float(np.prod(np.where(steps, blend, 1 - blend)))
        total += weight * uniform(name, scale_km, *(corner + steps).tolist())
    # Blending pulls values to the middle; stretch them back.
    return float(np.clip(0.5 + (total - 0.5) * 1.7, 0, 1))


def drift(name: str, lat: float, lng: float) -> float:
    """A field of four scales in [0, 1]: continent, country, province, district."""
    weighed = ((3000, 0.45), (800, 0.3), (200, 0.17), (50, 0.08))
    return sum(weight * style_field(name, lat, lng, scale) for scale, weight in weighed)


def gradient(stops: tuple[Rgb, ...], at: float) -> Rgb:
    """The colour at `at` in [0, 1] along evenly spaced stops."""
    position = min(max(at, 0.0), 1.0) * (len(stops) - 1)
    low = min(int(position), len(stops) - 2)
    part = position - low
    r, g, b = (a + (z - a) * part for a, z in zip(stops[low], stops[low + 1], strict=True))
    return r, g, b


def mixed(a: Rgb, b: Rgb, part: float) -> Rgb:
    """`part` of b in a."""
    return gradient((a, b), part)
