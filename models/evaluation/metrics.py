"""The figures of the field: shares within radii, errors, score, right country and admin-1."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.evaluation.bootstrap import Interval
from models.geo import WORLD_DIAGONAL_KM, expected_points, haversine_km
from models.geolocator import Geolocator, Prediction
from models.samples import Samples

Array = NDArray[np.float64]

RADII_KM = (1, 25, 200, 750, 2500)
"""Street, city, region, country, continent: the field's thresholds since Im2GPS."""


class Column(NamedTuple):
    """A figure in a table."""

    name: str
    """As in `figures` and `Metrics.intervals`."""
    heading: str
    decimals: int


COLUMNS = (
    *(Column(f"within_{radius}_km_percent", str(radius), 1) for radius in RADII_KM),
    Column("median_km", "median", 0),
    Column("mean_km", "mean", 0),
    Column("mean_score", "score", 0),
    Column("country_percent", "country", 1),
    Column("admin1_percent", "admin-1", 1),
)


@dataclass(frozen=True, slots=True)
class Metrics:
    """What `n` guesses are worth."""

    n: int
    within_percent: dict[str, float]
    """By radius: share of guesses at most that far off."""
    median_km: float
    mean_km: float
    mean_score: float
    country_percent: float | None = None
    """Share of guesses in the right country; None where nobody asked."""
    admin1_percent: float | None = None
    """Share of guesses in the right admin-1 area of the right country."""
    intervals: dict[str, Interval] = field(default_factory=dict)
    """95 %, by the names of `figures`; empty where nobody asked, or for too few sequences."""


def measure(
    guesses: ArrayLike, truths: ArrayLike, diagonal_km: float = WORLD_DIAGONAL_KM
) -> Metrics:
    """Metrics of guesses `(n, 2)` against truths `(n, 2)`, without areas and intervals.

    An error of exactly a radius counts as within.

    Raises:
        ValueError: there are none, or not as many of one as of the other.
    """
    here, there = np.asarray(guesses, dtype=float), np.asarray(truths, dtype=float)
    if here.shape != there.shape or here.ndim != 2 or len(here) == 0:
        raise ValueError(f"expected guesses and truths (n, 2), got: {here.shape}, {there.shape}")
    errors = haversine_km(here, there)
    return Metrics(
        n=len(errors),
        within_percent={str(r): float(np.mean(errors <= r) * 100) for r in RADII_KM},
        median_km=float(np.median(errors)),
        mean_km=float(np.mean(errors)),
        mean_score=float(np.mean(scores_of(errors, diagonal_km))),
    )


def scores_of(errors_km: ArrayLike, diagonal_km: float = WORLD_DIAGONAL_KM) -> Array:
    """Scores `(n,)` of errors `(n,)`, rounded as the game rounds them."""
    return np.rint(expected_points(errors_km, diagonal_km))


def evaluate(
    geolocator: Geolocator, samples: Samples, diagonal_km: float = WORLD_DIAGONAL_KM
) -> dict[str, Metrics]:
    """Plain metrics of the geocell guess, the refined one and the decided one."""
    kinds = guesses_of(geolocator.locate(np.asarray(samples.embeddings)))
    return {kind: measure(guesses, samples.points, diagonal_km) for kind, guesses in kinds.items()}


def guesses_of(predictions: list[Prediction]) -> dict[str, Array]:
    """Points `(n, 2)` by kind: `geocell`, `refined` and `guess`, the decided one."""
    kinds = {
        "geocell": [p.geocell_guess for p in predictions],
        "refined": [p.refined_guess for p in predictions],
        "guess": [p.guess for p in predictions],
    }
    return {kind: np.array(points, dtype=np.float64) for kind, points in kinds.items()}


def figures(metrics: Metrics) -> dict[str, float]:
    """The figures that were measured, by the names of `COLUMNS`."""
    within = (metrics.within_percent[str(radius)] for radius in RADII_KM)
    others = (
        *(metrics.median_km, metrics.mean_km, metrics.mean_score),
        *(metrics.country_percent, metrics.admin1_percent),
    )
    named = zip((column.name for column in COLUMNS), (*within, *others), strict=True)
    return {name: value for name, value in named if value is not None}


def as_json(rows: Mapping[str, Metrics]) -> dict[str, object]:
    """Metrics as bundle.json keeps them, to three decimals; what was not asked is absent."""
    exact = {
        kind: {name: value for name, value in asdict(m).items() if value not in (None, {})}
        for kind, m in rows.items()
    }
    rounded: dict[str, object] = json.loads(
        json.dumps(exact), parse_float=lambda text: round(float(text), 3)
    )
    return rounded
