"""A picture of geocells: the world by latitude and longitude, neighbours in different colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.artefact import written
from models.geocells import Geocells

SEA = (205, 222, 232)
BORDER = (70, 70, 70)
LOCATION = (20, 20, 20)
COLOURS = (
    (141, 211, 199),
    (255, 237, 160),
    (190, 186, 218),
    (251, 154, 140),
    (253, 191, 111),
    (179, 222, 105),
    (252, 205, 229),
    (200, 170, 140),
)

_OVERSAMPLING = 2


def save_map(
    geocells: Geocells,
    points: NDArray[np.float64],
    path: Path,
    *,
    width_px: int = 4096,
    around: tuple[float, float, float, float] = (-90.0, -180.0, 90.0, 180.0),
) -> Path:
    """Draw geocells and locations `(n, 2)` to a PNG; return the path.

    Args:
        geocells: in any number.
        points: drawn as dots.
        path: of the picture.
        width_px: of the picture; its height follows.
        around: south, west, north, east of what is drawn.
    """
    south, west, north, east = around
    scale = _OVERSAMPLING * width_px / (east - west)
    size = round(_OVERSAMPLING * width_px), round((north - south) * scale)
    picture = Image.new("RGB", size, SEA)
    draw = ImageDraw.Draw(picture)

    def pixels(lnglat: NDArray[np.float64]) -> list[tuple[float, float]]:
        x, y = (lnglat[:, 0] - west) * scale, (north - lnglat[:, 1]) * scale
        return list(zip(x.tolist(), y.tolist(), strict=True))

    parts, cell = shapely.get_parts(geocells.polygons, return_index=True)
    colour = _colours(geocells)
    # Large ones first, so that what lies in the hole of another one is seen.
    for row in np.argsort(-shapely.area(shapely.polygons(shapely.get_exterior_ring(parts)))):
        outline = pixels(shapely.get_coordinates(shapely.get_exterior_ring(parts[row])))
        draw.polygon(outline, fill=COLOURS[colour[cell[row]]])
        draw.line(outline, fill=BORDER, width=_OVERSAMPLING)
    dots = pixels(points[:, ::-1])
    draw.point(dots, fill=LOCATION)
    picture = picture.resize(
        (size[0] // _OVERSAMPLING, size[1] // _OVERSAMPLING), Image.Resampling.BOX
    )
    with written(path) as temporary:
        picture.save(temporary, format="PNG")
    return path


def _colours(geocells: Geocells) -> list[int]:
    """A colour for each cell that none of its neighbours has, as long as there are enough."""
    tree = shapely.STRtree(geocells.polygons)
    first, second = tree.query(geocells.polygons, predicate="intersects")
    neighbours: list[set[int]] = [set() for _ in range(len(geocells))]
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        neighbours[one].add(other)
    colours: list[int] = []
    for cell, others in enumerate(neighbours):
        taken = {colours[other] for other in others if other < cell}
        # Begin elsewhere each time, or most cells would have the first colours.
        wish = [(cell * 3 + step) % len(COLOURS) for step in range(len(COLOURS))]
        colours.append(next((colour for colour in wish if colour not in taken), wish[0]))
    return colours
