"""`make bench`, geocells, loss and refinement: ours beside the reference, restated in plain loops.

The reference joins small areas one by one, and makes the shapes of all cells of the country anew
each time; it splits by scikit-learn's OPTICS on degrees. What it does wrong (cells across borders,
locations lost) is left out. All seconds are those of one CPU; the original took 542 of them for
20,000 locations.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from shapely import affinity
from sklearn.cluster import OPTICS

from models.bench_loss import loss_table
from models.bench_refiner import refiner_table
from models.geography.admin import AdminAreas, AdminSource
from models.geography.borders import area_of
from models.geography.hierarchy import GeoNamesAreas
from models.pigeon import PIGEON
from models.semantic_geocells import semantic_geocells
from models.tessellate import summary
from models.tessellation.splitting import Limits
from models.world.sampling import draw_places

Points = NDArray[np.float64]

LIMITS = Limits(PIGEON.min_points, PIGEON.max_points, PIGEON.optics_rounds)
TARGETS_S = {20_000: 30, 100_000: 180}


@dataclass(slots=True)
class _Cell:
    parent: str
    rows: list[int]
    polygons: list[shapely.Geometry]

    def shape(self) -> shapely.Geometry:
        return shapely.union_all(self.polygons)


def main(argv: list[str]) -> int:
    """Measure and print; 0 whatever the numbers are: they are for people to judge."""
    parser = argparse.ArgumentParser(
        description="Measure the making of semantic geocells, the loss and refinement."
    )
    parser.add_argument("--locations", type=int, default=2000, help="for both (default: 2000)")
    count: int = parser.parse_args(argv).locations
    source = GeoNamesAreas()
    places = [(spot.lat, spot.lng) for spot in draw_places(max(TARGETS_S), seed=1)]
    points = np.array(places, dtype=np.float64)
    ours_s = _ours(points[:count], source)
    started = time.process_time()
    _reference(points[:count], source.polygons(2))
    theirs_s = time.process_time() - started
    table = Table("", "homing", "reference", "times faster", title="Semantic geocells")
    row = (f"{ours_s:.1f} s", f"{theirs_s:.1f} s", f"{theirs_s / ours_s:.0f}")
    table.add_row(f"{count:,} locations", *row)
    for more, target_s in TARGETS_S.items():
        row = (f"{_ours(points[:more], source):.1f} s", f"target: under {target_s} s", "")
        table.add_row(f"{more:,} locations", *row)
    Console().print(table)
    Console().print(loss_table())
    Console().print(refiner_table())
    return 0


def _ours(points: Points, source: AdminSource) -> float:
    started = time.process_time()
    geocells = semantic_geocells(points, source, LIMITS)
    took_s = time.process_time() - started
    print(summary(geocells, points, LIMITS))
    return took_s


def _reference(points: Points, areas: AdminAreas) -> list[_Cell]:
    rows = area_of(areas.polygons, points)
    cells = []
    for country in np.unique(areas.countries[rows[rows >= 0]]):
        fused = _fused(_populated(areas, np.flatnonzero(areas.countries == country), rows))
        cells += [part for cell in fused for part in _split(cell, points)]
    return cells


def _populated(areas: AdminAreas, mine: NDArray[np.int64], rows: NDArray[np.int64]) -> list[_Cell]:
    """A cell for each area with locations; the others go to the one with the nearest middle."""
    middles = shapely.get_coordinates(shapely.centroid(areas.polygons[mine]))
    held = [np.flatnonzero(rows == area).tolist() for area in mine]
    full = [at for at, locations in enumerate(held) if locations]
    cells = [_Cell(str(areas.parents[mine[at]]), held[at], []) for at in full]
    for at, area in enumerate(mine):
        nearest = int(np.argmin(np.linalg.norm(middles[full] - middles[at], axis=1)))
        cells[nearest].polygons.append(areas.polygons[area])
    return cells


def _fused(cells: list[_Cell]) -> list[_Cell]:
    chance = np.random.default_rng(330)
    alone: list[_Cell] = []
    while small := [cell for cell in cells if len(cell.rows) < LIMITS.least]:
        drawn = small[int(chance.integers(len(small)))]
        cells.remove(drawn)
        reach = affinity.scale(drawn.shape(), 1.01, 1.01)
        # Every shape of the country is made anew for every join.
        near = [
            cell
            for cell in cells
            if shapely.intersects(reach, affinity.scale(cell.shape(), 1.01, 1.01))
        ]
        same = [cell for cell in near if cell.parent == drawn.parent]
        if not near:
            alone.append(drawn)
            continue
        partner = max(same or near, key=lambda cell: len(cell.rows))
        partner.rows += drawn.rows
        partner.polygons += drawn.polygons
    return cells + alone


def _split(cell: _Cell, points: Points) -> list[_Cell]:
    for min_samples, xi in LIMITS.optics_rounds:
        if len(cell.rows) <= LIMITS.most:
            break
        at = points[cell.rows][:, ::-1]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # coinciding locations
            labels = OPTICS(min_samples=min_samples, xi=xi).fit(at).labels_
        found, counts = np.unique(labels[labels >= 0], return_counts=True)
        found = found[counts >= LIMITS.least]
        if len(found) < 2:
            continue
        means = np.array([at[labels == label].mean(axis=0) for label in found])
        return [part for one in _tessellated(cell, at, means) for part in _split(one, points)]
    return [cell]


def _tessellated(cell: _Cell, at: Points, means: Points) -> list[_Cell]:
    sites = shapely.multipoints(means)
    shape = cell.shape()
    tiles = shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=shape, ordered=True))
    nearest = np.argmin(np.linalg.norm(at[:, None] - means, axis=2), axis=1)
    rows = np.array(cell.rows)
    return [
        _Cell(cell.parent, rows[nearest == number].tolist(), [shapely.intersection(shape, tile)])
        for number, tile in enumerate(tiles)
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
