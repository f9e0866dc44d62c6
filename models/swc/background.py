"""The background: vectors of pictures whose places are known, sorted by cell, memory-mapped.

A folder of segments, each written once and whole:

    000000/vectors.npy      (m, d), rows of a cell side by side
    000000/members.parquet  panorama, lat, lng, cell of each row

Adding pictures is writing another segment. A search in a cell reads that cell's rows alone.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.lib.format import header_data_from_array_1_0, write_array_header_1_0
from numpy.typing import NDArray

FORMAT = 1

Vectors = NDArray[np.float32] | NDArray[np.float16]
Rows = NDArray[np.int64]

_ROWS = 8192
"""Vectors copied at once: bounds the memory."""


class BackgroundError(ValueError):
    """A background on disk is not what a background should be."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Pictures that were added together."""

    vectors: Vectors
    """`(m, d)`."""
    points: NDArray[np.float64]
    """`(m, 2)`."""
    cells: Rows
    """`(m,)`, ascending."""
    panoramas: pa.Array
    """`m` names, as Arrow keeps them: a million take little."""

    def runs(self, cells: Sequence[int] | Rows | None) -> list[slice]:
        """The rows of each of some cells; None: one run of all rows."""
        if cells is None:
            return [slice(0, len(self.points))]
        asked = np.asarray(cells, dtype=np.int64)
        starts, stops = (np.searchsorted(self.cells, asked + more).tolist() for more in (0, 1))
        return [slice(start, stop) for start, stop in zip(starts, stops, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Pictures of a background, most similar first."""

    panoramas: tuple[str, ...]
    points: NDArray[np.float64]
    """`(k, 2)`."""
    similarities: NDArray[np.float64]
    """`(k,)`, products with the query."""


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """All segments."""

    segments: tuple[Segment, ...]

    def __len__(self) -> int:
        return sum(len(segment.points) for segment in self.segments)

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return int(self.segments[0].vectors.shape[1])

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """Of the numbers."""
        return self.segments[0].vectors.dtype

    @property
    def panoramas(self) -> tuple[str, ...]:
        """Names `(m,)` of all pictures, in the order of `points`."""
        return tuple(name for segment in self.segments for name in segment.panoramas.to_pylist())

    @property
    def points(self) -> NDArray[np.float64]:
        """`(m, 2)`, where all pictures are."""
        return np.concatenate([segment.points for segment in self.segments])

    def search(
        self, query: NDArray[np.float32], k: int, cells: Sequence[int] | Rows | None = None
    ) -> Found:
        """The `k` pictures, or as many as there are, most similar to a query `(d,)`.

        Exact. Ties go to the one that was added, or stands, first. Without cells all are seen;
        given ones, one or more, are ascending.
        """
        runs = [(segment, run) for segment in self.segments for run in segment.runs(cells)]
        parts = [_products(segment.vectors[run], query) for segment, run in runs]
        origins = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        rows = np.concatenate([np.arange(run.start, run.stop) for _, run in runs])
        products = np.concatenate(parts)
        best = _best(products, k)
        chosen = [(runs[o][0], int(r)) for o, r in zip(origins[best], rows[best], strict=True)]
        return Found(
            tuple(segment.panoramas[row].as_py() for segment, row in chosen),
            np.array([segment.points[row] for segment, row in chosen]).reshape(-1, 2),
            products[best],
        )


def _products(vectors: Vectors, query: NDArray[np.float32]) -> NDArray[np.float64]:
    """`(m,)`, a part of the vectors at a time in float32."""
    parts = [
        vectors[first : first + _ROWS].astype(np.float32, copy=False) @ query
        for first in range(0, len(vectors), _ROWS)
    ]
    return np.concatenate([np.zeros(0, np.float32), *parts]).astype(np.float64)


def _best(products: NDArray[np.float64], k: int) -> Rows:
    """Rows of the `k` largest, largest first, ties by the lower row."""
    if k < len(products):
        least = np.partition(products, len(products) - k)[len(products) - k]
        rows = np.flatnonzero(products >= least)
    else:
        rows = np.arange(len(products))
    return rows[np.argsort(-products[rows], kind="stable")[:k]]


def make_segment(
    panoramas: Sequence[str],
    points: NDArray[np.float64],
    vectors: Vectors,
    cells: Rows,
) -> Segment:
    """A segment in memory, of `m` pictures in any order."""
    order = np.argsort(cells, kind="stable")
    return Segment(vectors[order], points[order], cells[order], pa.array(panoramas).take(order))


def append(
    folder: Path,
    panoramas: Sequence[str] | pa.Array,
    points: NDArray[np.float64],
    vectors: Vectors,
    cells: Rows,
) -> Path:
    """Write `m` pictures in any order as the next segment of a background; return its folder.

    Vectors are copied a part at a time, so that they may lie on disk.

    Raises:
        BackgroundError: there are none, or not as many of one as of the other.
    """
    counts = {len(panoramas), len(points), len(vectors), len(cells)}
    if len(counts) != 1 or 0 in counts:
        raise BackgroundError(f"{folder}: expected as many of each, above 0, got: {counts}")
    order = np.argsort(cells, kind="stable")
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{len(_segment_folders(folder)):06}"
    with tempfile.TemporaryDirectory(prefix=".segment.", dir=folder) as scratch:
        new = Path(scratch) / "new"
        new.mkdir()
        _write_sorted(vectors, order, new / "vectors.npy")
        table = pa.table(
            {
                "panorama": pa.array(panoramas).take(order),
                "lat": points[order, 0],
                "lng": points[order, 1],
                "cell": cells[order],
            }
        ).replace_schema_metadata({"homing": f"background {FORMAT}"})
        members = new / "members.parquet"
        pq.write_table(table, members, compression="zstd", compression_level=9)
        shutil.move(new, place)
    return place


def _write_sorted(vectors: Vectors, order: Rows, path: Path) -> None:
    with path.open("wb") as file:
        header = header_data_from_array_1_0(vectors) | {"fortran_order": False}
        write_array_header_1_0(file, header)
        for first in range(0, len(order), _ROWS):
            file.write(np.ascontiguousarray(vectors[order[first : first + _ROWS]]).tobytes())


def save_background(background: Background, folder: Path) -> None:
    """Write all segments to an empty folder."""
    for s in background.segments:
        append(folder, s.panoramas, s.points, s.vectors, s.cells)


def open_background(folder: Path) -> Background:
    """Open a background; its vectors stay on disk until they are asked for.

    Raises:
        BackgroundError: there is no segment, or one is broken, or they do not fit each other.
    """
    segments = tuple(_open_segment(path) for path in _segment_folders(folder))
    dims = {segment.vectors.shape[1] for segment in segments}
    if len(dims) != 1:
        raise BackgroundError(f"{folder}: expected segments of one dimension, got: {sorted(dims)}")
    return Background(segments)


def _segment_folders(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("[0-9]*/members.parquet"))


def _open_segment(folder: Path) -> Segment:
    try:
        table = pq.read_table(folder / "members.parquet")
        vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        points = np.stack([table["lat"].to_numpy(), table["lng"].to_numpy()], axis=1)
        cells, panoramas = table["cell"].to_numpy(), table["panorama"].combine_chunks()
    except (OSError, EOFError, KeyError, ValueError, pa.ArrowException) as error:
        raise BackgroundError(f"{folder}: expected a segment, got: {error}") from error
    found = (table.schema.metadata or {}).get(b"homing", b"none").decode()
    if found != f"background {FORMAT}":
        raise BackgroundError(f"{folder}: expected background {FORMAT}, got: {found}")
    if vectors.ndim != 2 or len(vectors) != len(points) or (np.diff(cells) < 0).any():
        raise BackgroundError(
            f"{folder}: expected a vector for each of {len(points)} members in the order of their "
            f"cells, got: {vectors.shape}"
        )
    return Segment(vectors, points, cells, panoramas)
