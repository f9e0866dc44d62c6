"""Files as GeoCLIP publishes them, of the same names and shapes, with made-up numbers."""

from __future__ import annotations

import csv
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

PLACES = [(48.86, 2.35), (-33.87, 151.21), (35.68, 139.69), (48.86, 2.35), (64.15, -21.94)]
"""One of them twice, as in the published gallery."""

SIGMAS = (1, 16, 256)


def location_encoder() -> Any:
    """Modules nested and called as theirs are (github.com/VicenteVivan/geo-clip)."""
    from torch import nn

    branches = {}
    for number, sigma in enumerate(SIGMAS):
        frequencies = nn.Module()
        frequencies.b = nn.Parameter(_normal(256, 2) * sigma, requires_grad=False)
        widths = (512, 1024, 1024, 1024)
        layers = [[nn.Linear(a, b), nn.ReLU()] for a, b in pairwise(widths)]
        capsule = nn.Sequential(frequencies, *(module for pair in layers for module in pair))
        head = nn.Sequential(nn.Linear(1024, 512))
        branches[f"LocEnc{number}"] = nn.ModuleDict({"capsule": capsule, "head": head})
    return nn.ModuleDict(branches)


def head() -> Any:
    from torch import nn

    return nn.Sequential(nn.Linear(768, 768), nn.ReLU(), nn.Linear(768, 512))


def write(folder: Path) -> Path:
    """All four files, by a seed."""
    import torch

    torch.manual_seed(11)
    (folder / "weights").mkdir(parents=True)
    (folder / "gps_gallery").mkdir()
    weights = folder / "weights"
    torch.save(location_encoder().state_dict(), weights / "location_encoder_weights.pth")
    torch.save(head().state_dict(), weights / "image_encoder_mlp_weights.pth")
    scale = torch.nn.Parameter(torch.tensor(math.log(40)))
    torch.save(scale, weights / "logit_scale_weights.pth")
    with (folder / "gps_gallery" / "coordinates_100K.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("LAT", "LON"), *PLACES])
    return folder


def _normal(*shape: int) -> Any:
    import torch

    return torch.randn(shape)
