"""Where on the guess map to click: Web Mercator, as Leaflet and most web maps draw it. Pure.

A map is 256 * 2**zoom px wide for the whole world (EPSG:3857, OpenStreetMap's "Slippy map
tilenames"); zoom may be fractional.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.game import Guess

TILE_PX = 256

MAX_LAT = math.degrees(math.atan(math.sinh(math.pi)))
"""85.0511: where the square world of Web Mercator ends."""

EDGE_PX = 24
"""A target this near the map's edge is not clicked: scale and sources of the map live there."""

CLICK_ZOOM = 10.0
"""Here a pixel is at most 153 m, so a click on a whole one is within 0.11 km."""

MAX_WHEEL_LEVELS = 3.9
"""Of one burst: Leaflet never grants 4."""

MAX_DRAGS = 4
"""What is farther off is quicker reached by zooming out."""


@dataclass(frozen=True, slots=True)
class MapView:
    """What a guess map shows."""

    lat: float
    """Of the centre, as is `lng`; `lng` may have gone around the world."""
    lng: float
    zoom: float
    width_px: float
    height_px: float

    @property
    def world_px(self) -> float:
        """Width of the whole world at this zoom."""
        return TILE_PX * math.exp2(self.zoom)


def to_pixel(view: MapView, point: Guess) -> tuple[float, float]:
    """Where `point` is drawn, px from the map's top left corner; may lie outside.

    Of the world's copies side by side, the one nearest the centre; poles go to 85.0511.
    """
    east_deg = (point.lng - view.lng + 180) % 360 - 180
    south = world_y(point.lat) - world_y(view.lat)
    return (
        view.width_px / 2 + east_deg / 360 * view.world_px,
        view.height_px / 2 + south * view.world_px,
    )


def to_point(view: MapView, x_px: float, y_px: float) -> Guess:
    """What is drawn at a pixel; `lng` in [-180, 180). Inverse of `to_pixel` up to 85.0511."""
    south = (y_px - view.height_px / 2) / view.world_px
    east_deg = (x_px - view.width_px / 2) / view.world_px * 360
    return Guess(lat_of(world_y(view.lat) + south), (view.lng + east_deg + 180) % 360 - 180)


def is_clickable(view: MapView, x_px: float, y_px: float) -> bool:
    """Whether a pixel lies well inside the map."""
    return _is_inside(view, x_px, y_px, EDGE_PX)


@dataclass(frozen=True, slots=True)
class Click:
    """Put the pin here: whole px from the map's top left corner."""

    x_px: int
    y_px: int


@dataclass(frozen=True, slots=True)
class Wheel:
    """Zoom by `levels` (negative: out) with the pointer here."""

    x_px: int
    y_px: int
    levels: float


@dataclass(frozen=True, slots=True)
class Drag:
    """Pull the map by this much, the pointer crossing its centre half way."""

    right_px: int
    down_px: int


def next_move(view: MapView, target: Guess, click_zoom: float = CLICK_ZOOM) -> Click | Wheel | Drag:
    """The next thing to do with the mouse to get the pin onto `target`.

    To be asked again after each move, with what the map then shows: the wheel keeps what is under
    the pointer in place, but only to a pixel, and a site may limit zoom and panning.
    """
    x, y = to_pixel(view, target)
    levels = min(click_zoom - view.zoom, MAX_WHEEL_LEVELS)
    if levels > 0 and _is_inside(view, x, y, 0.5):
        return Wheel(round(x), round(y), levels)
    if levels <= 0 and is_clickable(view, x, y):
        return Click(round(x), round(y))
    right, down = view.width_px / 2 - x, view.height_px / 2 - y
    if max(abs(right) / view.width_px, abs(down) / view.height_px) > MAX_DRAGS / 2:
        return Wheel(round(view.width_px / 2), round(view.height_px / 2), -MAX_WHEEL_LEVELS)
    reach_x, reach_y = view.width_px - 2 * EDGE_PX, view.height_px - 2 * EDGE_PX
    return Drag(
        round(min(max(right, -reach_x), reach_x)),
        round(min(max(down, -reach_y), reach_y)),
    )


def leaflet_wheel_px(levels: float, px_per_level: float = 60) -> float:
    """Wheel delta that makes Leaflet zoom in by `levels`, at most 3.9; negative: zoom out.

    Inverse of Leaflet 1.9's `Map.ScrollWheelZoom`: levels = 4 log2(2 / (1 + exp(-delta / 4p))) with
    p its `wheelPxPerZoomLevel`.
    """
    reach = min(abs(levels), MAX_WHEEL_LEVELS)
    return math.copysign(-4 * px_per_level * math.log(2 ** (1 - reach / 4) - 1), levels)


def _is_inside(view: MapView, x_px: float, y_px: float, edge_px: float) -> bool:
    right, bottom = view.width_px - edge_px, view.height_px - edge_px
    return edge_px <= x_px <= right and edge_px <= y_px <= bottom


def world_y(lat: float) -> float:
    """How far down the square world a latitude lies: 0 at 85.0511 N, 1 at 85.0511 S."""
    sin = math.sin(math.radians(min(max(lat, -MAX_LAT), MAX_LAT)))
    return 0.5 - math.log((1 + sin) / (1 - sin)) / (4 * math.pi)


def lat_of(down: float) -> float:
    """Inverse of `world_y`."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))
