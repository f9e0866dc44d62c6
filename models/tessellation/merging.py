"""Merging areas until each holds enough locations. Graphs only, no geometry."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from models.tessellation.neighbours import Links, absorb, components, contracted

Numbers = NDArray[np.int64]


def merged(counts: Numbers, parents: Numbers, links: Links, least: int, most: int) -> Numbers:
    """Group `(n,)` of each node, numbered from 0, so that each group counts `least` or more.

    Empty nodes go to populated ones by land, ring by ring. Then the smallest group joins a
    neighbour until none is too small, or all have become one. A neighbour by land goes before one
    across water, the same parent before others, one that does not become too large before others,
    and then the closest.

    Args:
        counts: locations `(n,)` in each node.
        parents: admin-1 area `(n,)` of each.
        links: how close they are; all nodes hang together.
        least: locations of a group.
        most: not to be passed by joining, where there is a choice.
    """
    owners = np.where(counts > 0, np.arange(len(counts)), -1)
    _spread(owners, parents, links, within_parent=True)
    _spread(owners, parents, links, within_parent=False)
    # What nobody reaches by land are landmasses without any location; each stays whole.
    landmass = components(links, owners)
    kinds = np.where(owners < 0, len(counts) + landmass, owners)
    _, first, groups = np.unique(kinds, return_index=True, return_inverse=True)
    first = np.where(owners[first] < 0, first, owners[first])
    held = np.bincount(groups, counts).astype(np.int64)
    return _joined(held, parents[first], contracted(links, groups), least, most)[groups]


def anchored(counts: Numbers, links: Links, least: int) -> tuple[Numbers, Links]:
    """Group `(n,)` of each node, and the groups' links, so that each landmass counts `least`.

    The smallest landmass becomes one group with the node that is nearest across water, until all
    count enough or hang together. Groups of one landmass have only links by land.
    """
    groups = np.arange(len(counts))
    while True:
        net = contracted(links, groups)
        landmass = components(net, np.zeros(len(net), dtype=np.int64))
        totals = np.bincount(landmass, np.bincount(groups, counts))
        if len(totals) == 1 or totals.min() >= least:
            return groups, _by_land(net, landmass)
        small = landmass == np.argmin(totals)
        ways = [
            (close, -other)
            for node in np.flatnonzero(small)
            for other, close in net[node].items()
            if not small[other]
        ]
        into = np.where(small, -max(ways)[1], np.arange(len(net)))
        groups = np.unique(into[groups], return_inverse=True)[1].astype(np.int64)


def _by_land(links: Links, landmass: Numbers) -> Links:
    """Without ways across water from a landmass to itself."""
    number_of = landmass.tolist()
    return [
        {
            other: close
            for other, close in neighbours.items()
            if close > 0 or number_of[other] != number_of[node]
        }
        for node, neighbours in enumerate(links)
    ]


def _spread(owners: Numbers, parents: Numbers, links: Links, *, within_parent: bool) -> None:
    """Give empty nodes to the owner of the neighbour by land with the longest border."""
    parent_of = parents.tolist()
    owner_of = owners.tolist()
    ring = [node for node, owner in enumerate(owner_of) if owner >= 0]
    while ring:
        reached = {other for node in ring for other in links[node] if owner_of[other] < 0}
        found = {}
        for node in reached:
            choices = [
                (close, -owner_of[other])
                for other, close in links[node].items()
                if close > 0
                and owner_of[other] >= 0
                and not (within_parent and parent_of[other] != parent_of[node])
            ]
            if choices:
                found[node] = -max(choices)[1]
        for node, owner in found.items():
            owner_of[node] = owner
        ring = list(found)
    owners[:] = owner_of


def _joined(counts: Numbers, parents: Numbers, links: Links, least: int, most: int) -> Numbers:
    """Group `(n,)` of each node after the smallest ones have joined. Uses `links` up."""
    held, parent_of = counts.tolist(), parents.tolist()
    into = list(range(len(held)))
    waiting = [(count, node) for node, count in enumerate(held) if count < least]
    heapq.heapify(waiting)
    while waiting:
        count, node = heapq.heappop(waiting)
        if into[node] != node or count != held[node] or not links[node]:
            continue
        other = _partner(node, held, parent_of, links, most)
        # The larger one goes on, with its parent.
        small, large = sorted((node, other), key=lambda at: (held[at], -at))
        absorb(links, small, large)
        into[small] = large
        held[large] += held[small]
        if held[large] < least:
            heapq.heappush(waiting, (held[large], large))
    return _numbered(into)


def _partner(node: int, held: list[int], parent_of: list[int], links: Links, most: int) -> int:
    def merit(other: int) -> tuple[bool, bool, bool, float, int]:
        close = links[node][other]
        same = parent_of[other] == parent_of[node]
        return close > 0, same, held[other] + held[node] <= most, close, -other

    return max(links[node], key=merit)


def _numbered(into: list[int]) -> Numbers:
    """Roots of a forest, numbered from 0 in their order."""
    roots = []
    for node in range(len(into)):
        root = node
        while into[root] != root:
            root = into[root]
        roots.append(root)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)
