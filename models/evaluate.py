"""The step `homing evaluate`: how well a bundle guesses on a pack."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from rich.console import Console
from rich.table import Column, Table

from models.artefact import written
from models.bundle import Bundle, load_bundle
from models.embed import PACK_HELP, embed, pack_of
from models.geo import WORLD_DIAGONAL_KM, expected_points, haversine_km
from models.geolocator import Geolocator
from models.samples import Samples
from models.world.pack import SPLITS, Pack, PackError

RADII_KM = (1, 25, 200, 750, 2500)
"""Street, city, region, country, continent: the field's thresholds since Im2GPS."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Errors of `n` guesses."""

    n: int
    within_percent: dict[str, float]
    """By radius: share of guesses at most that far off."""
    median_km: float
    mean_km: float
    mean_score: float


def measure(
    guesses: ArrayLike, truths: ArrayLike, diagonal_km: float = WORLD_DIAGONAL_KM
) -> Metrics:
    """Metrics of guesses `(n, 2)` against truths `(n, 2)`.

    Scores are rounded as the game rounds them. An error of exactly a radius counts as within.

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
        mean_score=float(np.mean(np.rint(expected_points(errors, diagonal_km)))),
    )


def evaluate(
    geolocator: Geolocator, samples: Samples, diagonal_km: float = WORLD_DIAGONAL_KM
) -> dict[str, Metrics]:
    """Metrics of the geocell guess, the refined one and the decided one."""
    predictions = geolocator.locate(np.asarray(samples.embeddings))
    kinds = {
        "geocell": [p.geocell_guess for p in predictions],
        "refined": [p.refined_guess for p in predictions],
        "guess": [p.guess for p in predictions],
    }
    return {kind: measure(guesses, samples.points, diagonal_km) for kind, guesses in kinds.items()}


def table_of(title: str, rows: dict[str, Metrics]) -> Table:
    """A table for the terminal, one row per kind of guess."""
    headings = "n", *(f"{r} km" for r in RADII_KM), "median", "mean km", "score"
    table = Table(Column(no_wrap=True), title=title, box=None, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for kind, m in rows.items():
        shares = (f"{m.within_percent[str(r)]:.1f}" for r in RADII_KM)
        errors = f"{m.median_km:,.0f}", f"{m.mean_km:,.0f}", f"{m.mean_score:,.0f}"
        table.add_row(kind, str(m.n), *shares, *errors)
    return table


def as_json(rows: dict[str, Metrics]) -> dict[str, object]:
    """Metrics as bundle.json keeps them, rounded to three decimals."""
    exact = {kind: asdict(metrics) for kind, metrics in rows.items()}
    rounded: dict[str, object] = json.loads(
        json.dumps(exact), parse_float=lambda text: round(float(text), 3)
    )
    return rounded


def main(argv: list[str]) -> int:
    """Run `homing evaluate`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="homing evaluate",
        description="Measure a bundle's guesses: percent within a radius, errors, mean score.",
    )
    parser.add_argument("--bundle", required=True, help="folder, or name of a shipped bundle")
    parser.add_argument("--pack", required=True, help=PACK_HELP)
    parser.add_argument("--split", choices=SPLITS, default="test", help="default: %(default)s")
    parser.add_argument("--json", type=Path, help="file for the figures")
    arguments = parser.parse_args(argv)
    try:
        bundle = load_bundle(arguments.bundle)
        pack = pack_of(arguments.pack)
        rows = _evaluate_on(bundle, pack, arguments.split)
    except (ValueError, OSError) as error:
        print(f"homing evaluate: {error}", file=sys.stderr)
        return 1
    Console().print(table_of(f"{bundle.name} on {pack.name}, {arguments.split}", rows))
    if arguments.json:
        with written(arguments.json) as path:
            path.write_text(json.dumps(as_json(rows), indent=2) + "\n", encoding="utf-8")
    return 0


def _evaluate_on(bundle: Bundle, pack: Pack, split: str) -> dict[str, Metrics]:
    panoramas = pack.split(split)
    if not panoramas:
        raise PackError(f"{pack.name}: expected panoramas of split {split}, got none")
    with tempfile.TemporaryDirectory() as scratch:
        samples = embed(pack, panoramas, bundle.load_encoder(), Path(scratch))
        return evaluate(bundle.geolocator, samples, pack.diagonal_km)
