"""Coasts on pictures drawn here: the same land, so what is measured is the laying, not the data."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from bot.game import Guess
from bot.guess_map import MapView, to_pixel
from bot.placement.coasts import GOOD_FIT, best_of, coast_pixels, edges_of, first_view, fit
from bot.placement.pin import drawn_pin, pointed_at

pytestmark = pytest.mark.slow

WIDTH, HEIGHT = 480, 300


def drawn(view: MapView) -> np.ndarray:
    """Coasts as dark dots on a light map, softened as lines on a screen are."""
    picture = np.full((HEIGHT, WIDTH, 3), 225, np.uint8)
    x, y = coast_pixels(view).astype(int).T
    picture[y, x] = 90
    return cv2.GaussianBlur(picture, (0, 0), 0.8)


def off_px(view: MapView, seen: MapView) -> float:
    x, y = to_pixel(view, Guess(seen.lat, seen.lng))
    return float(np.hypot(x - WIDTH / 2, y - HEIGHT / 2))


def test_lands_end_lies_where_it_is() -> None:
    """Lands End, 50.066 N 5.715 W, is the corner of a coast."""
    points = coast_pixels(MapView(50.066, -5.715, 9, WIDTH, HEIGHT))
    nearest = np.hypot(points[:, 0] - WIDTH / 2, points[:, 1] - HEIGHT / 2).min()
    assert nearest < 5  # a pixel is 0.2 km


@pytest.mark.parametrize("where", [(20, 10, 1.3), (0, 170, 1.0), (35, -100, 1.9)])
def test_a_map_is_known_at_first_sight(where: tuple[float, float, float]) -> None:
    view = MapView(*where, WIDTH, HEIGHT)
    seen = first_view(drawn(view))
    assert seen.share > GOOD_FIT
    assert off_px(view, seen.view) < 2
    assert seen.view.zoom == pytest.approx(view.zoom, abs=0.02)


@pytest.mark.parametrize("where", [(40, 20, 4.2), (-36, 174, 5.5), (60, 10, 5.0)])
def test_a_map_that_was_moved_is_known_to_half_a_pixel(where: tuple[float, float, float]) -> None:
    view = MapView(*where, WIDTH, HEIGHT)
    about = MapView(view.lat, view.lng + 3 / view.world_px * 360, view.zoom + 0.02, WIDTH, HEIGHT)
    far = MapView(view.lat, view.lng, view.zoom - 1, WIDTH, HEIGHT)
    assert off_px(view, best_of(drawn(view), [far, about])) < 0.7


def test_without_coasts_what_was_expected_is_believed() -> None:
    inland = MapView(48, 68, 7, WIDTH, HEIGHT)
    picture = np.full((HEIGHT, WIDTH, 3), 225, np.uint8)
    assert best_of(picture, [inland]) == inland
    assert fit(edges_of(picture), inland).coast_px == 0


def test_a_pin_is_what_came_with_the_click() -> None:
    before = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    drop, dot = before.copy(), before.copy()
    cv2.fillPoly(drop, [np.array([[200, 150], [192, 130], [208, 130]])], (200, 0, 0))
    cv2.circle(dot, (200, 150), 7, (0, 0, 200), -1)
    for after in (drop, dot):
        pin = drawn_pin(before, after, 200, 150)
        assert pin is not None
        assert pointed_at(pin, 200, 150) == pytest.approx((200, 150), abs=1.5)
    assert drawn_pin(before, before, 200, 150) is None
    assert drawn_pin(before, np.full_like(before, 90), 200, 150) is None  # the map has moved
