"""Where the truth lies, from how a result is drawn: two pins on a map, and how far apart. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bot.game import Guess
from bot.guess_map import MapView, lat_of, to_pixel, to_point, world_y
from bot.sight import Box
from models.geo import destination, haversine_km

SCALES = 4000
"""Tried for a map of unknown zoom, from the world on 100 px to 100 m on 1 px."""


@dataclass(frozen=True, slots=True)
class DrawnResult:
    """What a result's map shows."""

    guess_pin: Box
    truth_pin: Box
    map: Box
    view: MapView | None
    """Of the map; None where it cannot be read."""


def seen_location(guess: Guess, distance_km: float, drawn: DrawnResult) -> Guess:
    """The point `distance_km` from `guess` in the direction that is drawn.

    On a map that can be read, the direction is that to the drawn point. On another, the map's scale
    is the one at which the drawn points lie `distance_km` apart: north is up, and the map Web
    Mercator.
    """
    rough = _read(guess, drawn) if drawn.view else _scaled(guess, distance_km, drawn)
    bearing = _bearing_deg(guess, rough)
    lat, lng = destination((guess.lat, guess.lng), bearing, distance_km)
    return Guess(float(lat), float(lng))


def _read(guess: Guess, drawn: DrawnResult) -> Guess:
    """By where on the pin's box the guess, which is known, is drawn."""
    assert drawn.view is not None
    x, y = to_pixel(drawn.view, guess)
    at = x + drawn.map.left, y + drawn.map.top
    pins = [(drawn.guess_pin.foot, drawn.truth_pin.foot)]
    pins += [(drawn.guess_pin.centre, drawn.truth_pin.centre)]
    _, truth = min(pins, key=lambda pin: math.dist(pin[0], at))
    return to_point(drawn.view, truth[0] - drawn.map.left, truth[1] - drawn.map.top)


def _scaled(guess: Guess, distance_km: float, drawn: DrawnResult) -> Guess:
    (ax, ay), (bx, by) = drawn.guess_pin.centre, drawn.truth_pin.centre
    world_px = np.geomspace(4e8, 100, SCALES)
    lngs = guess.lng + (bx - ax) / world_px * 360
    downs = np.clip(world_y(guess.lat) + (by - ay) / world_px, 0, 1)
    lats = np.array([lat_of(float(down)) for down in downs])
    apart = haversine_km((guess.lat, guess.lng), np.stack([lats, lngs], axis=-1))
    far = apart >= distance_km
    # The largest map on which they are so far apart: on smaller ones the pins go around the world.
    best = int(far.argmax()) if far.any() else int(apart.argmax())
    return Guess(float(lats[best]), float(lngs[best]))


def _bearing_deg(a: Guess, b: Guess) -> float:
    """Where the great circle from a to b starts, clockwise from north."""
    lat_a, lng_a, lat_b, lng_b = map(math.radians, (a.lat, a.lng, b.lat, b.lng))
    east = math.sin(lng_b - lng_a) * math.cos(lat_b)
    north = math.cos(lat_a) * math.sin(lat_b)
    north -= math.sin(lat_a) * math.cos(lat_b) * math.cos(lng_b - lng_a)
    return math.degrees(math.atan2(east, north))
