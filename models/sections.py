"""Vectors in sections, as members in geocells: which one of a section is nearest to a query.

FAISS's inverted lists, where each query is sent to the list that it names. It takes differences,
so distances are exact where matrix products lose the last digits; `models.bench_refiner` measures
both.
"""

from __future__ import annotations

import faiss
import numpy as np
from faiss.contrib.ivf_tools import add_preassigned, search_preassigned
from numpy.typing import NDArray

Rows = NDArray[np.int64]


class Sections:
    """An exact index of `count` sections, any of which may be empty."""

    def __init__(self, vectors: NDArray[np.float32], sections: Rows, count: int) -> None:
        """Copies vectors `(m, d)`, each in the section `(m,)`, a number below `count`."""
        dim = vectors.shape[1]
        # It would choose the section of a query, which is known here.
        self._never_asked = faiss.IndexFlatL2(dim)
        self._index = faiss.IndexIVFFlat(self._never_asked, dim, count, faiss.METRIC_L2)
        self._index.is_trained = True
        copied = np.ascontiguousarray(vectors, np.float32)
        add_preassigned(self._index, copied, sections)  # type: ignore[no-untyped-call]

    def nearest(
        self, queries: NDArray[np.float32], sections: Rows
    ) -> tuple[Rows, NDArray[np.float64]]:
        """Row and distance, both `(n,)`, of what is nearest to queries `(n, d)` in their sections.

        Of equals, the first row. In an empty section, or in none (-1), row -1 and distance NaN.
        """
        order = np.argsort(sections, kind="stable")  # a list is read once for all who ask for it
        asked = np.ascontiguousarray(queries[order], np.float32)
        lists = sections[order].reshape(-1, 1)
        to_lists = np.zeros(lists.shape, np.float32)  # known, so of no consequence
        squares, found = search_preassigned(  # type: ignore[no-untyped-call]
            self._index, asked, 1, lists, to_lists
        )
        rows, distances = np.empty(len(order), np.int64), np.empty(len(order))
        rows[order] = found[:, 0]
        distances[order] = np.sqrt(np.where(found >= 0, squares, np.nan)[:, 0])
        return rows, distances
