"""The few places, far from each other, between which a belief wavers, with honest odds."""

from __future__ import annotations

import numpy as np

from models.decision import Belief
from models.geo import EARTH_RADIUS_KM, to_unit_vectors
from models.geolocator import FarPlace, Point

FAR_KM = 400.0
"""Places nearer than this count as one."""

MOST = 6
"""Places that are told."""

LOOKED_AT = 60
"""Most probable locations that are gathered into places."""


def far_places(belief: Belief, guess: Point, flatness: float) -> tuple[FarPlace, ...]:
    """Gather a belief: first the guess, then the most probable location of each other place.

    The odds of whole places are flattened, not those of single locations: flattened one by one,
    many unlikely locations outvote a likely one.
    """
    top = belief.best(LOOKED_AT)
    points = [np.array(guess)]
    vectors = to_unit_vectors(np.vstack([points, top.points]))
    far = vectors @ vectors[1:].T <= np.cos(FAR_KM / EARTH_RADIUS_KM)  # (1 + places, places)
    free = far[0]
    masses = [top.probabilities[~free].sum()]
    while free.any() and len(points) < MOST:
        best = int(np.argmax(np.where(free, top.probabilities, -1)))
        here = free & ~far[1 + best]
        points.append(top.points[best])
        masses.append(top.probabilities[here].sum())
        free = free & ~here
    shares = Belief(np.array(points), np.array(masses), np.zeros(len(points))).flattened(flatness)
    rows = np.column_stack([shares.points, shares.probabilities]).tolist()
    return tuple(FarPlace(*row) for row in rows)
