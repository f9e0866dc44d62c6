"""An adaptive split of places into S2 cells: a quadtree on the faces of a cube around the sphere.

Projection as in the S2 Geometry library (s2geometry.io, `s2coords.h`, the quadratic one). S2 orders
the cells along a Hilbert curve; only which places share a cell matters here, so that is left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.geo import to_unit_vectors

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

_UV = np.array(
    [
        [(1, 1), (2, 1)],
        [(0, -1), (2, 1)],
        [(0, -1), (1, -1)],
        [(2, 1), (1, 1)],
        [(2, 1), (0, -1)],
        [(1, -1), (0, -1)],
    ]
)
"""Of each face: axis and sign of what is divided by the main axis, for u and for v."""


def cells_at(points: Array, level: int) -> Ints:
    """Face, column and row `(n, 3)` of the cell of a level, 0 to 30, of points `(n, 2)`.

    A face has `2**level` columns and rows. Faces 0, 1, 2 have their middle at (0, 0), (0, 90) and
    the north pole; 3, 4, 5 opposite.
    """
    vectors = to_unit_vectors(points)
    rows = np.arange(len(vectors))
    axis = np.argmax(np.abs(vectors), axis=1)
    main = vectors[rows, axis]
    face = axis + 3 * (main < 0)
    sides = _UV[face]
    uv = sides[..., 1] * vectors[rows[:, None], sides[..., 0]] / main[:, None]
    size = 1 << level
    places = np.clip(np.floor(_squared(uv) * size), 0, size - 1)
    return np.column_stack([face, places]).astype(np.int64)


def _squared(uv: Array) -> Array:
    """From the cube, [-1, 1], to [0, 1] so that cells of a level have about one size."""
    root = 0.5 * np.sqrt(1 + 3 * np.abs(uv))
    result: Array = np.where(uv >= 0, root, 1 - root)
    return result


def adaptive_split(points: Array, most: int, least: int, max_level: int) -> Ints:
    """Cell `(n,)` of each of points `(n, 2)`, numbered from 0 without gaps; -1: in too small a one.

    Args:
        points: the places.
        most: a cell with more of them is cut in four.
        least: a cell with fewer is none.
        max_level: cells of this level are left as they are.
    """
    ids = np.full(len(points), -1, dtype=np.int64)
    left, made = np.arange(len(points)), 0
    for level in range(max_level + 1):
        if len(left) == 0:
            break
        cells = cells_at(points[left], level)
        _, own, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
        whole = (counts <= most) | (level == max_level)
        kept = whole & (counts >= least)
        numbers = np.where(kept, made + np.cumsum(kept) - 1, -1)
        done = whole[own.ravel()]
        ids[left[done]] = numbers[own.ravel()[done]]
        left, made = left[~done], made + int(kept.sum())
    return ids
