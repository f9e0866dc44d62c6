"""Places -> embeddings, as GeoCLIP's location encoder has it. Torch.

Equal Earth, then three branches: random Fourier features of one frequency range each (standard
deviations 1, 16 and 256), three layers with ReLU and a linear one. The branches are added
(arXiv 2309.16020; constants as in github.com/VicenteVivan/geo-clip).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import linear, normalize, relu

from models.geo import equal_earth

Tensors = Mapping[str, torch.Tensor]

BRANCHES = ("LocEnc0", "LocEnc1", "LocEnc2")
HIDDEN_LAYERS = ("capsule.1", "capsule.3", "capsule.5")
FREQUENCIES = "capsule.0.b"
OUT_LAYER = "head.0"

FREQUENCY_COUNT, WIDTH, DIM = 256, 1024, 512

SCALE = 66.50336 / 180
"""Brings Equal Earth on the unit sphere to [-1, 1] from west to east."""

CHUNK = 2000
"""Places embedded at once."""


def location_shapes() -> dict[str, tuple[int, ...]]:
    """What the state dict of a location encoder holds: shapes by name."""
    layers = dict.fromkeys(HIDDEN_LAYERS, (WIDTH, WIDTH)) | {OUT_LAYER: (DIM, WIDTH)}
    layers[HIDDEN_LAYERS[0]] = (WIDTH, 2 * FREQUENCY_COUNT)
    of_one: dict[str, tuple[int, ...]] = {FREQUENCIES: (FREQUENCY_COUNT, 2)}
    for name, shape in layers.items():
        of_one |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    return {f"{branch}.{name}": shape for branch in BRANCHES for name, shape in of_one.items()}


def embed_places(tensors: Tensors, points: NDArray[np.float64]) -> NDArray[np.float32]:
    """Unit vectors `(s, 512)` of places `(s, 2)`, s at least 1; tells its progress on stderr."""
    parts = []
    for first in range(0, len(points), CHUNK):
        chunk = points[first : first + CHUNK]
        with torch.inference_mode():
            parts.append(normalize(embed_chunk(tensors, chunk), dim=1).numpy())
        print(f"embedded {first + len(chunk)} of {len(points)} places", file=sys.stderr)
    return np.concatenate(parts)


def embed_chunk(tensors: Tensors, points: NDArray[np.float64]) -> torch.Tensor:
    """`(s, 512)`, of any length, for places `(s, 2)`: the sum of the branches."""
    plane = torch.from_numpy(SCALE * equal_earth(points))
    return torch.stack([_branch(tensors, branch, plane) for branch in BRANCHES]).sum(dim=0)


def _branch(tensors: Tensors, branch: str, plane: torch.Tensor) -> torch.Tensor:
    found = fourier_features(tensors[f"{branch}.{FREQUENCIES}"], plane)
    for layer in HIDDEN_LAYERS:
        found = relu(_linear(tensors, f"{branch}.{layer}", found))
    return _linear(tensors, f"{branch}.{OUT_LAYER}", found)


def _linear(tensors: Tensors, layer: str, values: torch.Tensor) -> torch.Tensor:
    return linear(values, tensors[f"{layer}.weight"], tensors[f"{layer}.bias"])


def fourier_features(frequencies: torch.Tensor, plane: torch.Tensor) -> torch.Tensor:
    """`(s, 2 f)`: cosines, then sines, of 2 pi times frequencies `(f, 2)` along points `(s, 2)`.

    (Tancik et al., NeurIPS 2020.) In double precision up to the angle: it counts
    hundreds of turns.
    """
    angles = 2 * torch.pi * plane.double() @ frequencies.double().T
    return torch.cat([angles.cos(), angles.sin()], dim=-1).float()
