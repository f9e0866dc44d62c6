"""Makes `world_outline.json` from Natural Earth's land, 1:110 million (public domain).

`python -m bot.make_outline node_modules/world-atlas/land-110m.json`: the npm package world-atlas
2.0.2 has it as TopoJSON. Points are rounded to a tenth of a degree: maps in reports are small.
"""

from __future__ import annotations

import json
import sys
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

OUTLINE = Path(__file__).with_name("world_outline.json")

Point = tuple[int, int]
"""Tenths of a degree: east, south."""


def main(argv: list[str]) -> int:
    """Write the outline of the TopoJSON file named in `argv`."""
    topology = json.loads(Path(argv[0]).read_text(encoding="utf-8"))
    rings = [_ring(topology, arcs) for arcs in _rings_of_arcs(topology)]
    outline = {
        "about": "Natural Earth 1:110m land, public domain; SVG path in tenths of a degree",
        "path": "".join(_path(ring) for ring in rings if len(ring) > 3),
    }
    OUTLINE.write_text(json.dumps(outline) + "\n", encoding="utf-8")
    return 0


def _rings_of_arcs(topology: dict[str, Any]) -> list[list[int]]:
    land = topology["objects"]["land"]
    shapes = land["geometries"] if land["type"] == "GeometryCollection" else [land]
    return [ring for shape in shapes for polygon in shape["arcs"] for ring in polygon]


def _ring(topology: dict[str, Any], arcs: list[int]) -> list[Point]:
    """Points of a ring; in TopoJSON ~i is arc i backwards."""
    points: list[Point] = []
    for arc in arcs:
        forwards = _arc(topology, arc if arc >= 0 else ~arc)
        points += forwards if arc >= 0 else forwards[::-1]
    return _unwrapped([points[0], *(b for a, b in pairwise(points) if a != b)])


def _unwrapped(ring: list[Point]) -> list[Point]:
    """The ring without jumps at the antimeridian; one around the pole is closed along it."""
    points = ring[:1]
    for (ax, _), (bx, by) in pairwise(ring):
        turn = 3600 if bx - ax < -1800 else -3600 if bx - ax > 1800 else 0
        points.append((points[-1][0] + bx - ax + turn, by))
    if abs(points[-1][0] - points[0][0]) > 1800:
        points += [(points[-1][0], 900), (points[0][0], 900)]
    return points


def _arc(topology: dict[str, Any], index: int) -> list[Point]:
    """Undo TopoJSON's delta encoding and quantisation."""
    (scale_x, scale_y), (left, bottom) = (topology["transform"][k] for k in ("scale", "translate"))
    xs, ys = (accumulate(axis) for axis in zip(*topology["arcs"][index], strict=True))
    return [
        (round((x * scale_x + left) * 10), round(-(y * scale_y + bottom) * 10))
        for x, y in zip(xs, ys, strict=True)
    ]


def _path(ring: list[Point]) -> str:
    steps = [f"{bx - ax},{by - ay}" for (ax, ay), (bx, by) in pairwise(ring)]
    return f"M{ring[0][0]},{ring[0][1]}l{' '.join(steps)}z"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
