"""The step `homing world hardness`: what chance, oracles and models score on a rendered pack."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle, load_bundle
from models.embed import PACK_HELP, embed
from models.evaluation.asked import points_of
from models.hardness.colours import colour_features
from models.hardness.constant import best_constant_point
from models.hardness.exam import Exam, make_exam
from models.hardness.oracles import ORACLES, traits_known, traits_of_panoramas
from models.hardness.tables import Row, rows_as_markdown, save_json
from models.hardness.traits import feature_table
from models.world.pack import SPLITS, pack_of
from models.world.pictures import read_panorama

Array = NDArray[np.float64]
T = TypeVar("T")


def hardness(exam: Exam, bundles: Sequence[Bundle], processes: int) -> Iterator[Row]:
    """The rows of the table, each as soon as it is known.

    Raises:
        PackError: the pack is not of this version of the rendered world.
    """
    yield from _chance(exam)
    yield from _oracles(exam, processes)
    yield exam.learnt("simple colour features", _colours(exam))
    for bundle in bundles:
        yield exam.row(f"bundle {bundle.name}", _guesses(exam, bundle))


def _chance(exam: Exam) -> Iterator[Row]:
    points, n = points_of(exam.train), len(exam.asked)
    drawn = np.random.default_rng(0).integers(len(points), size=n)
    yield exam.row("chance: a training place", points[drawn])
    best = best_constant_point(points, exam.pack.diagonal_km)
    yield exam.row("chance: the best constant point", np.tile(best, (n, 1)))


def _oracles(exam: Exam, processes: int) -> Iterator[Row]:
    found = traits_of_panoramas(exam.pack, exam.panoramas, processes)
    both = list(_shown(found, len(exam.panoramas), "scenes"))
    for name, cues in ORACLES.items():
        rows = [traits_known(styled if "style" in cues else plain, cues) for plain, styled in both]
        yield exam.learnt(f"oracle: {name}", feature_table(rows))


def _colours(exam: Exam) -> Array:
    pictures = (read_panorama(exam.pack, panorama) for panorama in exam.panoramas)
    features = (colour_features(picture) for picture in pictures)
    return np.array(list(_shown(features, len(exam.panoramas), "pictures")))


def _guesses(exam: Exam, bundle: Bundle) -> Array:
    with tempfile.TemporaryDirectory() as scratch:
        samples = embed(exam.pack, exam.asked, bundle.load_encoder(), Path(scratch))
        predictions = bundle.geolocator.locate(np.asarray(samples.embeddings))
    return np.array([prediction.guess for prediction in predictions])


def _shown(things: Iterable[T], count: int, what: str) -> Iterator[T]:
    """The same things, with progress on stderr."""
    for done, thing in enumerate(things, start=1):
        if done % 500 == 0 or done == count:
            print(f"{what}: {done} of {count}", file=sys.stderr)
        yield thing


def main(argv: list[str]) -> int:
    """Run `homing world hardness`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="homing world hardness",
        description="What chance, oracles, colours and bundles score on a rendered pack: Markdown.",
    )
    add = parser.add_argument
    add("--pack", required=True, help=PACK_HELP)
    add("--split", choices=SPLITS[1:], default="test", help="that is asked for; default: test")
    add("--bundle", action="append", default=[], help="folder or name; may be given repeatedly")
    add("--json", type=Path, help="file for the figures")
    arguments = parser.parse_args(argv)
    try:
        exam = make_exam(pack_of(arguments.pack), arguments.split)
        bundles = [load_bundle(name) for name in arguments.bundle]
        rows = list(hardness(exam, bundles, os.cpu_count() or 1))
        print(rows_as_markdown(rows))
        if arguments.json:
            save_json(rows, arguments.json)
    except (ValueError, OSError) as error:
        print(f"homing world hardness: {error}", file=sys.stderr)
        return 1
    return 0
