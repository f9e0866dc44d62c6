"""The S2 split against S2's published table of cell areas, and by counting."""

from __future__ import annotations

import numpy as np
import pytest

from models.geo import EARTH_RADIUS_KM
from models.swc.s2 import adaptive_split, cells_at

# s2geometry.io/resources/s2cell_statistics: least and greatest area of a level's cells, km2.
AREAS_KM2 = {0: (85011012.19, 85011012.19), 1: (21252753.05, 21252753.05)}
AREAS_KM2 |= {2: (4919708.23, 6026521.16), 3: (1055377.48, 1646455.50)}


def evenly_spread(n: int) -> np.ndarray:
    """Fibonacci's lattice, `(n, 2)`."""
    at = np.arange(n)
    lat = np.degrees(np.arcsin(1 - (2 * at + 1) / n))
    return np.stack([lat, (at * 360 / ((1 + 5**0.5) / 2)) % 360 - 180], axis=1)


@pytest.mark.parametrize("level", AREAS_KM2)
def test_cells_have_the_published_areas(level: int) -> None:
    n = 150_000
    counts = np.unique(cells_at(evenly_spread(n), level), axis=0, return_counts=True)[1]
    assert len(counts) == 6 * 4**level
    areas = counts / n * 4 * np.pi * EARTH_RADIUS_KM**2
    assert (areas.min(), areas.max()) == pytest.approx(AREAS_KM2[level], rel=0.015)


def test_faces_lie_where_s2_has_them() -> None:
    middles = [(0, 0), (0, 90), (90, 0), (0, 180), (0, -90), (-90, 0)]
    assert cells_at(np.array(middles, float), 1)[:, 0].tolist() == [0, 1, 2, 3, 4, 5]
    # u grows to the east of face 0, v to the north.
    corners = np.array([(-30.0, -30.0), (-30, 30), (30, -30), (30, 30)])
    assert cells_at(corners, 1).tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1]]


def test_a_cell_holds_its_four_children() -> None:
    points = evenly_spread(5000)
    parents, children = cells_at(points, 6), cells_at(points, 7)
    assert (children[:, 1:] // 2 == parents[:, 1:]).all()
    assert (children[:, 0] == parents[:, 0]).all()


def test_crowded_cells_are_cut_and_small_ones_left_out() -> None:
    rng = np.random.default_rng(1)
    town = np.array([48.0, 2.0]) + rng.normal(scale=0.2, size=(300, 2))
    points = np.vstack([town, rng.uniform((-30, -170), (60, 170), (200, 2)), [(-89.0, 0.0)]])
    ids = adaptive_split(points, most=20, least=2, max_level=20)
    counts = np.bincount(ids[ids >= 0])
    assert counts.min() >= 2
    assert counts.max() <= 20
    assert ids[-1] == -1  # alone on its face
    assert len(np.unique(ids[:300])) > 15  # the town is cut finer


def test_no_cell_is_cut_below_the_last_level() -> None:
    same = np.tile([[10.0, 20.0]], (50, 1))
    assert adaptive_split(same, most=5, least=1, max_level=3).tolist() == [0] * 50
    assert adaptive_split(same, most=50, least=51, max_level=3).tolist() == [-1] * 50
