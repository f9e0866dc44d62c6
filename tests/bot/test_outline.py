"""The land on the report's maps, against places that everybody knows."""

from __future__ import annotations

import json
import re
from itertools import accumulate

import pytest
from shapely import Point, Polygon

from bot.make_outline import OUTLINE


def polygons() -> list[Polygon]:
    path = json.loads(OUTLINE.read_text(encoding="utf-8"))["path"]
    found = []
    for ring in re.findall(r"M([^z]*)z", path):
        steps = [tuple(map(int, step)) for step in re.findall(r"(-?\d+),(-?\d+)", ring)]
        xs, ys = (accumulate(axis) for axis in zip(*steps, strict=True))
        found.append(Polygon([(x / 10, -y / 10) for x, y in zip(xs, ys, strict=True)]).buffer(0))
    return found


@pytest.mark.parametrize(
    ("lat", "lng", "is_land"),
    [
        (48.86, 2.35, True),  # Paris
        (-15.79, -47.88, True),  # Brasilia
        (66.5, -173.0, True),  # Chukotka, beyond the antimeridian
        (-82.0, 0.0, True),  # Antarctica
        (30.0, -45.0, False),  # the Atlantic
        (0.0, 179.9, False),  # the Pacific
        (70.0, 0.0, False),  # the Norwegian Sea, where badly closed rings leave bands
    ],
)
def test_land_is_where_it_is(lat: float, lng: float, is_land: bool) -> None:
    copies = [Point(lng + shift, lat) for shift in (-360, 0, 360)]
    assert any(land.contains(copy) for land in polygons() for copy in copies) == is_land
