"""`views.perspective_views` for whole batches, on whatever device the panoramas are.

The pictures are those of `views` but for rounding: OpenCV's maps go in steps of 1/32 pixel, these
do not.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812  as torch's own documentation names it
from torch import Tensor

from models.world.views import full_turn_px


def perspective_views(
    equirectangulars: Tensor,
    headings: Tensor,
    *,
    size_px: int,
    fov_deg: float = 90.0,
    pitch: float = 0.0,
) -> Tensor:
    """Square pinhole views `(b, n, size_px, size_px, 3)`, uint8, on the panoramas' device.

    `equirectangulars` `(b, h, w, 3)` are uint8. `headings` `(b, n)` are clockwise from each one's
    centre column, degrees: for headings from north, take the panorama's own off. `fov_deg` is the
    horizontal and the vertical angle; `pitch` is positive upwards.

    Raises:
        ValueError: shapes or type do not fit, or the angle is not in (0, 180).
    """
    _check(equirectangulars, headings, fov_deg)
    finer = equirectangulars.shape[2] / full_turn_px(size_px, fov_deg)
    source = _shrunk(equirectangulars.movedim(3, 1).float(), finer)
    count, views = headings.shape
    grid = _grid(source, headings, size_px, fov_deg, pitch)
    joined = torch.cat([source, source[..., :1]], dim=3)  # the seam: right of the last is the first
    drawn = F.grid_sample(joined, grid, mode="bilinear", align_corners=True)
    cut = drawn.reshape(count, 3, views, size_px, size_px).permute(0, 2, 3, 4, 1)
    return cut.round().clamp(0, 255).to(torch.uint8)


def _check(equirectangulars: Tensor, headings: Tensor, fov_deg: float) -> None:
    shape, kind = tuple(equirectangulars.shape), equirectangulars.dtype
    if len(shape) != 4 or shape[3] != 3 or kind != torch.uint8:
        raise ValueError(f"expected uint8 (b, h, w, 3), got: {kind} {shape}")
    if headings.ndim != 2 or len(headings) != shape[0]:
        raise ValueError(f"expected headings ({shape[0]}, n), got: {tuple(headings.shape)}")
    if not 0 < fov_deg < 180:
        raise ValueError(f"expected a field of view in (0, 180) deg, got: {fov_deg}")


def _shrunk(source: Tensor, ratio: float) -> Tensor:
    """Averaged down by `ratio` where that is above 1, as in `views`."""
    if ratio <= 1:
        return source
    down, across = (
        _averages(length, max(1, round(length / ratio))).to(source) for length in source.shape[2:]
    )
    return (down @ source @ across.T).round()


def _averages(length: int, parts: int) -> Tensor:
    """Share `(parts, length)` of each pixel in each of `parts` equal stretches of a line."""
    edges = torch.arange(parts + 1, dtype=torch.float64) * length / parts
    pixels = torch.arange(length, dtype=torch.float64)
    ends = torch.minimum(edges[1:, None], pixels + 1)
    starts = torch.maximum(edges[:-1, None], pixels)
    return (ends - starts).clamp(min=0) * parts / length


def _grid(source: Tensor, headings: Tensor, size_px: int, fov_deg: float, pitch: float) -> Tensor:
    """Where each pixel looks, in grid_sample's units: `(b, n * size_px, size_px, 2)`."""
    height, width = source.shape[2:]
    across = (torch.arange(size_px, device=source.device) + 0.5) * 2 / size_px - 1
    across = across * math.tan(math.radians(fov_deg) / 2)
    down, right = torch.meshgrid(across, across, indexing="ij")
    sin, cos = math.sin(math.radians(pitch)), math.cos(math.radians(pitch))
    forward, up = cos + down * sin, sin - down * cos
    turn = (headings.to(across) / 360)[..., None, None]
    x = ((torch.atan2(right, forward) / (2 * math.pi) + 0.5 + turn) * width - 0.5) % width
    elevation = torch.atan2(up, torch.hypot(right, forward))
    y = ((0.5 - elevation / math.pi) * height - 0.5).clamp(0, height - 1)
    grid = torch.stack([x * 2 / width - 1, (y * 2 / (height - 1) - 1).expand_as(x)], dim=-1)
    return grid.flatten(1, 2)
