"""Merging on small graphs whose outcome one can see."""

from __future__ import annotations

import numpy as np

from models.tessellation.merging import anchored, merged
from models.tessellation.neighbours import Links


def chain(*km: float) -> Links:
    """Nodes in a row, linked by these."""
    links: Links = [{} for _ in range(len(km) + 1)]
    for node, close in enumerate(km):
        links[node][node + 1] = links[node + 1][node] = close
    return links


def groups(counts: list[int], parents: list[int], links: Links, least: int = 5) -> list[int]:
    return merged(np.array(counts), np.array(parents), links, least, 2 * least).tolist()


def test_large_ones_stay_alone() -> None:
    assert groups([7, 7, 7], [0, 0, 0], chain(1, 1)) == [0, 1, 2]


def test_the_longest_border_wins() -> None:
    assert groups([6, 3, 6], [0, 0, 0], chain(1, 2)) == [0, 1, 1]


def test_the_own_parent_goes_before_the_longest_border() -> None:
    assert groups([6, 3, 6], [0, 0, 1], chain(1, 2)) == [0, 0, 1]


def test_who_would_not_become_too_large_goes_first() -> None:
    assert groups([6, 3, 9], [0, 0, 0], chain(1, 2)) == [0, 0, 1]


def test_land_goes_before_water() -> None:
    assert groups([6, 3, 6], [1, 0, 0], chain(1, -0.1)) == [0, 0, 1]


def test_an_island_takes_the_shortest_way() -> None:
    assert groups([6, 3, 6], [0, 0, 0], chain(-2, -1)) == [0, 1, 1]


def test_empty_ones_go_to_their_parent_first() -> None:
    assert groups([6, 0, 0, 6], [0, 0, 0, 1], chain(1, 1, 9)) == [0, 0, 0, 1]


def test_empty_ones_are_met_half_way() -> None:
    assert groups([6, 0, 0, 6], [0, 0, 0, 0], chain(1, 9, 1)) == [0, 0, 1, 1]


def test_an_empty_island_stays_whole() -> None:
    """Nodes 1 and 2 are an empty island between two populated ones."""
    assert groups([6, 0, 0, 6], [0, 0, 0, 0], chain(-3, 1, -2)) == [0, 1, 1, 1]


def test_a_country_below_the_least_is_one() -> None:
    assert groups([1, 1, 1], [0, 1, 2], chain(1, -5)) == [0, 0, 0]


def test_small_landmasses_are_anchored() -> None:
    """Two nodes, an islet with 1, and two more."""
    found, links = anchored(np.array([3, 3, 1, 3, 3]), chain(1, -2, -1, 1), least=5)
    assert found.tolist() == [0, 1, 2, 2, 3]
    assert links[1] == {0: 1, 2: -2}
