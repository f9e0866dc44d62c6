"""Pictures of rendered places: blank, coarse, moved, and of another place."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from bot.freshness import is_blank, is_coarse, is_same_place, is_still
from bot.picture import Picture
from models.world.views import perspective_views
from tests.bot.standins.pictures import PICTURES


def views(number: int, turn_deg: float = 0, width_px: int = 1536) -> Picture:
    whole = cv2.imread(str(PICTURES / f"{number}.jpg"))[:, :, ::-1]
    small = cv2.resize(whole, (width_px, width_px // 2), interpolation=cv2.INTER_AREA)
    picture = cv2.resize(small, (1536, 768), interpolation=cv2.INTER_LINEAR)
    return perspective_views(picture, [turn_deg, 90 + turn_deg, 180 + turn_deg], size_px=480)


@pytest.mark.parametrize("number", range(3))
def test_what_is_sharp_and_what_is_not(number: int) -> None:
    assert not any(is_coarse(view) for view in views(number))
    assert all(is_coarse(view) for view in views(number, width_px=96))
    assert not any(is_blank(view) for view in views(number, width_px=96))


def test_a_canvas_without_a_picture_is_blank() -> None:
    assert is_blank(np.full((400, 400, 3), 30, np.uint8))


def test_a_place_is_known_again_a_little_turned() -> None:
    for number in range(3):
        for a, b in zip(views(number), views(number, 2.5), strict=True):
            assert is_same_place(a, b)
            assert not is_still(a, b)
            assert is_still(a, a)


def test_other_places_and_other_directions_differ() -> None:
    seen = [(number, i, v) for number in range(3) for i, v in enumerate(views(number))]
    for number, i, a in seen:
        for other, j, b in seen:
            if (number, i) != (other, j):
                assert not is_same_place(a, b)


def test_a_map_that_has_grown_has_moved() -> None:
    small, large = np.zeros((150, 240, 3), np.uint8), np.zeros((302, 496, 3), np.uint8)
    assert is_still(small, small)
    assert not is_still(small, large)
