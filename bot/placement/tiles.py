"""What a map of tiles shows: each is a picture whose address has its zoom, column and row. Pure.

(EPSG:3857; OpenStreetMap wiki, "Slippy map tilenames"; Google's tiles are numbered alike.)
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from bot.guess_map import TILE_PX, MapView, lat_of
from bot.sight import Box, TilePicture

SPREAD_PX = 1.5
"""Tiles that disagree more about where the world lies are just being moved."""

_PATTERNS = (
    re.compile(r"[?&/](?=.*\bz=(?P<z>\d+))(?=.*\bx=(?P<x>-?\d+))(?=.*\by=(?P<y>\d+))"),
    re.compile(r"!1i(?P<z>\d+)!2i(?P<x>-?\d+)!3i(?P<y>\d+)"),
    re.compile(r"/(?P<z>\d{1,2})/(?P<x>-?\d+)/(?P<y>\d+)(?:@\dx)?(?:\.\w+)?(?:$|\?)"),
)


def tile_number(address: str) -> tuple[int, int, int] | None:
    """Zoom, column, row of a tile; None: the address is not a tile's.

    Understands `/z/x/y.png`, `?x=&y=&z=` (also `&x=..&y=..&z=..` in a path) and Google's `pb=`.
    """
    for pattern in _PATTERNS:
        if found := pattern.search(address):
            return int(found["z"]), int(found["x"]), int(found["y"])
    return None


def view_of_tiles(tiles: Sequence[TilePicture], box: Box) -> MapView | None:
    """What a map in `box` shows; None: there are no tiles, or they are just being moved."""
    worlds: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
    for tile in tiles:
        number = tile_number(tile.address)
        if number and tile.box.width:
            worlds[number[0]].append(_world(number, tile.box))
    if not worlds:
        return None
    # Tiles of the zoom before lie under the new ones for a while.
    size, left, top = (
        median(column) for column in zip(*max(worlds.values(), key=len), strict=True)
    )
    for others in worlds.values():
        if any(not _same(other, (size, left, top)) for other in others):
            return None
    return _view((size, left, top), box)


def _world(number: tuple[int, int, int], box: Box) -> tuple[float, float, float]:
    """Width of the whole world, px, and its left and top edge; of its copies, the one at 0."""
    zoom, column, row = number
    size = box.width * 2**zoom
    return size, (box.left - column * box.width) % size, box.top - row * box.height


def _same(a: tuple[float, float, float], b: tuple[float, float, float]) -> bool:
    across = (a[1] - b[1] + b[0] / 2) % b[0] - b[0] / 2
    apart = max(abs(across), abs(a[2] - b[2]))
    return abs(a[0] / b[0] - 1) < 0.005 and apart < SPREAD_PX + b[0] * 1e-5


def _view(world: tuple[float, float, float], box: Box) -> MapView:
    size, left, top = world
    x, y = box.centre
    lng = ((x - left) / size * 360) % 360 - 180
    return MapView(lat_of((y - top) / size), lng, math.log2(size / TILE_PX), box.width, box.height)
