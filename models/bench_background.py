"""`make bench`, background: search inside a cell of a million pictures, beside gathering its rows.

Pictures lie in cells as unevenly as in the release of Search within Cell: half of the cells have at
most 15 pictures for 29 on average, one in ten has 73 or more.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from models.samples import unit
from models.swc.background import Background, append, open_background
from models.swc.config import SWC
from models.swc.search import agreed_place

Vectors = NDArray[np.float32]

CELLS = 26_406
"""Of the release, for 763,265 pictures."""

UNEVEN = np.log(73 / 15) / 1.2816
"""Deviation of the logarithm of a cell's pictures: of a lognormal with that median and 90 %."""

TARGET_MS, TARGET_TIMES = 10, 1.3
_ROWS = 20_000
_BASELINE = 20
"""Queries of the baseline, and of the check."""


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    vectors: Vectors
    cells: NDArray[np.int64]
    points: NDArray[np.float64]


def main(argv: list[str]) -> int:
    """Measure and print; 1 when a search was not exact."""
    parser = argparse.ArgumentParser(description="Measure the search inside a cell.")
    parser.add_argument("--pictures", type=int, default=1_000_000, help="default: %(default)s")
    parser.add_argument("--dims", type=int, default=512, help="default: %(default)s")
    parser.add_argument("--queries", type=int, default=1000, help="default: %(default)s")
    asked = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        made = _make(asked.pictures, asked.dims, Path(scratch) / "vectors.npy")
        started = time.monotonic()
        names = [f"p{row}" for row in range(asked.pictures)]
        append(Path(scratch) / "b", names, made.points, made.vectors, made.cells)
        built_s = time.monotonic() - started
        made = _reopened(made, Path(scratch) / "vectors.npy")
        background = open_background(Path(scratch) / "b")
        ours_ms = _searched(background, made, asked.queries)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        theirs_ms, exact = _gathered(background, made)
    size = asked.pictures * asked.dims * 4
    _show(asked, ours_ms, theirs_ms, built_s, peak / size)
    print(f"exact: {exact} of {_BASELINE} as brute force inside the cell")
    return 0 if exact == _BASELINE else 1


def _make(pictures: int, dims: int, path: Path) -> _Made:
    """Random unit vectors on disk, in no order."""
    rng = np.random.default_rng(1)
    vectors: Vectors = open_memmap(path, mode="w+", dtype=np.float32, shape=(pictures, dims))
    for first in range(0, pictures, _ROWS):
        count = min(_ROWS, pictures - first)
        vectors[first : first + count] = unit(rng.standard_normal((count, dims), np.float32))
    sizes = rng.lognormal(sigma=UNEVEN, size=max(1, round(pictures * CELLS / 763_265)))
    cells = rng.choice(len(sizes), size=pictures, p=sizes / sizes.sum())
    return _Made(vectors, cells, rng.uniform((-60, -180), (70, 180), (pictures, 2)))


def _reopened(made: _Made, path: Path) -> _Made:
    """The same without the pages that were read so far."""
    vectors: Vectors = np.load(path, mmap_mode="r")
    return _Made(vectors, made.cells, made.points)


def _queries(made: _Made, count: int) -> list[tuple[Vectors, int]]:
    """Random ones, in cells as often as these have pictures: more than a fair share are large."""
    rng = np.random.default_rng(2)
    cells = made.cells[rng.integers(len(made.cells), size=count)]
    vectors = unit(rng.standard_normal((count, made.vectors.shape[1]), np.float32))
    return [(vector, int(cell)) for vector, cell in zip(vectors, cells, strict=True)]


def _searched(background: Background, made: _Made, count: int) -> NDArray[np.float64]:
    """Milliseconds `(count,)` of search and agreement."""
    took = []
    for query, cell in _queries(made, count):
        started = time.perf_counter()
        found = background.search(query, SWC.neighbours, [cell])
        agreed_place(
            found.points, found.similarities, eps_km=SWC.eps_km, min_samples=SWC.min_samples
        )
        took.append(time.perf_counter() - started)
    return np.array(took) * 1e3


def _gathered(background: Background, made: _Made) -> tuple[NDArray[np.float64], int]:
    """The same from vectors in no order: milliseconds, and how often both found the same."""
    took, same = [], 0
    for query, cell in _queries(made, _BASELINE):
        started = time.perf_counter()
        rows = np.flatnonzero(made.cells == cell)
        best = rows[np.argsort(-(made.vectors[rows] @ query), kind="stable")[: SWC.neighbours]]
        took.append(time.perf_counter() - started)
        found = background.search(query, SWC.neighbours, [cell])
        same += found.panoramas == tuple(f"p{row}" for row in best)
    return np.array(took) * 1e3, same


def _show(
    asked: argparse.Namespace,
    ours_ms: NDArray[np.float64],
    theirs_ms: NDArray[np.float64],
    built_s: float,
    times: float,
) -> None:
    title = f"Search within cell, background of {asked.pictures:,} x {asked.dims}"
    table = Table("", "homing", "rows gathered", "target", title=title)
    medians = [f"{np.median(ms):.2f} ms" for ms in (ours_ms, theirs_ms)]
    table.add_row("a query, median", *medians, f"under {TARGET_MS} ms")
    slow = [f"{np.quantile(ms, 0.99):.2f} ms" for ms in (ours_ms, theirs_ms)]
    table.add_row("a query, 99 %", *slow, "")
    table.add_row("peak memory", f"{times:.2f} x the matrix", "", f"within {TARGET_TIMES} x")
    table.add_row("to build", f"{built_s:.0f} s", "", "")
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
