"""What a report draws, as SVG paths: places on a map, errors on a log scale, reliability. Pure.

Maps are plate carree: x = lng, y = -lat. Plots are `WIDTH` by `HEIGHT` with their origin at the
top left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation.metrics import RADII_KM
from models.evaluation.reliability import Bin
from models.geo import wrap_lng

Array = NDArray[np.float64]

MOST_PLACES = 3000
"""On a map; of more, an even choice."""

NORTH, SOUTH, FAR_SOUTH = 84.0, -58.0, -90.0
"""Of a map; farther south there is rarely a road."""

WIDTH, HEIGHT = 420.0, 250.0

LEAST_KM, MOST_KM = 0.1, 20_100.0
"""Of the error's axis: smaller errors stand at its start, and half the Earth's girth is its end."""

BINS_PER_DECADE = 4


@dataclass(frozen=True, slots=True)
class WorldMap:
    """Truths, guesses, and a line from each truth to its guess."""

    view_box: str
    truths: str
    guesses: str
    lines: str
    drawn: int
    """Places that are on it."""


def world_map(truths: Array, guesses: Array) -> WorldMap:
    """The map of truths and guesses, both `(n, 2)`."""
    chosen = np.unique(np.linspace(0, len(truths) - 1, MOST_PLACES).round().astype(int))
    truths, guesses = truths[chosen], guesses[chosen]
    south = FAR_SOUTH if min(truths[:, 0].min(), guesses[:, 0].min()) < SOUTH else SOUTH
    return WorldMap(
        view_box=f"-180 {-NORTH:g} 360 {NORTH - south:g}",
        truths=_dots(truths),
        guesses=_dots(guesses),
        lines=_lines(truths, guesses),
        drawn=len(chosen),
    )


def _dots(points: Array) -> str:
    """Lines of no length: with round caps they are dots."""
    return "".join(f"M{lng:.2f} {-lat:.2f}h0" for lat, lng in points.tolist())


def _lines(truths: Array, guesses: Array) -> str:
    """Straight lines, the shorter way round; one over the antimeridian is drawn on both sides."""
    east = wrap_lng(guesses[:, 1] - truths[:, 1])
    up = guesses[:, 0] - truths[:, 0]
    paths = []
    for (lat, lng), dx, dy in zip(truths.tolist(), east.tolist(), up.tolist(), strict=True):
        starts = [lng] if abs(lng + dx) <= 180 else [lng, lng - np.copysign(360, dx)]
        paths += [f"M{start:.1f} {-lat:.1f}l{dx:.1f} {-dy:.1f}" for start in starts]
    return "".join(paths)


@dataclass(frozen=True, slots=True)
class ErrorPlot:
    """How errors are spread: bars of the decided guess, and a rising curve for each kind."""

    bars: tuple[tuple[float, float, float, float], ...]
    """x, y, width, height."""
    curves: dict[str, str]
    """Share of errors up to x, by kind of guess."""
    radii: tuple[tuple[float, str], ...]
    """x and name of the field's radii."""
    ticks: tuple[tuple[float, str], ...]
    """x and name of the powers of ten."""


def error_plot(errors_km: dict[str, Array], decided: str) -> ErrorPlot:
    """The plot of errors `(n,)` by kind of guess; the highest bar is half as high as the plot."""
    decades = np.log10(MOST_KM / LEAST_KM)
    edges = np.logspace(0, decades, round(decades * BINS_PER_DECADE) + 1) * LEAST_KM
    counts, _ = np.histogram(np.clip(errors_km[decided], LEAST_KM, MOST_KM), edges)
    heights = counts / counts.max() * HEIGHT / 2
    x = error_x(edges)
    bars = zip(x[:-1], HEIGHT - heights, np.diff(x), heights, strict=True)
    powers = [10.0**power for power in range(-1, 5)]
    return ErrorPlot(
        bars=tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in bars if d > 0),
        curves={kind: _curve(errors) for kind, errors in errors_km.items()},
        radii=tuple((float(error_x(radius)), str(radius)) for radius in RADII_KM),
        ticks=tuple((float(error_x(power)), f"{power:,g}") for power in powers),
    )


def error_x(km: float | Array) -> Array:
    """Where errors stand on the log axis."""
    inside = np.clip(np.asarray(km, dtype=np.float64), LEAST_KM, MOST_KM)
    return np.asarray(WIDTH * np.log10(inside / LEAST_KM) / np.log10(MOST_KM / LEAST_KM))


def _curve(errors_km: Array) -> str:
    """Share of errors up to each of a few hundred distances."""
    x = np.linspace(0, WIDTH, 211)
    ranked = np.sort(error_x(errors_km))
    shares = np.searchsorted(ranked, x, side="right") / len(ranked)
    return _polyline(x, HEIGHT * (1 - shares))


def reliability_curve(bins: Sequence[Bin]) -> str:
    """A line through the bins in a square of side `HEIGHT`: confidence east, accuracy up."""
    confidence, accuracy = np.array([(part.confidence, part.accuracy) for part in bins]).T
    return _polyline(HEIGHT * confidence, HEIGHT * (1 - accuracy))


def _polyline(x: Array, y: Array) -> str:
    points = zip(x.tolist(), y.tolist(), strict=True)
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
