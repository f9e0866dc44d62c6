"""Drives: short rows of spots along a winding road, most of them of one spot alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.geo import destination
from models.geography.climate import is_land
from models.world.holdout import held_out, in_moat

SINGLE = 0.9
"""Share of the drives that have one spot alone."""
LONGEST = 8
"""Spots of a drive at most."""
SPACING_M = (50.0, 400.0)
_ONE_MORE = 2 / 3
"""Chance that a drive of two spots or more has another one."""
_WINDING_DEG = 12.0
"""Standard deviation of the turn from spot to spot."""


@dataclass(frozen=True, slots=True, eq=False)
class Drives:
    """`n` drives; each row goes on to `LONGEST` spots, of which the first `lengths` are taken."""

    points: NDArray[np.float64]
    """`(n, LONGEST, 2)`, rounded to 1e-5 deg, a metre."""
    headings: NDArray[np.float64]
    """`(n, LONGEST)`: where to the drive goes from there, degrees clockwise from north."""
    km: NDArray[np.float64]
    """`(n, LONGEST)`: from the first spot, along the drive."""
    lengths: NDArray[np.int64]
    """`(n,)`; 0 where the first spot lies in the hold-out's moat."""


def draw_drives(starts: NDArray[np.float64], rng: np.random.Generator) -> Drives:
    """Drives from `starts` `(n, 2)`. They end at water, and where hold-out and moat begin or end.

    The starts themselves are taken to be on land.
    """
    count = len(starts)
    wanted = 1 + (rng.uniform(size=count) >= SINGLE) * rng.geometric(1 - _ONE_MORE, count)
    turns = rng.normal(0, _WINDING_DEG, (count, LONGEST))
    turns[:, 0] = rng.uniform(0, 360, count)
    headings = np.cumsum(turns, axis=1)
    steps_km = rng.uniform(*SPACING_M, (count, LONGEST - 1)) / 1000
    points: list[NDArray[np.float64]] = [starts]
    for step in range(LONGEST - 1):
        points.append(destination(points[-1], headings[:, step], steps_km[:, step]))
    rounded = np.asarray(np.round(np.stack(points, axis=1), 5), dtype=np.float64)
    km = np.concatenate([np.zeros((count, 1)), np.cumsum(steps_km, axis=1)], axis=1)
    return Drives(rounded, headings % 360, km, np.minimum(wanted, _passable(rounded)))


def _passable(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many spots of each drive `(n, LONGEST, 2)` can be taken before the first that cannot."""
    shape, flat = points.shape[:2], points.reshape(-1, 2)
    held = held_out(flat).reshape(shape)
    good = ~in_moat(flat).reshape(shape) & (held == held[:, :1])
    good[:, 1:] &= is_land(flat).reshape(shape)[:, 1:]
    return np.asarray(np.cumprod(good, axis=1).sum(axis=1))
