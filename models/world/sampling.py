"""Where the rendered world is photographed: near places people live, all countries, on land."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from models.geo import destination
from models.geography.climate import is_land
from models.geography.places import places
from models.world.coverage import REACH_KM, chances
from models.world.style import hashed, uniform
from models.world.sun import sun_position

FIRST_DAY, DAYS = date(2014, 1, 1), 3652
_TRIES = 12


@dataclass(frozen=True, slots=True)
class Spot:
    """Where and when one panorama is taken."""

    lat: float
    lng: float
    day: date
    split: str
    """One of `pack.SPLITS`: all spots around one place share it."""
    sequence: str
    """Opaque; the same for all spots around one place."""


def draw_places(count: int, seed: int, split: str | None = None) -> list[Spot]:
    """`count` spots, the first ones the same whatever the count; with `split`, of that one only."""
    spots: list[Spot] = []
    batch = 0
    while len(spots) < count:
        drawn = _draw_batch(seed, batch)
        spots += [spot for spot in drawn if split is None or spot.split == split]
        batch += 1
    return spots[:count]


def split_of(place_key: str) -> str:
    """Nine in ten places train, the rest is validation and test alike."""
    share = uniform("split", place_key)
    return "train" if share < 0.9 else "validation" if share < 0.95 else "test"


def _draw_batch(seed: int, batch: int, size: int = 1000) -> list[Spot]:
    table = places()
    rng = np.random.default_rng([seed, batch])
    rows = rng.choice(len(table), size=size, p=chances())
    points = _scattered(table.points[rows], rng)
    days = rng.integers(DAYS, size=size)
    return [
        _spot(int(row), point, int(day)) for row, point, day in zip(rows, points, days, strict=True)
    ]


def _spot(row: int, point: NDArray[np.float64], day: int) -> Spot:
    lat, lng = round(float(point[0]), 5), round(float(point[1]), 5)
    table = places()
    key = f"{table.names[row]}/{table.points[row, 0]}/{table.points[row, 1]}"
    taken = _lit_day(lat, FIRST_DAY + timedelta(days=day))
    return Spot(lat, lng, taken, split_of(key), f"{hashed('sequence', key):016x}")


def _scattered(centres: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Points up to 25 km around, most of them near; the centre where all tries fall in water."""
    points = centres.copy()
    wet = np.ones(len(centres), dtype=bool)
    for _ in range(_TRIES):
        distance_km = REACH_KM * rng.uniform(size=len(centres)) ** 1.6
        tries = destination(centres, rng.uniform(0, 360, len(centres)), distance_km)
        good = wet & is_land(tries)
        points[good] = tries[good]
        wet &= ~good
    return points


def _lit_day(lat: float, day: date) -> date:
    """The day itself, or half a year later where the sun would not rise well above the horizon."""
    if sun_position(lat, day, 12)[0] >= 10:
        return day
    return day - timedelta(days=182)
