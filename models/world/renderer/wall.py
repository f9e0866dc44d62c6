"""An upright plane along or across the road, and boxes laid on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.world.renderer.canvas import Canvas
from models.world.style import Rgb

Boxes = NDArray[np.float64]
"""(n, 4): from and to along the wall, from and to above the ground, metres."""


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall to lay boxes on."""

    canvas: Canvas
    at: float
    """X of a front, y of a gable."""
    towards: tuple[float, float, float]
    """Its normal."""

    def lay(self, boxes: ArrayLike, colour: Rgb, out_m: float = 0.0, steps: int = 1) -> None:
        """Boxes (n, 4) that do not overlap, standing out of the wall by `out_m`."""
        a, b, low, high = np.asarray(boxes, dtype=np.float64).reshape(-1, 4).T
        along, z = np.stack([a, b, b, a], axis=1), np.stack([low, low, high, high], axis=1)
        flat = np.full_like(along, self.at + out_m * sum(self.towards[:2]))
        points = (flat, along) if self.towards[0] else (along, flat)
        if len(along):
            self.canvas.faces(np.stack([*points, z], axis=-1), colour, self.towards, steps)


def rows(a: float, b: float, z: NDArray[np.float64], thick: float) -> Boxes:
    """Lying strips from a to b, their lower edges at z (n,)."""
    return np.stack([np.full_like(z, a), np.full_like(z, b), z, z + thick], axis=1)


def uprights(at: NDArray[np.float64], wide: float, low: float, high: float) -> Boxes:
    """Standing strips, their middles at (n,)."""
    ends = (np.full_like(at, low), np.full_like(at, high))
    return np.stack([at - wide / 2, at + wide / 2, *ends], axis=1)
