"""How likely each place is photographed; sampling draws from it, and so do strangers' cues."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.geo import destination
from models.geography.climate import is_land
from models.geography.places import places
from models.world.style import uniform

REACH_KM = 25.0
"""How far from a place its drives begin at most."""
MOST_OF_A_COUNTRY = 0.035
"""No country gets a larger share of the panoramas."""
_TRIES = 12


@cache
def chances() -> NDArray[np.float64]:
    """(places,) chance of each, by its people to the power of 3/4; countries are damped and capped.

    A country's share goes by the square root of the sum of its places' square roots.
    """
    table = places()
    roots = np.sqrt(table.populations)
    weights = table.populations**0.75
    countries, at = np.unique(table.countries, return_inverse=True)
    shares = np.sqrt(np.bincount(at, roots))
    shares /= shares.sum()
    for _ in range(20):
        shares = np.minimum(shares, MOST_OF_A_COUNTRY)
        shares /= shares.sum()
    assert len(countries) * MOST_OF_A_COUNTRY > 1
    found = weights * (shares / np.bincount(at, weights))[at]
    return np.asarray(found / found.sum())


@cache
def _cumulative() -> NDArray[np.float64]:
    return np.cumsum(chances())


def stranger_row(key: str, cue: str) -> int:
    """Row of the place whose cue stands in for a scene's own; drawn by `chances`."""
    row = int(np.searchsorted(_cumulative(), uniform(key, "stranger", cue), side="right"))
    return min(row, len(places()) - 1)  # the sum may end just below 1


def stranger_point(key: str, cue: str) -> tuple[float, float]:
    """A point around that place, spread as photographs are: mostly near, on land."""
    centre = places().points[stranger_row(key, cue)]
    turns = [uniform(key, "stranger", cue, "turn", i) for i in range(_TRIES)]
    reaches = [uniform(key, "stranger", cue, "reach", i) for i in range(_TRIES)]
    tries = destination(
        np.tile(centre, (_TRIES, 1)), 360 * np.array(turns), REACH_KM * np.array(reaches) ** 1.6
    )
    land = np.flatnonzero(is_land(tries))
    lat, lng = tries[land[0]] if len(land) else centre
    return float(lat), float(lng)
