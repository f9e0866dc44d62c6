"""Location clusters: the training locations of each geocell, grouped where they lie close.

A cluster's prototype is the mean embedding of its members. PIGEON drops the locations that OPTICS
calls noise, 17 to 18 % of them; here each becomes a cluster of one, so that all can be retrieved.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from models.artefact import written
from models.geo import haversine_km

FORMAT = 1


class PrototypeError(ValueError):
    """Prototypes, or their files, are not what they should be."""


@dataclass(frozen=True, slots=True, eq=False)
class Prototypes:
    """Training panoramas sorted by geocell, then by cluster."""

    panoramas: tuple[str, ...]
    points: NDArray[np.float64]
    """`(m, 2)` of the members."""
    embeddings: NDArray[np.float32]
    """`(m, d)` of the members."""
    geocells: NDArray[np.int64]
    """`(m,)`, ascending."""
    clusters: NDArray[np.int64]
    """`(m,)`, ascending; numbered through all geocells without gaps."""
    means: NDArray[np.float32]
    """`(clusters, d)`: the prototypes."""

    def __len__(self) -> int:
        return len(self.means)

    def members_of(self, cluster: int) -> slice:
        """Rows of one cluster's members."""
        return _run(self.clusters, cluster)

    def rows_of(self, geocell: int) -> slice:
        """Rows of one geocell's members; empty if it has none."""
        return _run(self.geocells, geocell)

    def rows_of_all(self, geocells: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
        """Rows of the members of geocells `(k,)`, one geocell's after another's; counts `(k,)`."""
        first, end = (np.searchsorted(self.geocells, geocells + of) for of in (0, 1))
        counts = end - first
        before = np.cumsum(counts) - counts
        return np.repeat(first - before, counts) + np.arange(counts.sum()), counts

    def clusters_of(self, geocell: int) -> slice:
        """Rows of `means` that belong to one geocell; empty if it has no member."""
        rows = self.rows_of(geocell)
        if rows.start == rows.stop:
            return slice(0, 0)
        return slice(int(self.clusters[rows.start]), int(self.clusters[rows.stop - 1]) + 1)


def _run(ascending: NDArray[np.int64], value: int) -> slice:
    start, stop = np.searchsorted(ascending, [value, value + 1])
    return slice(int(start), int(stop))


def make_prototypes(
    panoramas: tuple[str, ...],
    points: NDArray[np.float64],
    embeddings: NDArray[np.float32],
    geocells: NDArray[np.int64],
    *,
    min_samples: int,
    xi: float,
) -> Prototypes:
    """Cluster the locations `(m, 2)` of each geocell with OPTICS on great-circle distances.

    Args:
        panoramas: ids of the `m` training panoramas.
        points: where they are.
        embeddings: `(m, d)`.
        geocells: id `(m,)` of each one's geocell.
        min_samples: of a cluster; a geocell with fewer locations is one cluster.
        xi: steepness that ends a cluster. PIGEON: (3, 0.15), PIGEOTTO: (100, 0.1).
    """
    clusters = np.empty(len(points), dtype=np.int64)
    found = 0
    for geocell in np.unique(geocells):
        rows = np.flatnonzero(geocells == geocell)
        labels = cluster_locations(points[rows], min_samples=min_samples, xi=xi)
        clusters[rows] = found + labels
        found += int(labels.max()) + 1
    order = np.argsort(clusters, kind="stable")
    return _assemble(
        tuple(panoramas[row] for row in order),
        points[order],
        embeddings[order],
        geocells[order],
        clusters[order],
    )


def cluster_locations(
    points: NDArray[np.float64], *, min_samples: int, xi: float
) -> NDArray[np.int64]:
    """Cluster number `(n,)` from 0 without gaps for points `(n, 2)`; noise is clusters of one."""
    from sklearn.cluster import OPTICS  # noqa: PLC0415  costs a second, and only making needs it

    if len(points) < min_samples:
        return np.zeros(len(points), dtype=np.int64)
    distances = haversine_km(points[:, None], points[None])
    # Reachability 0 (coinciding points) makes xi-steepness a division by zero.
    distances = np.maximum(distances, 1e-6) * (1 - np.eye(len(points)))
    optics = OPTICS(min_samples=min_samples, xi=xi, metric="precomputed").fit(distances)
    labels = np.asarray(optics.labels_, dtype=np.int64)
    noise = labels < 0
    labels[noise] = labels.max() + 1 + np.arange(noise.sum())
    return labels


def _assemble(
    panoramas: tuple[str, ...],
    points: NDArray[np.float64],
    embeddings: NDArray[np.float32],
    geocells: NDArray[np.int64],
    clusters: NDArray[np.int64],
) -> Prototypes:
    starts = np.flatnonzero(np.diff(clusters, prepend=-1))
    counts = np.diff(starts, append=len(clusters))
    means = np.add.reduceat(embeddings, starts, axis=0, dtype=np.float64) / counts[:, None]
    return Prototypes(panoramas, points, embeddings, geocells, clusters, means.astype(np.float32))


def save_prototypes(prototypes: Prototypes, folder: Path) -> None:
    """Write `prototypes.parquet` (a row per member) and `members.npy` (float16 embeddings)."""
    table = pa.table(
        {
            "panorama": list(prototypes.panoramas),
            "lat": prototypes.points[:, 0],
            "lng": prototypes.points[:, 1],
            "geocell": prototypes.geocells,
            "cluster": prototypes.clusters,
        }
    ).replace_schema_metadata({"homing": f"prototypes {FORMAT}"})
    with written(folder / "prototypes.parquet") as path:
        pq.write_table(table, path, compression="zstd", compression_level=9)
    with written(folder / "members.npy") as path, path.open("wb") as file:
        np.save(file, prototypes.embeddings.astype(np.float16), allow_pickle=False)


def load_prototypes(folder: Path) -> Prototypes:
    """Read what `save_prototypes` wrote; the means are computed anew.

    Raises:
        PrototypeError: a file is missing, broken, of another format, or they disagree.
    """
    path = folder / "prototypes.parquet"
    try:
        table = pq.read_table(path)
        embeddings = np.load(folder / "members.npy", allow_pickle=False).astype(np.float32)
        columns = {name: table[name].to_numpy() for name in ("lat", "lng", "geocell", "cluster")}
        panoramas = tuple(table["panorama"].to_pylist())
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        raise PrototypeError(f"{path}: expected prototypes, got: {error}") from error
    found = (table.schema.metadata or {}).get(b"homing", b"none").decode()
    if found != f"prototypes {FORMAT}":
        raise PrototypeError(f"{path}: expected prototypes {FORMAT}, got: {found}")
    if embeddings.ndim != 2 or len(embeddings) != len(panoramas) or len(panoramas) == 0:
        raise PrototypeError(
            f"{folder}: expected an embedding for each of {len(panoramas)} members, "
            f"got: {embeddings.shape}"
        )
    if not np.isfinite(embeddings).all():
        raise PrototypeError(f"{folder}: expected finite embeddings, got: NaN or infinity")
    points = np.stack([columns["lat"], columns["lng"]], axis=1)
    return _assemble(panoramas, points, embeddings, columns["geocell"], columns["cluster"])
