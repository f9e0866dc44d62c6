"""Pins on the pixels of Web Mercator."""

from __future__ import annotations

from math import floor

import pytest

from bot.human.grid import on_pixel, pixel


def test_published_pixels() -> None:
    """Chicago, in the Google Maps documentation's example of world and pixel coordinates."""
    assert pixel(41.850, -87.650, 0) == pytest.approx((65.67111, 95.17492), abs=1e-4)
    assert tuple(map(floor, pixel(41.850, -87.650, 3))) == (525, 761)
    assert pixel(85.0511287798066, -180, 4) == pytest.approx((0, 0), abs=1e-6)


@pytest.mark.parametrize("corner", [(0.0, 0.0), (0.25, 0.75)])
@pytest.mark.parametrize("level", [1, 4, 7])
def test_pins_lie_whole_pixels_apart(level: int, corner: tuple[float, float]) -> None:
    for place in ((47.3769, 8.5417), (-33.8568, 151.2153)):
        pin = on_pixel(*place, level, corner)
        found, wanted = pixel(*pin, level), pixel(*place, level)
        for at, near, off in zip(found, wanted, corner, strict=True):
            assert (at - off) == pytest.approx(round(at - off), abs=1e-6)
            assert abs(at - near) <= 0.5 + 1e-6
        assert on_pixel(*pin, level, corner) == pytest.approx(pin, abs=1e-12)
