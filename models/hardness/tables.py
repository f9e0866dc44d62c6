"""Tables that are printed, and pasted into docs/world.md, as Markdown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from models.artefact import written
from models.evaluation.metrics import RADII_KM, Metrics


@dataclass(frozen=True, slots=True)
class Row:
    """One way of guessing, measured."""

    name: str
    metrics: Metrics
    interval: tuple[float, float]
    """95 %, of the mean score."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost when cues are switched off."""

    name: str
    mean_score: float
    difference: float
    """To the same places with all cues on; below 0 where it is a loss."""
    interval: tuple[float, float]
    """95 %, of the difference, paired by place."""


def rows_as_markdown(rows: Sequence[Row]) -> str:
    """One line a row: share within each radius, errors, score with its interval."""
    head = ("", "n", *(f"{radius} km" for radius in RADII_KM), "median km", "score", "95 %")
    return markdown([head, *(_cells(row) for row in rows)])


def losses_as_markdown(losses: Sequence[Loss]) -> str:
    """One line a loss."""
    head = ("off", "score", "difference", "95 %")
    lines = [
        (
            loss.name,
            f"{loss.mean_score:,.0f}",
            f"{loss.difference:+,.0f}",
            f"{loss.interval[0]:+,.0f} to {loss.interval[1]:+,.0f}",
        )
        for loss in losses
    ]
    return markdown([head, *lines])


def save_json(figures: Sequence[Row | Loss], path: Path) -> Path:
    """Write all figures, unrounded; return the path."""
    text = json.dumps([asdict(figure) for figure in figures], indent=2, ensure_ascii=False)
    with written(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")
    return path


def _cells(row: Row) -> tuple[str, ...]:
    m, (low, high) = row.metrics, row.interval
    return (
        row.name,
        str(m.n),
        *(f"{m.within_percent[str(radius)]:.1f}" for radius in RADII_KM),
        f"{m.median_km:,.0f}",
        f"{m.mean_score:,.0f}",
        f"{low:,.0f} to {high:,.0f}",
    )


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """The first line is the head; numbers stand right, the first column left."""
    widths = [max(2, *map(len, column)) for column in zip(*lines, strict=True)]
    padded = [
        [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]
        for line in lines
    ]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in [padded[0], rule, *padded[1:]])
