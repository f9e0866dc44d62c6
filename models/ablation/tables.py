"""The table: each row's figures, and by how much it falls behind the full system."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.artefact import written
from models.evaluation.bootstrap import Interval, intervals, sequence_ids
from models.evaluation.marks import LEAST_SEQUENCES
from models.evaluation.metrics import scores_of
from models.geo import haversine_km
from models.hardness.tables import markdown

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table, over all seeds."""

    name: str
    mean_score: float
    median_km: float
    within_25_km_percent: float
    difference: float
    """Of the mean score, to the full system's; below 0 where the component helps."""
    interval: Interval | None
    """95 %, of the difference; None where there are fewer than `LEAST_SEQUENCES` drives."""


def lines_of(
    guesses: Mapping[str, Array], points: Array, sequences: Sequence[str], diagonal_km: float
) -> list[Line]:
    """Lines in the order of the rows, of which the first is the full system.

    Args:
        guesses: by row, `(seeds, n, 2)`.
        points: the truth, `(n, 2)`.
        sequences: the drive of each panorama, as `interval_of_mean` takes them.
        diagonal_km: size of the map, for the score.
    """
    errors_km = {name: haversine_km(found, points[None]) for name, found in guesses.items()}
    scores = {name: scores_of(errors, diagonal_km) for name, errors in errors_km.items()}
    full = next(iter(scores.values()))
    enough = sequence_ids(sequences).max() + 1 >= LEAST_SEQUENCES
    return [
        Line(
            name=name,
            mean_score=float(scores[name].mean()),
            median_km=float(np.median(errors)),
            within_25_km_percent=float((errors <= 25).mean() * 100),
            difference=float((scores[name] - full).mean()),
            interval=paired_interval(scores[name] - full, sequences) if enough else None,
        )
        for name, errors in errors_km.items()
    ]


def paired_interval(differences: Array, sequences: Sequence[str]) -> Interval:
    """The 95 % percentile interval of the mean of paired differences `(seeds, n)`.

    In each resample as many seeds as there are, and as many drives as there are, are drawn with
    replacement, independently of each other; a drive brings all its panoramas, for all seeds drawn.
    Both systems are always seen at the same seeds and panoramas. A few seeds say little of how
    seeds differ: resampling s of them finds (s - 1) / s of their variance.
    """
    seeds, rng = len(differences), np.random.default_rng(1)

    def figure(weights: Array) -> Array:
        of_seeds = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=len(weights)) / seeds
        values = np.einsum("rs,sn,rn->r", of_seeds, differences, weights, optimize=True)
        return np.asarray(values / weights.sum(axis=1))[:, None]

    (found,) = intervals(figure, sequences)
    return found


def as_markdown(lines: Sequence[Line]) -> str:
    """One line a row."""
    head = ("", "score", "median km", "25 km, %", "difference", "95 %")
    first, *others = lines
    return markdown([head, (*_figures(first), "", ""), *map(_cells, others)])


def _figures(line: Line) -> tuple[str, ...]:
    return (
        line.name,
        f"{line.mean_score:,.0f}",
        f"{line.median_km:,.0f}",
        f"{line.within_25_km_percent:.1f}",
    )


def _cells(line: Line) -> tuple[str, ...]:
    bounds = "" if line.interval is None else "{:+,.0f} to {:+,.0f}".format(*line.interval)
    return (*_figures(line), f"{line.difference:+,.0f}", bounds)


def save_json(tables: Mapping[str, Sequence[Line]], path: Path) -> Path:
    """Write all figures, unrounded; return the path."""
    content = {split: [asdict(line) for line in lines] for split, lines in tables.items()}
    with written(path) as temporary:
        temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path
