"""Embeddings of a seed's encoder, one for each view. Torch."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.ablation.cuts import VIEWS
from models.ablation.ground import Ground
from models.artefact import written
from models.training.distributed import Team
from models.training.start import started
from models.training.trainee import normalised
from models.training.views import Pictures

_AT_ONCE = 32
"""Panoramas embedded together."""


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """What one encoder makes of all views."""

    plain: NDArray[np.float32]
    """`(n, 4, d)` of all panoramas, undisturbed."""
    disturbed: NDArray[np.float32]
    """`(copies, n, 4, d)` of the training panoramas."""

    @property
    def dim(self) -> int:
        """Numbers in an embedding."""
        return int(self.plain.shape[-1])


def embedded(ground: Ground, encoder: Callable[[], Path], file: Path, team: Team) -> Embedded:
    """Embeddings kept in `file` (npz); where there are none yet, of an encoder that is then made.

    `encoder` gives its folder.
    """
    if not file.is_file():
        visual = started(str(encoder())).model.visual.eval().to(team.device)
        plain = _embed(visual, ground.views, team)
        views = ground.cuts.views
        disturbed = np.stack([_embed(visual, copy, team) for copy in views])
        with written(file) as path, path.open("wb") as stream:
            np.savez(stream, plain=plain, disturbed=disturbed)
    with np.load(file) as found:
        return Embedded(found["plain"], found["disturbed"])


def drawn_mean(
    embedded: Embedded, rows: NDArray[np.int64], rng: np.random.Generator, views: int
) -> NDArray[np.float32]:
    """Panorama embeddings `(b, d)` of training rows: of a copy each, the mean of some views."""
    copies = rng.integers(len(embedded.disturbed), size=len(rows))
    some = rng.permuted(np.tile(np.arange(VIEWS), (len(rows), 1)), axis=1)[:, :views]
    found = embedded.disturbed[copies[:, None], rows[:, None], some]
    return np.asarray(found.mean(axis=1), dtype=np.float32)


def plain_mean(embedded: Embedded, views: int, seed: int) -> NDArray[np.float32]:
    """Embeddings `(n, d)` of all panoramas: the mean of so many of their views, drawn by chance."""
    rng, count = np.random.default_rng(seed), len(embedded.plain)
    some = rng.permuted(np.tile(np.arange(VIEWS), (count, 1)), axis=1)[:, :views]
    found = embedded.plain[np.arange(count)[:, None], some]
    return np.asarray(found.mean(axis=1), dtype=np.float32)


def _embed(visual: Any, views: Pictures, team: Team) -> NDArray[np.float32]:  # noqa: ANN401
    """`(n, 4, d)` of views `(n, 4, h, w, 3)`."""
    parts, started_s = [], time.monotonic()
    for first in range(0, len(views), _AT_ONCE):
        some = torch.from_numpy(views[first : first + _AT_ONCE]).to(team.device)
        with torch.inference_mode():
            found = visual(normalised(some.flatten(0, 1), visual))
        parts.append(found.float().cpu().numpy().reshape(*some.shape[:2], -1))
    print(f"embedded {len(views)} panoramas, {time.monotonic() - started_s:.0f} s", file=sys.stderr)
    return np.concatenate(parts)
