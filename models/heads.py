"""Auxiliary heads: what else of a place an embedding should tell (PIGEON, section 3.3). Torch.

Climate zone, month, and six numbers: elevation, population density, mean and range of the months'
temperature and of their precipitation. Numbers are learned standardised, and all but the mean
temperature as logarithms, as in PIGEON's release.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.captions import CLIMATES, month_of
from models.geography.survey import Survey
from models.training.recipe import Tasks

ZONES = tuple(CLIMATES)

NUMBERS = (
    *("elevation", "population density"),
    *("mean temperature", "temperature range", "mean precipitation", "precipitation range"),
)

LOWEST_M = 408
"""Added to elevations before the logarithm; of PIGEON's release for street views."""

UNKNOWN = -1
"""Class of what is not known; it costs nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """What the heads should say, row by row."""

    numbers: NDArray[np.float32]
    """`(n, 6)`, standardised."""
    climate: NDArray[np.int64]
    """`(n,)` in `ZONES`."""
    month: NDArray[np.int64]
    """`(n,)`, 0 for January."""


def targets_of(survey: Survey, dates: Sequence[str]) -> Targets:
    """Targets of training panoramas, with their dates."""
    raw = numbers_of(survey)
    spread = raw.std(axis=0)
    zones = {symbol: number for number, symbol in enumerate(ZONES)}
    return Targets(
        ((raw - raw.mean(axis=0)) / np.where(spread > 0, spread, 1)).astype(np.float32),
        np.array([zones.get(symbol, UNKNOWN) for symbol in survey.climate.tolist()]),
        np.array([(month_of(date) or 0) - 1 for date in dates]),
    )


def numbers_of(survey: Survey) -> NDArray[np.float64]:
    """The six numbers `(n, 6)` of surveyed points, most of them as logarithms."""
    warmth, rain = survey.temperature_c, survey.precipitation_mm
    return np.stack(
        [
            np.log(np.maximum(survey.elevation_m + LOWEST_M, 1)),
            np.log1p(survey.population_density),
            warmth.mean(axis=1),
            np.log1p(np.ptp(warmth, axis=1)),
            np.log1p(rain.mean(axis=1)),
            np.log1p(np.ptp(rain, axis=1)),
        ],
        axis=1,
    )


class Heads(nn.Module):
    """One linear layer for each task, over the embedding that the geocells are told from."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.numbers = nn.Linear(dim, len(NUMBERS))
        self.climate = nn.Linear(dim, len(ZONES))
        self.month = nn.Linear(dim, 12)

    def forward(
        self, embeddings: Tensor, numbers: Tensor, climate: Tensor, month: Tensor
    ) -> dict[str, Tensor]:
        """Loss of each task, for embeddings `(b, d)` and targets as in `Targets`."""
        return {
            "numbers": functional.mse_loss(self.numbers(embeddings).float(), numbers),
            "climate": known_cross_entropy(self.climate(embeddings).float(), climate),
            "month": known_cross_entropy(self.month(embeddings).float(), month),
        }


def known_cross_entropy(logits: Tensor, classes: Tensor) -> Tensor:
    """Mean cross entropy over the rows whose class is known; 0 where none is."""
    total = functional.cross_entropy(logits, classes, ignore_index=UNKNOWN, reduction="sum")
    return total / (classes != UNKNOWN).sum().clamp(min=1)


def multi_task_sum(geocells: Tensor, others: dict[str, Tensor], tasks: Tasks) -> Tensor:
    """The loss that is minimised."""
    return (
        geocells
        + tasks.numbers * others["numbers"]
        + tasks.climate * others["climate"]
        + tasks.month * others["month"]
    )


def tensors_of(targets: Targets) -> tuple[Tensor, Tensor, Tensor]:
    """As `Heads.forward` takes them."""
    return (
        torch.from_numpy(targets.numbers),
        torch.from_numpy(targets.climate),
        torch.from_numpy(targets.month),
    )
