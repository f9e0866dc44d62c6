"""Style fields: how looks drift over the Earth, so that near places look alike.

Each field is value noise on the sphere: random values at the corners of a cubic lattice, blended
between them. Its scale is the distance over which it changes.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from itertools import product

from models.geo import EARTH_RADIUS_KM

Rgb = tuple[float, float, float]

_TINT = 0.18
"""How far a district's tint takes a colour from the wide drift's, of 1."""


@dataclass(frozen=True, slots=True)
class Style:
    """All style fields at one place."""

    lat: float
    lng: float

    def field(self, name: str, scale_km: float) -> float:
        """Value in [0, 1] of the named field that changes over that distance."""
        return style_field(name, self.lat, self.lng, scale_km)

    def drift(self, name: str) -> float:
        """A field of four scales in [0, 1]: continent, country, province, district."""
        weighed = ((3000, 0.45), (800, 0.3), (200, 0.17), (50, 0.08))
        return sum(weight * self.field(name, scale) for scale, weight in weighed)

    def colour(self, name: str, stops: tuple[Rgb, ...]) -> Rgb:
        """The colour that the named drift picks along the stops, in the tint of the district."""
        # Four scales together keep to the middle; stretch them back.
        red, green, blue = gradient(stops, (self.drift(name) - 0.5) * 1.4 + 0.5)
        warm, light = (_TINT * self._local(f"{name} {what}") for what in ("warmth", "light"))
        tinted = red * (1 + light + warm), green * (1 + light), blue * (1 + light - warm)
        return min(tinted[0], 1.0), min(tinted[1], 1.0), min(tinted[2], 1.0)

    def _local(self, name: str) -> float:
        """A field in [-1, 1] of what is told apart within a day's ride: local stone, clay, dye."""
        return self.field(name, 150) + self.field(name, 60) - 1


def hashed(*key: object) -> int:
    """A 64-bit number from any key, the same in every process and on every machine."""
    digest = hashlib.blake2b("|".join(map(str, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def uniform(*key: object) -> float:
    """A number in [0, 1) from a key."""
    return hashed(*key) / 2**64


def style_field(name: str, lat: float, lng: float, scale_km: float) -> float:
    """Value in [0, 1] of the named field at a place."""
    # Plain floats: on three numbers they are five times as fast as numpy.
    across = math.cos(math.radians(lat)) * EARTH_RADIUS_KM / scale_km
    up = math.sin(math.radians(lat)) * EARTH_RADIUS_KM / scale_km
    x = (across * math.cos(math.radians(lng)), across * math.sin(math.radians(lng)), up)
    corner = [math.floor(c) for c in x]
    part = [c - low for c, low in zip(x, corner, strict=True)]
    blend = [p * p * (3 - 2 * p) for p in part]
    total = 0.0
    for i, j, k in product((0, 1), repeat=3):
        weight = (blend[0] if i else 1 - blend[0]) * (blend[1] if j else 1 - blend[1])
        weight *= blend[2] if k else 1 - blend[2]
        total += weight * uniform(name, scale_km, corner[0] + i, corner[1] + j, corner[2] + k)
    # Blending pulls values to the middle; stretch them back.
    return min(max(0.5 + (total - 0.5) * 1.7, 0.0), 1.0)


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
