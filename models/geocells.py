"""Geocells: the classes of the classifier, each an area with a name and a representative point."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import ArrayLike, NDArray

from models.artefact import written
from models.geo import haversine_km, spherical_mean
from models.geography.borders import area_of
from models.geography.nearest import nearest_area

FORMAT = 1

Namer = Callable[[NDArray[np.float64]], Sequence[str]]
"""Names for points `(n, 2)`."""


class GeocellError(ValueError):
    """Geocells, or their file, are not what geocells should be."""


@dataclass(frozen=True, slots=True, eq=False)
class Geocells:
    """Areas of the world, numbered from 0 in the order of these columns."""

    names: tuple[str, ...]
    centroids: NDArray[np.float64]
    """`(n, 2)`, the spherical mean of each cell's training locations."""
    spreads_km: NDArray[np.float64]
    """`(n,)`, root mean square distance of the training locations from their centroid."""
    polygons: NDArray[np.object_]
    """`(n,)` shapely geometries, x is lng and y is lat."""

    def __post_init__(self) -> None:
        n = len(self.names)
        shapes = self.centroids.shape, self.spreads_km.shape, self.polygons.shape
        if n == 0 or shapes != ((n, 2), (n,), (n,)):
            raise GeocellError(f"expected columns of {n} > 0 geocells, got shapes: {shapes}")

    def __len__(self) -> int:
        return len(self.names)

    def locate(self, points: ArrayLike) -> NDArray[np.int64]:
        """Ids `(n,)` of the cells that hold points `(n, 2)`.

        A point on a border belongs to the lower id, a point in no polygon to the nearest polygon.
        """
        latlng = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        ids = area_of(self.polygons, latlng)
        outside = ids < 0
        ids[outside] = nearest_area(self.polygons, latlng[outside])[0]
        return ids


def make_geocells(
    points: NDArray[np.float64],
    ids: NDArray[np.int64],
    polygons: Sequence[shapely.Geometry],
    namer: Namer | None = None,
) -> Geocells:
    """Geocells from training locations `(n, 2)`, the cell `(n,)` of each, and all cells' areas.

    Names come from `namer` at the centroids, by default their coordinates. Repeated names are
    numbered.

    Raises:
        GeocellError: a cell holds no location.
    """
    groups = [points[ids == cell] for cell in range(len(polygons))]
    empty = [cell for cell, group in enumerate(groups) if len(group) == 0]
    if empty:
        raise GeocellError(f"expected a location in each geocell, got none in: {empty[:5]}")
    centroids = np.array([spherical_mean(group) for group in groups])
    distances = [
        haversine_km(group, centre) for group, centre in zip(groups, centroids, strict=True)
    ]
    return Geocells(
        names=numbered((namer or coordinate_names)(centroids)),
        centroids=centroids,
        spreads_km=np.array([np.sqrt(np.mean(d**2)) for d in distances]),
        polygons=np.array(polygons, dtype=object),
    )


def coordinate_names(points: NDArray[np.float64]) -> list[str]:
    """Names such as `48.9 N, 2.4 E` for points `(n, 2)`."""
    return [
        f"{abs(lat):.1f} {'N' if lat >= 0 else 'S'}, {abs(lng):.1f} {'E' if lng >= 0 else 'W'}"
        for lat, lng in points
    ]


def numbered(names: Sequence[str]) -> tuple[str, ...]:
    """Names, those that are repeated with a number after each."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    repeated = {name for name, count in seen.items() if count > 1}
    seen = dict.fromkeys(repeated, 0)
    numbered = []
    for name in names:
        if name in repeated:
            seen[name] += 1
        numbered.append(f"{name} ({seen[name]})" if name in repeated else name)
    return tuple(numbered)


def save_geocells(geocells: Geocells, path: Path) -> Path:
    """Write GeoParquet (geoparquet.org 1.1, WKB, lng before lat); return the path."""
    geometry = {"encoding": "WKB", "geometry_types": []}  # empty: any type; CRS: lng, lat WGS 84
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geometry}}
    table = pa.table(
        {
            "name": list(geocells.names),
            "lat": geocells.centroids[:, 0],
            "lng": geocells.centroids[:, 1],
            "spread_km": geocells.spreads_km,
            "geometry": shapely.to_wkb(geocells.polygons).tolist(),
        }
    ).replace_schema_metadata({"geo": json.dumps(geo), "homing": json.dumps({"format": FORMAT})})
    with written(path) as temporary:
        pq.write_table(table, temporary, compression="zstd", compression_level=9)
    return path


def load_geocells(path: Path) -> Geocells:
    """Read what `save_geocells` wrote.

    Raises:
        GeocellError: the file is missing, broken or of another format.
    """
    try:
        table = pq.read_table(path)
        about: dict[str, Any] = json.loads((table.schema.metadata or {}).get(b"homing", b"{}"))
        if about.get("format") != FORMAT:
            raise GeocellError(f"{path}: expected geocells format {FORMAT}, got: {about}")
        columns = {name: table[name].to_numpy() for name in ("lat", "lng", "spread_km")}
        return Geocells(
            names=tuple(table["name"].to_pylist()),
            centroids=np.stack([columns["lat"], columns["lng"]], axis=1),
            spreads_km=np.array(columns["spread_km"]),
            polygons=shapely.from_wkb(table["geometry"].to_pylist()),
        )
    except (OSError, KeyError, pa.ArrowException, shapely.errors.ShapelyError) as error:
        raise GeocellError(f"{path}: expected geocells as GeoParquet, got: {error}") from error
