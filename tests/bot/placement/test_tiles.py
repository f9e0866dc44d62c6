"""Tiles of known zoom, column and row, laid out by the published formula."""

from __future__ import annotations

import math

import pytest

from bot.guess_map import to_point
from bot.placement.tiles import tile_number, view_of_tiles
from bot.sight import Box, TilePicture

BOX = Box(300, 100, 500, 300)


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("http://h/tiles/5/16/11.png", (5, 16, 11)),
        ("http://h/t/12/2074/1409@2x.png?key=1", (12, 2074, 1409)),
        ("https://mt1.google.com/vt/lyrs=m&x=3&y=2&z=4&scale=2", (4, 3, 2)),
        ("https://maps.googleapis.com/maps/vt?pb=!1m5!1m4!1i3!2i4!3i2!4i256", (3, 4, 2)),
        ("http://h/avatar.png", None),
    ],
)
def test_addresses(address: str, number: tuple[int, int, int] | None) -> None:
    assert tile_number(address) == number


def tiles(zoom: int, width: float, left: float, top: float) -> list[TilePicture]:
    """Around column 16, row 11 of a zoom, whose corner lies at left, top."""
    return [
        TilePicture(
            f"http://h/{zoom}/{16 + i}/{11 + j}.png",
            Box(left + i * width, top + j * width, width, width),
        )
        for i in range(-1, 2)
        for j in range(-1, 2)
    ]


def test_the_corner_of_a_tile_is_where_openstreetmap_says() -> None:
    """OSM wiki: lng = x / 2^z * 360 - 180, lat = atan(sinh(pi (1 - 2 y / 2^z)))."""
    view = view_of_tiles(tiles(5, 256, 400, 200), BOX)
    assert view is not None
    assert view.zoom == pytest.approx(5)
    corner = to_point(view, 100, 100)
    assert corner.lng == pytest.approx(0)
    assert corner.lat == pytest.approx(math.degrees(math.atan(math.sinh(math.pi * (1 - 22 / 32)))))


def test_large_tiles_and_zooms_between() -> None:
    view = view_of_tiles(tiles(5, 512, 400, 200), BOX)
    assert view is not None
    assert view.zoom == pytest.approx(6)
    between = view_of_tiles(tiles(5, 256 * 2**0.3, 400, 200), BOX)
    assert between is not None
    assert between.zoom == pytest.approx(5.3)


def test_tiles_that_disagree_are_being_moved() -> None:
    assert view_of_tiles(tiles(5, 256, 400, 200) + tiles(5, 256, 410, 200), BOX) is None
    assert view_of_tiles([], BOX) is None


def test_old_tiles_under_new_ones_agree_when_all_is_still() -> None:
    old = [TilePicture("http://h/4/8/5.png", Box(400, 200 - 256, 512, 512))]
    assert view_of_tiles(tiles(5, 256, 400, 200) + old, BOX) is not None
