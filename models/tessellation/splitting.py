"""Splitting an area that holds too many locations: OPTICS clusters, Voronoi tessellation.

The area is cut into the Voronoi cells of its locations. Cells of one cluster belong together, and
so do those of the noise around it; where there are no clusters left to tell apart, the cells are
halved. Every part grows over the borders of Voronoi cells, so it holds its own locations, and it
hangs together where the area does.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from models.geo import to_unit_vectors
from models.tessellation.clusters import NOISE, optics
from models.tessellation.merging import Numbers, anchored, merged
from models.tessellation.neighbours import (
    Links,
    components,
    contracted,
    coverage,
    links_of,
    restricted,
)

Points = NDArray[np.float64]

Part = tuple[shapely.Geometry, Numbers]
"""A piece of an area, and the rows of the locations in it."""

_SITE_DECIMALS = 6
"""Locations less than 0.1 m apart are one site of the tessellation."""

_OPTICS_MOST = 20_000
"""Above, halving comes first: the time of OPTICS grows with the square."""

_DIRECTIONS = 16
"""In which a halving is tried."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large cells may be, in locations, and how they are split."""

    least: int
    most: int
    optics_rounds: tuple[tuple[int, float], ...]
    """(min_samples, xi), one after the other."""


@dataclass(frozen=True, slots=True, eq=False)
class _Mosaic:
    """An area in pieces with a location or more each, and the locations."""

    pieces: list[NDArray[np.object_]]
    links: Links
    points: Points
    """`(n, 2)` lat, lng."""
    homes: Numbers
    """`(n,)`, piece of each location."""

    def __len__(self) -> int:
        return len(self.pieces)

    def only(self, nodes: Numbers) -> tuple[_Mosaic, Numbers]:
        """Some of the pieces; and which locations are theirs."""
        row_of = np.full(len(self), -1)
        row_of[nodes] = np.arange(len(nodes))
        rows = np.flatnonzero(row_of[self.homes] >= 0)
        links = restricted(self.links, nodes.tolist())
        pieces = [self.pieces[node] for node in nodes]
        return _Mosaic(pieces, links, self.points[rows], row_of[self.homes[rows]]), rows


def split(area: shapely.Geometry, points: Points, limits: Limits) -> list[Part]:
    """The parts of an area, and the rows of the locations `(n, 2)` in each.

    A part counts `least` to `most` locations, unless too many of them coincide or no halves that
    hang together do. `points` are lat, lng and lie in the area, whose x is lng and y is lat.
    """
    if len(points) <= limits.most:
        return [(area, np.arange(len(points)))]
    whole = _mosaic(area, points, limits.least)
    todo = [(whole, np.arange(len(points)), 0)]
    done: list[Part] = []
    while todo:
        mosaic, rows, start = todo.pop()
        groups, start = _groups(mosaic, limits, start)
        if groups.max() == 0:
            done.append((shapely.coverage_union_all(np.concatenate(mosaic.pieces)), rows))
            continue
        for group in range(groups.max() + 1):
            part, mine = mosaic.only(np.flatnonzero(groups == group))
            todo.append((part, rows[mine], start))
    return done


def _groups(mosaic: _Mosaic, limits: Limits, start: int) -> tuple[Numbers, int]:
    """Group of each piece, all 0 if they stay together, and the OPTICS round that parted them."""
    count, rounds = len(mosaic.points), limits.optics_rounds
    if count <= limits.most:
        return np.zeros(len(mosaic), dtype=np.int64), start
    for turn in range(start, len(rounds)) if count <= _OPTICS_MOST else ():
        labels = _cluster_labels(mosaic.points, *rounds[turn], limits.least)
        groups = _settled(mosaic, labels, limits)
        if groups.max() > 0:
            return groups, turn
    turn = start if count > _OPTICS_MOST else len(rounds)
    return _settled(mosaic, _halves(mosaic, limits)[mosaic.homes], limits), turn


def _settled(mosaic: _Mosaic, labels: Numbers, limits: Limits) -> Numbers:
    """Group of each piece: those of one label that hang together, and none too small."""
    of_piece = np.full(len(mosaic), -1, dtype=np.int64)
    np.maximum.at(of_piece, mosaic.homes, labels)
    parts = components(mosaic.links, of_piece)
    counts = np.bincount(parts[mosaic.homes])
    links = contracted(mosaic.links, parts)
    return merged(counts, np.zeros_like(counts), links, limits.least, limits.most)[parts]


def _cluster_labels(points: Points, min_samples: int, xi: float, least: int) -> Numbers:
    """Cluster of each location; noise joins the nearest, or stands alone beside a single one."""
    labels = optics(points, min_samples=min_samples, xi=xi, min_cluster=least)
    noise = labels == NOISE
    if labels.max() > 0 and noise.any():
        vectors = to_unit_vectors(points)
        labels[noise] = labels[~noise][cKDTree(vectors[~noise]).query(vectors[noise])[1]]
    return labels


