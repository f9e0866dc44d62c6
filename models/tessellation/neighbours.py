"""Which areas are neighbours: they share a border, or, across water, lie near each other.

A `Links` says how close every area is to each of its neighbours, in one number: the kilometres of
border that they share, or, for areas of different landmasses, minus the kilometres between them.
More is closer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from models.geo import haversine_km, mercator

Links = list[dict[int, float]]
"""For each node its neighbours and how close they are; symmetric."""

_SNAP_DEG = 1e-8
"""Corners nearer than a millimetre are one."""

_KNOT_DECIMALS = 9
"""Corners nearer than 0.1 mm are one to the triangulation, which would leave one out."""


def coverage(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """The polygons `(n,)` with the same corners on both sides of a border.

    Where some overlap, the first one keeps the ground.
    """
    # The stubs are of shapely 2.1.
    clean = shapely.coverage_clean  # type: ignore[attr-defined]
    return np.asarray(clean(polygons, snapping_distance=_SNAP_DEG, merge_strategy="min_index"))


def links_of(polygons: NDArray[np.object_]) -> Links:
    """How close polygons `(n,)` are to each other; all of them hang together.

    The polygons are a `coverage`, in degrees, x lng and y lat. The antimeridian is unknown here:
    shift what lies beyond it by 360 degrees.
    """
    links: Links = [{} for _ in polygons]
    _connect(links, *_borders(polygons))
    landmass = components(links, np.zeros(len(polygons), dtype=np.int64))
    if landmass.max(initial=0) > 0:
        _connect(links, *_ferries(polygons, landmass))
    return links


def _connect(links: Links, pairs: NDArray[np.int64], closeness: NDArray[np.float64]) -> None:
    for (one, other), close in zip(pairs.tolist(), closeness.tolist(), strict=True):
        links[one][other] = links[other][one] = _closer(links[one].get(other), close)


def _closer(one: float | None, other: float) -> float:
    """Borders add up; of two ways across water the shorter one counts."""
    if one is None:
        return other
    return one + other if one > 0 and other > 0 else max(one, other)


def _borders(polygons: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Pairs `(m, 2)` that share a border, and its kilometres: the segments that both have."""
    parts, polygon = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    knots, ring = shapely.get_coordinates(rings, return_index=True)
    _, knot = np.unique(knots @ np.array([1, 1j]), return_inverse=True)
    steps = np.flatnonzero(ring[1:] == ring[:-1])
    ends = np.sort(np.stack([knot[steps], knot[steps + 1]], axis=1), axis=1)
    order = np.lexsort(ends.T)
    twice = np.flatnonzero((ends[order][1:] == ends[order][:-1]).all(axis=1))
    step = steps[order[twice]]
    km = haversine_km(knots[step, ::-1], knots[step + 1, ::-1])
    owner = polygon[part[ring[steps]]]
    pairs = np.sort(np.stack([owner[order[twice]], owner[order[twice + 1]]], axis=1), axis=1)
    distinct, row = np.unique(pairs, axis=0, return_inverse=True)
    total_km = np.bincount(row.reshape(-1), km, minlength=len(distinct)).astype(np.float64)
    return distinct, total_km


def _ferries(
    polygons: NDArray[np.object_], landmass: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Pairs `(m, 2)` that face each other across water, and minus the kilometres between.

    Corners that face each other share an edge of the Delaunay triangulation of all corners, which
    holds each corner's nearest one and hangs together.
    """
    knots, area = shapely.get_coordinates(polygons, return_index=True)
    knots, once, at = np.unique(
        np.round(knots, _KNOT_DECIMALS), axis=0, return_index=True, return_inverse=True
    )
    triangles = Delaunay(mercator(knots[:, ::-1])).simplices
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    km = haversine_km(knots[edges[:, 0], ::-1], knots[edges[:, 1], ::-1])
    # Areas that share a corner are 0 km apart.
    shared = np.stack([area, area[once][at.reshape(-1)]], axis=1)
    pairs = np.concatenate([area[once][edges], shared])
    closeness = -np.concatenate([km, np.zeros(len(shared))])
    apart = landmass[pairs[:, 0]] != landmass[pairs[:, 1]]
    return pairs[apart], closeness[apart]


def components(links: Links, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number `(n,)` of the part that each node is in: same label, and a way over land."""
    found = np.full(len(links), -1, dtype=np.int64)
    wanted = labels.tolist()
    number = 0
    for start in range(len(links)):
        if found[start] >= 0:
            continue
        found[start], open_nodes = number, [start]
        while open_nodes:
            node = open_nodes.pop()
            for other, close in links[node].items():
                if close > 0 and found[other] < 0 and wanted[other] == wanted[node]:
                    found[other] = number
                    open_nodes.append(other)
        number += 1
    return found


def contracted(links: Links, groups: NDArray[np.int64]) -> Links:
    """The links between groups `(n,)` of nodes, numbered from 0 without gaps."""
    group_of = groups.tolist()
    result: Links = [{} for _ in range(max(group_of, default=-1) + 1)]
    for node, neighbours in enumerate(links):
        mine = result[group_of[node]]
        for other, close in neighbours.items():
            group = group_of[other]
            if group != group_of[node]:
                mine[group] = _closer(mine.get(group), close)
    return result


def restricted(links: Links, nodes: Sequence[int]) -> Links:
    """The links among some nodes, which are numbered anew in the order given."""
    row_of = {node: row for row, node in enumerate(nodes)}
    return [
        {row_of[other]: close for other, close in links[node].items() if other in row_of}
        for node in nodes
    ]


def absorb(links: Links, node: int, into: int) -> None:
    """Give all links of a node to another one; the node is left without any."""
    for other, close in links[node].items():
        del links[other][node]
        if other != into:
            links[into][other] = links[other][into] = _closer(links[into].get(other), close)
    links[node] = {}
