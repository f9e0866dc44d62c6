"""Against published boundaries, and against simulated studies with nothing in them."""

from __future__ import annotations

import numpy as np
import pytest

from server.experiments.sequential import bounds, spent, thresholds

FIFTHS = (0.2, 0.4, 0.6, 0.8, 1.0)


@pytest.mark.parametrize(
    ("spending", "published"),
    [
        # DeMets and Lan, Statistics in Medicine 13, 1994, 1341-1352, and gsDesign's manual.
        ("obrien_fleming", (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)),
        ("pocock", (2.4380, 2.4268, 2.4101, 2.3966, 2.3859)),
    ],
)
def test_published_boundaries(spending, published) -> None:
    assert bounds(spending, 0.05, FIFTHS) == pytest.approx(published, abs=2e-3)


@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock"])
def test_all_is_spent_at_the_end_and_one_look_is_the_usual_test(spending) -> None:
    from scipy.stats import norm

    assert spent(spending, 0.05, 1.0) == pytest.approx(0.05)
    assert bounds(spending, 0.05, [1.0]) == pytest.approx([norm.ppf(0.975)], abs=1e-5)
    assert thresholds(spending, 0.01, [1.0]) == pytest.approx([0.01], rel=1e-4)


@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock"])
def test_five_looks_at_nothing_find_something_one_time_in_twenty(spending) -> None:
    steps = np.random.default_rng(1).standard_normal((40_000, 5))
    z = steps.cumsum(axis=1) / np.sqrt(np.arange(1, 6))
    crossed = (np.abs(z) > bounds(spending, 0.05, FIFTHS)).any(axis=1)
    assert crossed.mean() == pytest.approx(0.05, abs=0.004)
    assert (np.abs(z) > 1.96).any(axis=1).mean() > 0.12, "what looking costs without it"
