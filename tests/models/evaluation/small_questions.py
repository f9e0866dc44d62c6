"""Questions small enough to check by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from models.evaluation.asked import Asked

PARIS, LYON, SYDNEY, ATLANTIC = (48.86, 2.35), (45.76, 4.84), (-33.87, 151.21), (30.0, -40.0)


def asked_at(points: ArrayLike, sequences: tuple[str, ...] | None = None) -> Asked:
    """Panoramas `q0`, `q1`, ... at points `(n, 2)`, each on its own if no sequences are given."""
    array = np.asarray(points, dtype=np.float64)
    ids = tuple(f"q{row}" for row in range(len(array)))
    return Asked("made-up", ids, array, sequences or ("",) * len(array))