def _mosaic(area: shapely.Geometry, points: Points, least: int) -> _Mosaic:
    sites, site_of = np.unique(
        np.round(points[:, ::-1], _SITE_DECIMALS), axis=0, return_inverse=True
    )
    parts = coverage(_voronoi_parts(area, sites))
    home_of = np.asarray(shapely.STRtree(parts).nearest(np.asarray(shapely.points(sites))))
    homes = home_of[site_of.reshape(-1)]
    counts = np.bincount(homes, minlength=len(parts))
    links = links_of(parts)
    # What Voronoi cells have beyond a bay or a neck goes to a neighbour.
    groups = merged(counts, np.zeros_like(counts), links, least=1, most=len(points))
    held = np.bincount(groups, counts).astype(np.int64)
    anchors, links = anchored(held, contracted(links, groups), least)
    groups = anchors[groups]
    order = np.argsort(groups, kind="stable")
    pieces = np.split(parts[order], np.flatnonzero(np.diff(groups[order])) + 1)
    return _Mosaic(pieces, links, points, groups[homes])


def _voronoi_parts(area: shapely.Geometry, sites: Points) -> NDArray[np.object_]:
    """The area cut by the Voronoi cells of sites `(n, 2)` of lng, lat; each part is a polygon.

    Distances are those of the plane that is true in the middle of the sites; only scaled, so that
    straight borders stay straight.
    """
    scale = np.array([np.cos(np.radians(sites[:, 1].mean())), 1.0])
    if len(sites) == 1:
        cells = np.array([shapely.box(*shapely.bounds(area))])
    else:
        reach = shapely.box(*shapely.bounds(area)).buffer(1)
        cells = shapely.get_parts(
            shapely.voronoi_polygons(
                shapely.multipoints(sites * scale),
                extend_to=shapely.transform(reach, lambda at: at * scale),
            )
        )
        cells = shapely.transform(cells, lambda at: at / scale)
    shapely.prepare(area)
    crossing = ~shapely.contains_properly(area, cells)
    cells[crossing] = shapely.intersection(cells[crossing], area)
    return polygons_in(cells)


def polygons_in(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The polygons in shapes; not the points and lines that cuts leave where things touch."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    return np.asarray(parts[shapely.area(parts) > 0])


def _halves(mosaic: _Mosaic, limits: Limits) -> Numbers:
    """0 or 1 `(pieces,)`: two parts that hang together, the counts of both within reach.

    A part grows from one end of the area to the other until it holds its share, in one direction
    after the other, the longest first.
    """
    counts = np.bincount(mosaic.homes)
    total = int(counts.sum())
    number = max(2, round(total / ((limits.least + limits.most) / 2)))
    share = total * (number // 2) // number
    best, labels = -1, np.zeros(len(mosaic), dtype=np.int64)
    for heights in _heights(mosaic):
        found = _grown(counts, heights, mosaic.links, share)
        held = int(counts[found == 1].sum())
        worst = min(held, total - held)
        if worst > best:
            best, labels = worst, found
        if worst >= limits.least and abs(held - share) <= 0.1 * share:
            break
    return labels


def _heights(mosaic: _Mosaic) -> Sequence[Points]:
    """Kilometre-like coordinates `(pieces,)` along some directions, the widest spread first."""
    lat, lng = (np.zeros(len(mosaic)) for _ in range(2))
    # One location stands for its piece, which has another one only on an islet.
    lat[mosaic.homes], lng[mosaic.homes] = mosaic.points.T
    x, y = lng * np.cos(np.radians(lat.mean())), lat
    angles = np.arange(_DIRECTIONS) * 2 * np.pi / _DIRECTIONS
    heights = [x * np.cos(angle) + y * np.sin(angle) for angle in angles]
    return sorted(heights, key=lambda row: -round(float(np.std(row)), 9))


def _grown(counts: Numbers, heights: Points, links: Links, share: int) -> Numbers:
    """1 for the pieces of a part that grows from the lowest one to a share, 0 for the rest."""
    height_of, count_of = heights.tolist(), counts.tolist()
    labels = np.zeros(len(links), dtype=np.int64)
    held, start = 0, int(np.argmin(heights))
    edge, seen = [(height_of[start], start)], {start}
    while edge and held < share:
        _, node = heapq.heappop(edge)
        labels[node] = 1
        held += count_of[node]
        for other in links[node]:
            if other not in seen:
                seen.add(other)
                heapq.heappush(edge, (height_of[other], other))
    return _with_cut_off(labels, counts, links)


def _with_cut_off(labels: Numbers, counts: Numbers, links: Links) -> Numbers:
    """Also 1 for what of the rest does not hang together with most of it."""
    parts = components(links, labels)
    held = np.bincount(parts, np.where(labels == 0, counts, 0))
    return np.where((labels == 0) & (parts == np.argmax(held)), 0, 1)
