"""By hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.localizable import localizable_of


def test_by_hand() -> None:
    densities, errors_km = np.array([0.9, 0.21, 0.2, 0.0]), np.array([25.0, 26, 1, 900])
    found = localizable_of(densities, errors_km, ["a", "b", "a", ""])
    assert (found.n, found.placed_percent) == (2, 50)
    assert (found.within_percent, found.within_percent_of_all) == (50, 50)
    assert found.interval == (0, 100)


def test_nothing_is_localizable() -> None:
    found = localizable_of(np.zeros(2), np.array([1.0, 2]), ["", ""])
    assert (found.n, found.within_percent, found.interval) == (0, None, None)
    assert found.within_percent_of_all == pytest.approx(100)
