"""What distinguishes one Search within Cell from another.

Kordopatis-Zilos et al., "Leveraging EfficientNet and Contrastive Learning for Accurate Global-scale
Location Estimation", ICMR 2021 (arXiv:2105.07645), with the constants of the authors' release
(mever-team/visloc-estimation).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.decision import Rule
from models.geo import EARTH_RADIUS_KM, WORLD_DIAGONAL_KM

WIDEST_KM = 1000
"""Of `eps_km`: a chain of a few such steps still has a mean."""


@dataclass(frozen=True, slots=True)
class SwcConfig:
    """Cells, mixture, search. Defaults are not given: see the values."""

    max_points: int
    """Training places in an S2 cell, at most; one with more is split."""
    min_points: int
    """An S2 cell with fewer makes no component."""
    max_level: int
    """S2 level at which cells are split no further."""
    sigma_km: float
    """Of the components when their training starts, along one axis."""
    least_sigma_km: float
    """No component becomes narrower: one that holds a single place would shrink without end."""
    reach_km: float
    """Cells whose means lie this near to the best one's mean are searched with it. In a sparse
    background the next cell often has the nearest picture."""
    neighbours: int
    """Most similar background pictures of these cells that are looked at."""
    eps_km: float
    """Pictures this near agree (DBSCAN)."""
    min_samples: int
    """Pictures of a cluster's core, itself included (DBSCAN)."""
    rule: Rule
    """How the guess is chosen among the found place and the most probable components."""
    diagonal_km: float
    """Size of the map that is played: its score is expected."""

    def __post_init__(self) -> None:
        if not 0 < self.eps_km <= WIDEST_KM:
            raise ValueError(f"eps_km: expected above 0 to {WIDEST_KM}, got: {self.eps_km}")
        if not self.reach_km >= 0:
            raise ValueError(f"reach_km: expected 0 or more, got: {self.reach_km}")
        if min(self.neighbours, self.min_samples, self.min_points) < 1:
            raise ValueError(
                "neighbours, min_samples, min_points: expected 1 or more, "
                f"got: {self.neighbours}, {self.min_samples}, {self.min_points}"
            )


SWC = SwcConfig(
    max_points=1000,
    min_points=50,
    max_level=18,
    sigma_km=EARTH_RADIUS_KM * math.exp(-8),  # kappa = exp(16): 2.1 km
    least_sigma_km=EARTH_RADIUS_KM * math.exp(-10),
    reach_km=0,
    neighbours=10,
    eps_km=1,
    min_samples=1,
    rule=Rule.ARGMAX,
    diagonal_km=WORLD_DIAGONAL_KM,
)
"""For millions of photos. The release tells neither the split's counts nor a least width: these are
ours; the others are published."""
