"""Samples: panoramas with their embeddings, on disk.

samples.parquet   one row per panorama: id, lat, lng, split; names pack and encoder
embeddings.npy    (n, d) float32 in the same order, memory-mapped when read
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from models.artefact import written
from models.world.pack import Panorama

FORMAT = 1


class SamplesError(ValueError):
    """Samples on disk are not what samples should be."""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Embedded panoramas of one pack."""

    pack: str
    encoder: str
    panoramas: tuple[str, ...]
    points: NDArray[np.float64]
    """`(n, 2)`."""
    splits: tuple[str, ...]
    embeddings: NDArray[np.float32]
    """`(n, d)`, each the plain mean of the panorama's views."""

    def __len__(self) -> int:
        return len(self.panoramas)

    def split(self, name: str) -> Samples:
        """The samples of one split, in order."""
        rows = [row for row, split in enumerate(self.splits) if split == name]
        return Samples(
            self.pack,
            self.encoder,
            tuple(self.panoramas[row] for row in rows),
            self.points[rows],
            (name,) * len(rows),
            self.embeddings[rows],
        )


def make_samples(
    pack: str, encoder: str, panoramas: tuple[Panorama, ...], embeddings: NDArray[np.float32]
) -> Samples:
    """Samples from panoramas and their embeddings `(n, d)`."""
    return Samples(
        pack,
        encoder,
        tuple(p.id for p in panoramas),
        np.array([(p.lat, p.lng) for p in panoramas], dtype=np.float64).reshape(-1, 2),
        tuple(p.split for p in panoramas),
        embeddings,
    )


def save_samples(samples: Samples, folder: Path) -> Path:
    """Write both files; return the folder."""
    about = {"format": FORMAT, "pack": samples.pack, "encoder": samples.encoder}
    table = pa.table(
        {
            "id": list(samples.panoramas),
            "lat": samples.points[:, 0],
            "lng": samples.points[:, 1],
            "split": list(samples.splits),
        }
    ).replace_schema_metadata({"homing": json.dumps(about)})
    # The table goes first and comes last: it never stands beside other samples' embeddings.
    (folder / "samples.parquet").unlink(missing_ok=True)
    with written(folder / "embeddings.npy") as path, path.open("wb") as file:
        np.save(file, samples.embeddings, allow_pickle=False)
    with written(folder / "samples.parquet") as path:
        pq.write_table(table, path)
    return folder


def load_samples(folder: Path) -> Samples:
    """Read what `save_samples` wrote.

    Raises:
        SamplesError: a file is missing, broken, of another format, or they disagree.
    """
    path = folder / "samples.parquet"
    try:
        table = pq.read_table(path)
        about = json.loads((table.schema.metadata or {}).get(b"homing", b"{}"))
        embeddings = np.load(folder / "embeddings.npy", mmap_mode="r", allow_pickle=False)
        points = np.stack([table["lat"].to_numpy(), table["lng"].to_numpy()], axis=1)
        ids, splits = tuple(table["id"].to_pylist()), tuple(table["split"].to_pylist())
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        raise SamplesError(f"{path}: expected samples, got: {error}") from error
    if about.get("format") != FORMAT:
        raise SamplesError(f"{path}: expected samples format {FORMAT}, got: {about.get('format')}")
    if embeddings.ndim != 2 or len(embeddings) != len(ids):
        raise SamplesError(
            f"{folder}: expected {len(ids)} embeddings (n, d), got: {embeddings.shape}"
        )
    return Samples(about["pack"], about["encoder"], ids, points, splits, embeddings)


def checked_embeddings(embeddings: NDArray[np.float32], dim: int) -> NDArray[np.float32]:
    """The array itself as float32, once it is known to be `(n, dim)` and finite.

    Raises:
        ValueError: it is not.
    """
    array = np.asarray(embeddings, dtype=np.float32)
    if array.ndim != 2 or array.shape[1] != dim:
        raise ValueError(f"embeddings: expected shape (n, {dim}), got: {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("embeddings: expected finite numbers, got: NaN or infinity")
    return array


def unit(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1, contiguous for faiss; a zero vector stays zero."""
    lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
    return np.ascontiguousarray(embeddings / np.maximum(lengths, 1e-12), dtype=np.float32)
