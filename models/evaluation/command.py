"""The step `homing evaluate`: how good guesses are, a bundle's or another system's."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from models.artefact import written
from models.bundle import load_bundle
from models.embed import PACK_HELP
from models.evaluation.benchmarks import BENCHMARKS
from models.evaluation.evaluation import Evaluation, evaluation_as_json
from models.evaluation.leaks import LEAK_KM
from models.evaluation.printing import print_evaluation
from models.evaluation.report import write_report
from models.evaluation.systems import (
    bundle_on_benchmark,
    bundle_on_pack,
    guesses_on_benchmark,
    guesses_on_pack,
)
from models.world.pack import SPLITS, Pack, PackError, pack_of

TESTED = ("test", "holdout")
"""Splits that are asked for where none are named, as far as the pack has them."""

ABOUT = (
    "Measure guesses: percent within a radius, errors, score, right country and admin-1, with "
    "95 % intervals; by continent, country, town and country; calibration. Panoramas too near to "
    "the bundle's own are left out. See docs/evaluation.md."
)


def main(argv: list[str]) -> int:
    """Run `homing evaluate`; 0 when done, 1 when it could not be done."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.benchmark and not (arguments.table and (arguments.images or arguments.guesses)):
        parser.error("--benchmark needs --table, and --images unless there are --guesses")
    try:
        system, found = _evaluated(arguments)
        for evaluation in found:
            print_evaluation(evaluation, system)
        if arguments.json:
            _save_json(system, found, arguments.json)
        if arguments.report:
            print(write_report(system, found, arguments.report))
    except (ValueError, OSError) as error:
        print(f"homing evaluate: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="homing evaluate", description=ABOUT)
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--bundle", help="folder, or name of a shipped bundle")
    whose.add_argument("--guesses", type=Path, help="another system's: CSV with id, lat, lng")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--pack", help=PACK_HELP)
    what.add_argument("--benchmark", choices=BENCHMARKS, help="beside what was published on it")
    add = parser.add_argument
    add("--images", type=Path, help="of the benchmark: folder of its pictures")
    add("--table", type=Path, help="of the benchmark: CSV with IMG_ID, LAT, LON")
    add("--split", type=_splits, help="by commas; default: test,holdout as the pack has them")
    add(
        "--leak-km",
        type=_km,
        default=LEAK_KM,
        metavar="KM",
        help="leave out what is this near to the bundle's panoramas, or on a drive of theirs; "
        "0 leaves out nothing (default: %(default)s)",
    )
    add("--json", type=Path, help="file for all figures")
    add("--report", type=Path, help="HTML file with tables, maps, plots and the worst misses")
    return parser


def _splits(text: str) -> tuple[str, ...]:
    splits = tuple(dict.fromkeys(text.split(",")))
    if unknown := [split for split in splits if split not in SPLITS]:
        raise argparse.ArgumentTypeError(f"expected of {','.join(SPLITS)}, got: {unknown[0]!r}")
    return splits


def _km(text: str) -> float:
    try:
        km = float(text)
    except ValueError:
        km = -1
    if not 0 <= km < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a distance from 0 km, got: {text}")
    return km


def _evaluated(arguments: argparse.Namespace) -> tuple[str, list[Evaluation]]:
    """Name of the system, and an evaluation for each split or for the benchmark."""
    if arguments.guesses:
        return arguments.guesses.name, list(_guesses_evaluated(arguments))
    bundle, leak_km = load_bundle(arguments.bundle), arguments.leak_km
    if arguments.benchmark:
        where = arguments.benchmark, arguments.images, arguments.table
        return bundle.name, [bundle_on_benchmark(bundle, *where, leak_km)]
    pack = pack_of(arguments.pack)
    splits = _asked_splits(pack, arguments.split)
    return bundle.name, [bundle_on_pack(bundle, pack, split, leak_km) for split in splits]


def _guesses_evaluated(arguments: argparse.Namespace) -> Iterator[Evaluation]:
    table, benchmark = arguments.guesses, arguments.benchmark
    if benchmark:
        yield guesses_on_benchmark(table, benchmark, arguments.table, arguments.images)
        return
    pack = pack_of(arguments.pack)
    for split in _asked_splits(pack, arguments.split):
        yield guesses_on_pack(table, pack, split)


def _asked_splits(pack: Pack, splits: tuple[str, ...] | None) -> tuple[str, ...]:
    """Those that are named, else those of `TESTED` that the pack has.

    Raises:
        PackError: none is named and it has none of them.
    """
    found = splits or tuple(split for split in TESTED if pack.split(split))
    if not found:
        raise PackError(f"{pack.name}: expected panoramas of a split of {TESTED}, got none")
    return found


def _save_json(system: str, found: list[Evaluation], file: Path) -> None:
    figures = {"system": system, "evaluations": [evaluation_as_json(e) for e in found]}
    with written(file) as path:
        text = json.dumps(figures, indent=1, ensure_ascii=False, allow_nan=False)
        path.write_text(text + "\n", encoding="utf-8")
