"""How a person gets the pin to the guess: some pins, each nearer than the last, and zooms. Pure.

The shape is general knowledge of how people use guess maps, not a measurement: nearly all look
first, many place a pin early and move it while they think, and all zoom in before the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, radians
from random import Random

from bot.human.pace import SHIPPED, Difficulty, Pace, guess_after_s

MORE_PINS: dict[Difficulty, float] = {"easy": 0.25, "medium": 0.45, "hard": 0.55}
"""Chance of one more pin after each one."""

MOST_PINS = 6
FIRST_LOOK = (0.3, 0.7)
"""Shares of the time between which the first pin falls."""
SUBMIT_S = (0.5, 2.5)
"""From the last pin to the guess."""
WORLD_ZOOM, LEAST_ZOOM, MOST_ZOOM = 1, 4, 7
MAX_LAT = 84.0
"""Maps end soon after."""

FAR_KM: dict[Difficulty, float] = {"easy": 150.0, "medium": 600.0, "hard": 1800.0}
"""Of the first pin from the guess, the median; each further one is at a third of that."""
NEARER = 1 / 3
_KM_PER_DEG = 111.2


@dataclass(frozen=True, slots=True)
class PinMove:
    """The pin is placed or moved."""

    at_s: float
    lat: float
    lng: float


@dataclass(frozen=True, slots=True)
class Zoom:
    """The map is zoomed, to a level of Web Mercator, towards a place."""

    at_s: float
    lat: float
    lng: float
    level: int


@dataclass(frozen=True, slots=True)
class Played:
    """What a person does in a round; times are seconds from its start, rising."""

    moves: tuple[PinMove | Zoom, ...]
    """The last pin is the guess."""
    guess_s: float


def play(
    rng: Random,
    difficulty: Difficulty,
    clock_s: float | None,
    guess: tuple[float, float],
    pace: Pace = SHIPPED,
) -> Played:
    """How a person comes to `guess`, lat and lng, within a clock.

    Raises:
        ValueError: the clock is too short to guess at all.
    """
    guess_s = guess_after_s(rng, difficulty, clock_s, pace)
    times = _pin_times(rng, difficulty, guess_s)
    places = _places(rng, difficulty, guess, len(times))
    pins = [PinMove(at, *place) for at, place in zip(times, places, strict=True)]
    zooms = _zooms(rng, guess_s, pins)
    moves: list[PinMove | Zoom] = [*zooms, *pins]
    moves.sort(key=lambda move: (move.at_s, isinstance(move, PinMove)))
    return Played(tuple(moves), guess_s)


def _pin_times(rng: Random, difficulty: Difficulty, guess_s: float) -> list[float]:
    """Rising; the last one a moment before the guess."""
    count = 1
    while count < MOST_PINS and rng.random() < MORE_PINS[difficulty]:
        count += 1
    last_s = max(guess_s - rng.uniform(*SUBMIT_S), guess_s / 2)
    first_s = min(guess_s * rng.uniform(*FIRST_LOOK), last_s)
    between = sorted(rng.uniform(first_s, last_s) for _ in range(count - 2))
    return [first_s, *between, last_s] if count > 1 else [last_s]


def _places(
    rng: Random, difficulty: Difficulty, guess: tuple[float, float], count: int
) -> list[tuple[float, float]]:
    """Of `count` pins, nearer and nearer; the last one is the guess."""
    far_km = FAR_KM[difficulty] * rng.lognormvariate(0, 0.6)
    off = [far_km * NEARER**turn for turn in range(count - 1)]
    return [_beside(rng, guess, km) for km in off] + [guess]


def _beside(rng: Random, place: tuple[float, float], km: float) -> tuple[float, float]:
    lat, lng = place
    north, east = rng.gauss(0, 1), rng.gauss(0, 1)
    scale = km / _KM_PER_DEG / max(hypot(north, east), 1e-9)
    other = min(max(lat + north * scale, -MAX_LAT), MAX_LAT)
    turned = lng + east * scale / max(cos(radians(lat)), 0.1)
    return other, (turned + 180) % 360 - 180


def _zooms(rng: Random, guess_s: float, pins: list[PinMove]) -> list[Zoom]:
    """In, some levels before each pin, and deeper with each of them."""
    deepest = rng.randint(LEAST_ZOOM, MOST_ZOOM)
    found: list[Zoom] = []
    level, before_s = WORLD_ZOOM, 0.2 * guess_s
    for turn, pin in enumerate(pins, start=1):
        target = WORLD_ZOOM + round((deepest - WORLD_ZOOM) * turn / len(pins))
        steps = target - level
        times = sorted(rng.uniform(min(before_s, pin.at_s), pin.at_s) for _ in range(steps))
        found += [Zoom(at, pin.lat, pin.lng, level + i) for i, at in enumerate(times, start=1)]
        level, before_s = target, pin.at_s
    return found
