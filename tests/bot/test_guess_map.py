"""The guess map's mathematics against published numbers and a second formula."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.game import Guess
from bot.guess_map import (
    MAX_LAT,
    Click,
    Drag,
    MapView,
    Wheel,
    is_clickable,
    leaflet_wheel_px,
    next_move,
    to_pixel,
    to_point,
)
from models.geo import haversine_km

LATS = st.floats(-85, 85)
LNGS = st.floats(-180, 179.99)
VIEWS = st.builds(
    MapView,
    lat=LATS,
    lng=st.floats(-400, 400),
    zoom=st.floats(0, 14),
    width_px=st.floats(200, 1200),
    height_px=st.floats(150, 800),
)


def osm_tile(lat: float, lng: float, zoom: int) -> tuple[float, float]:
    """OpenStreetMap wiki, "Slippy map tilenames", as it is printed there (asinh of tan)."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return (lng + 180) / 360 * 2**zoom, y * 2**zoom


def test_world_at_zoom_0_is_one_tile() -> None:
    world = MapView(0, 0, 0, 256, 256)
    assert to_pixel(world, Guess(0, -180)) == pytest.approx((0, 128))
    assert to_pixel(world, Guess(MAX_LAT, 0)) == pytest.approx((128, 0), abs=1e-6)
    assert to_pixel(world, Guess(-90, 0)) == pytest.approx((128, 256), abs=1e-6)
    assert pytest.approx(85.0511, abs=5e-5) == MAX_LAT


@given(LATS, LNGS)
def test_agrees_with_openstreetmap(lat: float, lng: float) -> None:
    """A map of the world at zoom 3, its corner in the corner of tile (0, 0)."""
    x, y = osm_tile(lat, lng, 3)
    view = MapView(0, 0, 3, 2048, 2048)
    assert to_pixel(view, Guess(lat, lng)) == pytest.approx((x * 256, y * 256), abs=1e-6)


def test_hand_computed() -> None:
    # atanh(sin 45) = 0.881374; at zoom 2 the world is 1024 px: 0.881374 / 2 pi * 1024 = 143.642.
    x, y = to_pixel(MapView(0, 90, 2, 600, 400), Guess(45, 135))
    assert (x, y) == pytest.approx((300 + 128, 200 - 143.642), abs=0.001)


@given(VIEWS, LATS, LNGS)
def test_round_trip(view: MapView, lat: float, lng: float) -> None:
    back = to_point(view, *to_pixel(view, Guess(lat, lng)))
    assert float(haversine_km((lat, lng), (back.lat, back.lng))) < 0.001


def test_across_the_antimeridian_the_near_copy_is_taken() -> None:
    x, _ = to_pixel(MapView(0, 179, 4, 500, 300), Guess(0, -179))
    assert x == pytest.approx(250 + 2 / 360 * 4096)


@given(VIEWS, st.floats(-80, 80), LNGS)
def test_moves_end_in_a_click_on_the_target(view: MapView, lat: float, lng: float) -> None:
    """On a map that obeys as Leaflet does: what is under the whole pixel of the pointer stays."""
    target = Guess(lat, lng)
    for _ in range(20):
        move = next_move(view, target)
        if isinstance(move, Click):
            break
        view = moved(view, move)
    assert isinstance(move, Click)
    assert is_clickable(view, move.x_px, move.y_px)
    there = to_point(view, move.x_px, move.y_px)
    assert float(haversine_km((lat, lng), (there.lat, there.lng))) < 0.11


def test_a_click_needs_no_more_than_three_bursts_of_the_wheel() -> None:
    view, moves = MapView(20, 0, 1.2, 640, 400), []
    while not isinstance(move := next_move(view, Guess(48.85837, 2.29448)), Click):
        moves.append(move)
        view = moved(view, move)
    assert len(moves) <= 3


def moved(view: MapView, move: Wheel | Drag) -> MapView:
    if isinstance(move, Wheel):
        return zoomed(view, (move.x_px, move.y_px), move.levels)
    at = (view.width_px / 2 - move.right_px, view.height_px / 2 - move.down_px)
    centre = to_point(view, *at)
    return replace(view, lat=centre.lat, lng=centre.lng)


def zoomed(view: MapView, at: tuple[float, float], levels: float) -> MapView:
    fixed = to_point(view, *at)
    there = replace(view, lat=fixed.lat, lng=fixed.lng, zoom=max(view.zoom + levels, 0))
    centre = to_point(there, view.width_px - at[0], view.height_px - at[1])
    return replace(there, lat=centre.lat, lng=centre.lng)


@pytest.mark.parametrize("px_per_level", [60, 100])
@pytest.mark.parametrize("levels", [0.1, 1, 2.5, 3.9, -1, -3.9])
def test_wheel_inverts_leaflet(levels: float, px_per_level: float) -> None:
    """Leaflet 1.9.4, Map.ScrollWheelZoom.js, `_performZoom`."""
    delta = leaflet_wheel_px(levels, px_per_level)
    d2 = delta / (px_per_level * 4)
    d3 = 4 * math.log(2 / (1 + math.exp(-abs(d2)))) / math.log(2)
    assert math.copysign(d3, delta) == pytest.approx(levels)
