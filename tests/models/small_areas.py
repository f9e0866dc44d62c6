"""A hierarchy of one's own for tests: rows of country, admin-1, admin-2 and a polygon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from models.geography.admin import AdminAreas

Row = tuple[str, str, str, shapely.Geometry]


@dataclass(frozen=True)
class SmallAreas:
    rows: list[Row]

    def polygons(self, level: int) -> AdminAreas:
        paths = [row[: level + 1] for row in self.rows]
        distinct = list(dict.fromkeys(paths))
        shapes = [
            shapely.union_all(
                [row[3] for row, path in zip(self.rows, paths, strict=True) if path == one]
            )
            for one in distinct
        ]
        return AdminAreas(
            ids=np.array(["/".join(path) for path in distinct]),
            parents=np.array(["/".join(path[:-1]) for path in distinct]),
            names=np.array([path[-1] for path in distinct]),
            countries=np.array([path[0] for path in distinct]),
            polygons=np.array(shapes),
        )


def grid(country: str, west: float, south: float, size: int, states: int = 2) -> list[Row]:
    """`size` x `size` squares of a degree; columns are dealt to `states` admin-1 areas."""
    return [
        (
            country,
            f"S{x * states // size}",
            f"A{x}{y}",
            shapely.box(west + x, south + y, west + x + 1, south + y + 1),
        )
        for x in range(size)
        for y in range(size)
    ]
