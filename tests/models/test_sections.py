"""The nearest in a section, against brute force."""

from __future__ import annotations

import numpy as np

from models.sections import Sections


def test_against_brute_force() -> None:
    """Sections 0 and 8 to 11 are empty, -1 is none."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(100, 5)).astype(np.float32)
    sections = np.sort(rng.integers(1, 8, size=100))
    queries, asked = rng.normal(size=(60, 5)).astype(np.float32), rng.integers(-1, 12, size=60)
    rows, distances = Sections(vectors, sections, 12).nearest(queries, asked)
    for query, section, row, distance in zip(queries, asked, rows, distances, strict=True):
        own = np.flatnonzero(sections == section)
        away = np.linalg.norm(vectors[own] - query, axis=1)
        assert row == (own[away.argmin()] if len(own) else -1)
        np.testing.assert_allclose(distance, away.min() if len(own) else np.nan, rtol=1e-6)


def test_of_equals_the_first_is_named_and_a_known_vector_is_no_distance_off() -> None:
    """Matrix products would leave some 0.01 of a distance between vectors of length 100."""
    vector = np.full((1, 64), 12.5, np.float32)
    rows, distances = Sections(np.repeat(vector, 9, axis=0), np.zeros(9, np.int64), 1).nearest(
        vector, np.zeros(1, np.int64)
    )
    assert (rows.tolist(), distances.tolist()) == ([0], [0.0])
