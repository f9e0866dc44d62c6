"""How good a trainee is, after each epoch. Torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from models.embed import HEADINGS
from models.evaluation.metrics import measure
from models.training.trainee import Trainee
from models.world.pack import Pack, Panorama
from models.world.pictures import read_panorama
from models.world.views import perspective_views


class Validation:
    """Geocell guesses on panoramas that are not trained on."""

    def __init__(
        self, views: torch.Tensor, points: NDArray[np.float64], centroids: NDArray[np.float64]
    ) -> None:
        """`views` are what a trainee takes, of panoramas at `points`."""
        self._views, self._points, self._centroids = views, points, centroids

    def __call__(self, trainee: Trainee) -> dict[str, float]:
        """Mean score and median error of the centroid of the best geocell."""
        trainee.eval()
        with torch.inference_mode():
            parts = [trainee(part).argmax(dim=1) for part in torch.split(self._views, 16)]
        metrics = measure(self._centroids[torch.cat(parts).cpu().numpy()], self._points)
        return {"score": metrics.mean_score, "median_km": metrics.median_km}


def validation_views(pack: Pack, panoramas: Sequence[Panorama], size_px: int) -> torch.Tensor:
    """Undisturbed views `(n, 4, size_px, size_px, 3)` to the compass; a photo has but one."""
    views = [
        perspective_views(
            read_panorama(pack, p),
            HEADINGS if p.hfov_deg >= 360 else [p.heading] * len(HEADINGS),
            size_px=size_px,
            centre_heading=p.heading,
        )
        for p in panoramas
    ]
    return torch.from_numpy(np.stack(views))
