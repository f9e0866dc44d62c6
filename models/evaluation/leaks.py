"""Leak control: panoramas too near to what a bundle was made from are no test of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from models.baselines import NearestNeighbour
from models.evaluation.asked import Asked
from models.geo import EARTH_RADIUS_KM, haversine_km, to_unit_vectors
from models.geolocator import Geolocator
from models.pigeon import Pigeon
from models.swc.geolocator import Swc
from models.world.pack import Pack

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAK_KM = 0.1
"""By default: the radius within which PIGEON's authors counted known places (appendix H)."""

NEAR_KM = (0.1, 1.0, 10.0, 25.0)
"""Distances of which is told how many panoramas have a known one within them."""

_SAME_PLACE_KM = 0.001


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The panoramas that a bundle holds, or was trained on."""

    ids: tuple[str, ...]
    points: Array
    """`(m, 2)`."""


@dataclass(frozen=True, slots=True)
class Leaks:
    """How near the asked panoramas are to a bundle's."""

    members: int
    radius_km: float
    left_out: int
    """Within the radius of a member, or of a member's sequence."""
    same_sequence: int
    """Of those left out."""
    median_km: float
    """Of all asked ones' distances to the nearest member."""
    within_percent: dict[str, float]
    """By `NEAR_KM`: share of all asked ones with a member that near."""


def members_of(geolocator: Geolocator) -> Members | None:
    """What a geolocator holds; None where it holds no panorama."""
    match geolocator:
        case Pigeon():
            return Members(geolocator.prototypes.panoramas, geolocator.prototypes.points)
        case NearestNeighbour():
            return Members(geolocator.samples.panoramas, geolocator.samples.points)
        case Swc():
            return Members(geolocator.background.panoramas, geolocator.background.points)
        case _:
            return None


def find_leaks(
    asked: Asked, members: Members, radius_km: float, sequences: frozenset[str] = frozenset()
) -> tuple[Mask, Leaks]:
    """Which of the asked panoramas leak `(n,)`, and how near all are.

    `sequences` are those of the members, as far as they are known. A radius of 0 lets all pass.
    """
    nearest_km = _nearest_km(asked.points, members.points)
    same = np.array([bool(name) and name in sequences for name in asked.sequences], dtype=bool)
    leaking = ((nearest_km <= radius_km) | same) & (radius_km > 0)
    return leaking, Leaks(
        members=len(members.ids),
        radius_km=radius_km,
        left_out=int(leaking.sum()),
        same_sequence=int((leaking & same).sum()),
        median_km=float(np.median(nearest_km)),
        within_percent={f"{km:g}": float(np.mean(nearest_km <= km) * 100) for km in NEAR_KM},
    )


def sequences_of(members: Members, pack: Pack) -> frozenset[str]:
    """Sequences of those members that are panoramas of the pack: of the same id and place."""
    known = {panorama.id: panorama for panorama in pack.panoramas}
    here = [(known[id_], row) for row, id_ in enumerate(members.ids) if id_ in known]
    if not here:
        return frozenset()
    theirs = members.points[[row for _, row in here]]
    apart_km = haversine_km(theirs, [(panorama.lat, panorama.lng) for panorama, _ in here])
    pairs = zip(here, apart_km.tolist(), strict=True)
    return frozenset(p.sequence for (p, _), km in pairs if km <= _SAME_PLACE_KM) - {""}


def _nearest_km(points: Array, members: Array) -> Array:
    chords, _ = KDTree(to_unit_vectors(members)).query(to_unit_vectors(points))
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chords / 2, 1)))
