"""Agreement by hand; the release's faults are ruled out."""

from __future__ import annotations

import numpy as np
import pytest

from models.geo import destination, haversine_km
from models.swc.search import agreed_place

PARIS, LYON = np.array([48.86, 2.35]), np.array([45.76, 4.84])


def around(place, bearings, km) -> np.ndarray:
    return destination(place, np.array(bearings, float), np.full(len(bearings), float(km)))


def test_the_largest_cluster_wins_over_the_most_similar() -> None:
    points = np.vstack([LYON, around(PARIS, [0, 120, 240], 0.4)])
    place, rows = agreed_place(points, np.array([0.9, 0.5, 0.5, 0.5]), eps_km=1, min_samples=1)
    assert rows.tolist() == [1, 2, 3]
    assert haversine_km(place, PARIS) < 0.001


def test_equal_clusters_are_told_apart_by_similarity() -> None:
    points = np.vstack([around(PARIS, [0, 180], 0.4), around(LYON, [0, 180], 0.4)])
    place, _ = agreed_place(points, np.array([0.5, 0.6, 0.7, 0.7]), eps_km=1, min_samples=1)
    assert haversine_km(place, LYON) < 0.001
    place, _ = agreed_place(points, np.array([0.8, 0.7, 0.7, 0.7]), eps_km=1, min_samples=1)
    assert haversine_km(place, PARIS) < 0.001


@pytest.mark.parametrize("min_samples", [1, 2, 3])
def test_where_none_agree_the_most_similar_is_believed(min_samples: int) -> None:
    points = np.vstack([LYON, PARIS, (0, 0)])
    place, rows = agreed_place(points, np.array([0.2, 0.9, 0.3]), eps_km=1, min_samples=min_samples)
    assert rows.tolist() == [1]
    assert place == pytest.approx(PARIS)


def test_steps_chain_up_to_eps_and_not_beyond() -> None:
    line = destination(PARIS, 90.0, np.array([0, 0.9, 1.8, 3.0]))
    _, rows = agreed_place(line, np.full(4, 0.5), eps_km=1, min_samples=1)
    assert rows.tolist() == [0, 1, 2]
    _, rows = agreed_place(line, np.full(4, 0.5), eps_km=1.25, min_samples=1)
    assert rows.tolist() == [0, 1, 2, 3]


def test_the_mean_is_on_the_sphere() -> None:
    """Around a place 400 km wide, a mean that is not brought back has its latitude wrong by 0.1."""
    points = around((70.0, 20.0), [0, 90, 180, 270], 400)
    place, rows = agreed_place(points, np.full(4, 0.5), eps_km=900, min_samples=1)
    assert len(rows) == 4
    assert haversine_km(place, (70.0, 20.0)) < 0.01


def test_one_picture_is_its_own_place() -> None:
    place, _ = agreed_place(PARIS[None], np.array([0.1]), eps_km=1, min_samples=1)
    assert place == pytest.approx(PARIS)
