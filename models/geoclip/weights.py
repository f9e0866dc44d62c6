"""GeoCLIP's published files, read and checked. Torch."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from pyarrow import csv

from models.geoclip.geolocator import Head
from models.geoclip.location_encoder import DIM, Tensors, location_shapes

LOCATION_FILE = "weights/location_encoder_weights.pth"
HEAD_FILE = "weights/image_encoder_mlp_weights.pth"
SCALE_FILE = "weights/logit_scale_weights.pth"
PLACES_FILE = "gps_gallery/coordinates_100K.csv"

CLIP_DIM = 768
"""Numbers in an embedding of CLIP ViT-L/14."""

HEAD_SHAPES: Mapping[str, tuple[int, ...]] = {
    "0.weight": (CLIP_DIM, CLIP_DIM),
    "0.bias": (CLIP_DIM,),
    "2.weight": (DIM, CLIP_DIM),
    "2.bias": (DIM,),
}


class GeoClipError(ValueError):
    """A file is not what GeoCLIP published under its name."""


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """What is in GeoCLIP's folder."""

    location: Tensors
    """Of the location encoder: see `location_shapes`."""
    head: Head
    logit_scale: float
    """What cosines are multiplied by before the softmax."""
    points: NDArray[np.float64]
    """`(s, 2)`, the gallery's places, each once."""

    def gallery_key(self) -> str:
        """SHA-256 of all that the gallery's embeddings depend on: weights and places."""
        digest = sha256(self.points.tobytes())
        for name, tensor in sorted(self.location.items()):
            digest.update(name.encode() + tensor.numpy().tobytes())
        return digest.hexdigest()


def read_published(folder: Path) -> Published:
    """Read the four files: `weights/` and `gps_gallery/` as in their repository's `geoclip/model`.

    Raises:
        GeoClipError: one is missing, or is something else.
    """
    head = read_tensors(folder / HEAD_FILE, HEAD_SHAPES)
    parts = [tensor.numpy() for name, tensor in head.items()]
    return Published(
        location=read_tensors(folder / LOCATION_FILE, location_shapes()),
        head=Head(*parts),
        logit_scale=read_logit_scale(folder / SCALE_FILE),
        points=read_places(folder / PLACES_FILE),
    )


def read_tensors(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, torch.Tensor]:
    """A state dict of exactly these names and shapes, in their order, float32.

    Raises:
        GeoClipError: it is none; the first name that does not fit is told.
    """
    found = _load(path)
    if not isinstance(found, Mapping):
        raise GeoClipError(f"{path}: expected a state dict, got: {type(found).__name__}")
    for name, shape in shapes.items():
        got = tuple(found[name].shape) if isinstance(found.get(name), torch.Tensor) else "none"
        if got != shape:
            raise GeoClipError(f"{path}: {name}: expected shape {shape}, got: {got}")
    if unknown := sorted(map(str, found.keys() - shapes.keys())):
        raise GeoClipError(f"{path}: expected {len(shapes)} tensors, got also: {unknown[:5]}")
    return {name: found[name].detach().float().contiguous() for name in shapes}


def read_logit_scale(path: Path) -> float:
    """The factor itself; the file holds its logarithm.

    Raises:
        GeoClipError: the file holds something other than one number.
    """
    found = _load(path)
    if not isinstance(found, torch.Tensor) or found.numel() != 1 or not found.isfinite().all():
        got = tuple(found.shape) if isinstance(found, torch.Tensor) else type(found).__name__
        raise GeoClipError(f"{path}: expected one finite number, got: {got}")
    return float(found.detach().double().exp())


def read_places(path: Path) -> NDArray[np.float64]:
    """Distinct places `(s, 2)` of a table with columns LAT and LON, from south to north.

    Raises:
        GeoClipError: there is no such table, or its numbers are no places.
    """
    try:
        columns = {"LAT": pa.float64(), "LON": pa.float64()}
        options = csv.ConvertOptions(include_columns=list(columns), column_types=columns)
        table = csv.read_csv(path, convert_options=options)
    except (OSError, KeyError, pa.ArrowException) as error:
        raise GeoClipError(f"{path}: expected columns LAT and LON, got: {error}") from error
    points = np.stack([table[name].to_numpy() for name in columns], axis=1)
    wrong = ~(np.abs(points) <= (90, 180)).all(axis=1)
    if wrong.any():
        raise GeoClipError(f"{path}: expected degrees, got: {points[wrong][0].tolist()}")
    return np.unique(points, axis=0)


def _load(path: Path) -> Any:  # noqa: ANN401  a pickle holds anything
    try:
        # weights_only: a pickle may hold code, this reads tensors and refuses the rest.
        return torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, EOFError, pickle.UnpicklingError, RuntimeError, ValueError) as error:
        raise GeoClipError(f"{path}: expected weights, got: {error}") from error
