"""OPTICS gives scikit-learn's labels."""

from __future__ import annotations

import numpy as np
import pytest

from models.geo import to_unit_vectors
from models.tessellation.clusters import optics


@pytest.mark.parametrize("seed", range(4))
def test_labels_are_those_of_scikit_learn(seed: int) -> None:
    from sklearn.cluster import OPTICS

    rng = np.random.default_rng(seed)
    towns = rng.uniform((60, 170), (70, 190), (6, 2))
    points = towns[rng.integers(6, size=150)] + rng.normal(0, 0.2, (150, 2))
    theirs = OPTICS(min_samples=5, xi=0.05, min_cluster_size=12).fit(to_unit_vectors(points))
    ours = optics(points, min_samples=5, xi=0.05, min_cluster=12)
    assert theirs.labels_.max() > 0
    assert np.array_equal(ours, theirs.labels_)


def test_too_few_points_are_noise() -> None:
    assert optics(np.zeros((4, 2)), min_samples=3, xi=0.05, min_cluster=5).tolist() == [-1] * 4


def test_coinciding_points_do_no_harm() -> None:
    points = np.array([(10.0, 10.0)] * 20 + [(50.0, 50.0)] * 20)
    labels = optics(points, min_samples=3, xi=0.05, min_cluster=5)
    assert (labels[:20] == labels[0]).all()
    assert (labels[20:] == labels[20]).all()
    assert labels[0] != labels[20]
