"""What is asked for: panoramas or photos whose place is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.geo import WORLD_DIAGONAL_KM
from models.world.pack import Pack, PackError, Panorama

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A split of a pack, or a benchmark."""

    name: str
    ids: tuple[str, ...]
    points: Array
    """`(n, 2)`, the truth."""
    sequences: tuple[str, ...]
    """The drive of each, or its photographer; "" for one on its own."""
    files: tuple[Path, ...] = ()
    """Their pictures, where these are at hand; else empty."""
    credits: tuple[str, ...] = ()
    """Who made each picture, and its licence; empty where nothing is known."""
    diagonal_km: float = WORLD_DIAGONAL_KM

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, mask: NDArray[np.bool_]) -> Asked:
        """Those where the mask `(n,)` holds."""
        rows = np.flatnonzero(mask).tolist()
        return Asked(
            self.name,
            tuple(self.ids[row] for row in rows),
            self.points[rows],
            tuple(self.sequences[row] for row in rows),
            tuple(self.files[row] for row in rows) if self.files else (),
            tuple(self.credits[row] for row in rows) if self.credits else (),
            self.diagonal_km,
        )


def asked_of_pack(pack: Pack, split: str) -> Asked:
    """A split of a pack.

    Raises:
        PackError: it is empty, or no split.
    """
    panoramas = pack.split(split)
    if not panoramas:
        raise PackError(f"{pack.name}: expected panoramas of split {split}, got none")
    return Asked(
        f"{pack.name}, {split}",
        tuple(panorama.id for panorama in panoramas),
        points_of(panoramas),
        tuple(panorama.sequence for panorama in panoramas),
        tuple(pack.image_path(panorama) for panorama in panoramas),
        tuple(", ".join(filter(None, (p.attribution, p.licence))) for p in panoramas),
        pack.diagonal_km,
    )


def points_of(panoramas: Sequence[Panorama]) -> Array:
    """Where panoramas are, `(n, 2)`."""
    return np.array([(p.lat, p.lng) for p in panoramas], dtype=np.float64).reshape(-1, 2)
