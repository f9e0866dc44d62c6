"""The slope that a soak run reports."""

from __future__ import annotations

import pytest

from server.soak import slope_mb_per_minute


def test_what_fills_up_in_the_beginning_is_no_leak():
    samples = [(float(s), min(400.0, 100 + 20.0 * s)) for s in range(100)]
    assert slope_mb_per_minute(samples) == pytest.approx(0, abs=1e-6)


def test_a_leak_is_seen():
    samples = [(float(s), 400 + 0.5 * s) for s in range(100)]
    assert slope_mb_per_minute(samples) == pytest.approx(30)
