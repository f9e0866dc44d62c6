"""Where the rendered world is photographed: near places people live, all countries, on land.

Pictures are taken on drives, most of them of one spot. Two things keep what is learned by heart
out of a test: all drives that begin in one block of 5 km are of one split, whatever the seed; and
the blocks of `models.world.holdout` are a split of their own, far from all others.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from models.geo import EARTH_RADIUS_KM, destination, to_unit_vectors
from models.geography.climate import is_land
from models.geography.places import places
from models.world.coverage import REACH_KM, chances
from models.world.drives import Drives, draw_drives
from models.world.holdout import held_out
from models.world.style import hashed, uniform
from models.world.sun import lit_hours, sun_position

FIRST_DAY, DAYS = date(2014, 1, 1), 3652
_TRIES = 12
BLOCK_KM = 5.0
"""Of a cubic lattice through the Earth: the blocks of its surface that share a split."""
_SPEED_KMH = 25.0
"""Of a drive, with its stops."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where and when one panorama is taken."""

    lat: float
    lng: float
    day: date
    hour: float
    """Local solar time."""
    heading: float
    """Of the drive there, so of the road; degrees clockwise from north in [0, 360)."""
    split: str
    """One of `pack.SPLITS`: all of a drive share it, and all drives that begin in one block."""
    sequence: str
    """Opaque name of the drive."""


def draw_places(count: int, seed: int, split: str | None = None) -> list[Spot]:
    """`count` spots, the first ones the same whatever the count; with `split`, of that one only.

    The spots of a drive follow each other; the last drive is cut where `count` is reached.
    """
    drawn = (spot for batch in itertools.count() for spot in _draw_batch(seed, batch, split))
    return list(itertools.islice(drawn, count))


def split_of(lat: float, lng: float) -> str:
    """Of a point outside the hold-out: 17 in 19 train, the rest is validation and test alike.

    With one in twenty held out, that makes 85, 5, 5 and 5 in a hundred.
    """
    lattice = to_unit_vectors((lat, lng)) * (EARTH_RADIUS_KM / BLOCK_KM)
    block = (math.floor(c) for c in lattice.tolist())
    share = uniform("split", *block)
    return "train" if share < 17 / 19 else "validation" if share < 18 / 19 else "test"


def _draw_batch(seed: int, batch: int, wanted: str | None, size: int = 1000) -> Iterator[Spot]:
    """Those of the wanted split among `size` drives, less those in the moat, one after the other.

    A drive's day is worked out when its spots are asked for: most of the work.
    """
    table = places()
    rng = np.random.default_rng([seed, batch])
    rows = rng.choice(len(table), size=size, p=chances())
    drives = draw_drives(_scattered(table.points[rows], rng), rng)
    held = held_out(drives.points[:, 0])
    days, parts = rng.integers(DAYS, size=size), rng.uniform(size=size)
    for number in np.flatnonzero(drives.lengths).tolist():
        name = f"{hashed('drive', seed, batch, number):016x}"
        split = "holdout" if held[number] else split_of(*drives.points[number, 0].tolist())
        if wanted not in {None, split}:
            continue
        day = FIRST_DAY + timedelta(days=int(days[number]))
        yield from _spots(drives, number, day, float(parts[number]), split, name)


def _spots(
    drives: Drives, number: int, day: date, part: float, split: str, name: str
) -> Iterator[Spot]:
    """One drive, begun when `part` of the day's light is over."""
    day = _lit_day(float(drives.points[number, 0, 0]), day)
    hours = lit_hours(float(drives.points[number, 0, 0]), day)
    start = hours[int(part * len(hours))]
    for step in range(drives.lengths[number]):
        lat, lng = drives.points[number, step].tolist()
        hour = round(start + float(drives.km[number, step]) / _SPEED_KMH, 3)
        heading = round(float(drives.headings[number, step]), 2) % 360
        yield Spot(lat, lng, day, hour, heading, split, name)


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
    """The day itself, or half a year before where the sun would hardly rise."""
    if sun_position(lat, day, 12)[0] >= 10:
        return day
    return day - timedelta(days=182)
