"""Borders and ways across water, against hand-computed kilometres."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from models.tessellation.neighbours import (
    absorb,
    components,
    contracted,
    coverage,
    links_of,
    restricted,
)

DEGREE_KM = 111.195
SQUARES = np.array([shapely.box(x, 0, x + 1, 1) for x in (0, 1, 2)])


def test_neighbours_by_land_share_kilometres() -> None:
    links = links_of(coverage(SQUARES))
    assert links[0] == pytest.approx({1: DEGREE_KM}, rel=1e-4)
    assert set(links[1]) == {0, 2}


def test_degrees_of_longitude_are_shorter_in_the_north() -> None:
    stacked = coverage(np.array([shapely.box(0, 59, 1, 60), shapely.box(0, 60, 1, 61)]))
    assert links_of(stacked)[0][1] == pytest.approx(DEGREE_KM / 2, rel=1e-3)


def test_a_border_with_a_corner_on_one_side_only_is_one() -> None:
    """One tall square beside two low ones."""
    shapes = [shapely.box(0, 0, 1, 2), shapely.box(1, 0, 2, 1), shapely.box(1, 1, 2, 2)]
    links = links_of(coverage(np.array(shapes)))
    assert links[0] == pytest.approx({1: DEGREE_KM, 2: DEGREE_KM}, rel=1e-4)


def test_a_corner_is_no_border() -> None:
    links = links_of(coverage(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2)])))
    assert links[0][1] == 0


def test_islands_are_linked_by_their_distance() -> None:
    island = shapely.box(3.5, 0, 4, 1)
    links = links_of(coverage(np.array([*SQUARES, island])))
    assert links[3][2] == pytest.approx(-DEGREE_KM / 2, rel=1e-3)
    assert links[2][3] == links[3][2]
    assert components(links, np.zeros(4, dtype=np.int64)).tolist() == [0, 0, 0, 1]


def test_components_stop_at_other_labels() -> None:
    links = [{1: 1.0}, {0: 1.0, 2: 1.0}, {1: 1.0}]
    assert components(links, np.array([5, 6, 5])).tolist() == [0, 1, 2]


def test_groups_add_up_borders_and_keep_the_shortest_way() -> None:
    links = [{2: 1.0, 3: -9.0}, {2: 2.0, 3: -4.0}, {0: 1.0, 1: 2.0}, {0: -9.0, 1: -4.0}]
    assert contracted(links, np.array([0, 0, 1, 2])) == [{1: 3.0, 2: -4.0}, {0: 3.0}, {0: -4.0}]


def test_absorbed() -> None:
    links = [{1: 1.0, 2: 5.0}, {0: 1.0, 2: 2.0}, {0: 5.0, 1: 2.0}]
    absorb(links, 0, into=1)
    assert links == [{}, {2: 7.0}, {1: 7.0}]


def test_restricted() -> None:
    links = [{1: 1.0, 2: 5.0}, {0: 1.0, 2: 2.0}, {0: 5.0, 1: 2.0}]
    assert restricted(links, [2, 0]) == [{1: 5.0}, {0: 5.0}]
