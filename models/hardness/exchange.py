"""The step `homing world cues`: what a reader of cues loses when one is another place's.

Pictures hide small cues from small networks. So this asks a fixed small classifier that reads them,
the forest of the oracles: it learns all cues but style, then one cue at a time is exchanged among
the places that are asked for (permutation importance: Breiman, Random Forests, Machine Learning 45,
2001). Style would drown the others; `models.hardness.ablation` measures it in pictures.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embed import PACK_HELP
from models.evaluation.asked import points_of
from models.evaluation.metrics import scores_of
from models.geo import haversine_km
from models.hardness.ablation import ALL, NOTHING, losses_of
from models.hardness.exam import Exam, make_exam
from models.hardness.forest import forest_guesses
from models.hardness.oracles import traits_known, traits_of_panoramas
from models.hardness.tables import Loss, losses_as_markdown, save_json
from models.hardness.traits import Traits, feature_table
from models.world.pack import SPLITS, pack_of
from models.world.scene import CUES

Array = NDArray[np.float64]

READ = tuple(cue for cue in CUES if cue != "style")

STRANGERS = 4
"""That each place exchanges each cue with; its score is the mean."""


def losses_of_reader(exam: Exam, traits: Sequence[Traits]) -> list[Loss]:
    """What the forest loses without each cue; `traits` are those of `exam.panoramas`."""
    known = [traits_known(each, READ) for each in traits]
    learnt, asked = known[: len(exam.train)], known[len(exam.train) :]
    rows = {NOTHING: [asked]} | {name: [] for name in (ALL, *READ)}
    for seed in range(STRANGERS):
        strangers = [asked[row] for row in np.random.default_rng(seed).permutation(len(asked))]
        rows[ALL].append(strangers)
        for cue in READ:
            pairs = zip(asked, strangers, strict=True)
            rows[cue].append([exchanged(own, other, cue) for own, other in pairs])
    questions = [trait for some in rows.values() for each in some for trait in each]
    marks = iter(_marks(exam, feature_table([*learnt, *questions])))
    scores = {name: np.mean([next(marks) for _ in some], axis=0) for name, some in rows.items()}
    return losses_of(scores, [panorama.sequence for panorama in exam.asked])


def _marks(exam: Exam, table: Array) -> Array:
    """Scores `(k, n)` of the forest: it learns the table's first rows and is asked k n others."""
    points, truths = points_of(exam.train), points_of(exam.asked)
    learnt, asked = np.split(table, [len(exam.train)])
    guesses = forest_guesses(learnt, points, asked, diagonal_km=exam.pack.diagonal_km)
    errors_km = haversine_km(guesses.reshape(-1, len(truths), 2), truths)
    return scores_of(errors_km, exam.pack.diagonal_km)


def exchanged(own: Traits, strangers: Traits, cue: str) -> Traits:
    """A place's traits, those of one cue a stranger's."""
    kept = {name: trait for name, trait in own.items() if name.split(".")[0] != cue}
    return kept | traits_known(strangers, (cue,))


def main(argv: list[str]) -> int:
    """Run `homing world cues`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="homing world cues",
        description="What a forest that reads the cues of a rendered pack loses when one of them "
        "is another place's: Markdown.",
    )
    add = parser.add_argument
    add("--pack", required=True, help=PACK_HELP)
    add("--split", choices=SPLITS[1:], default="test", help="that is asked for; default: test")
    add("--json", type=Path, help="file for the figures")
    arguments = parser.parse_args(argv)
    try:
        exam = make_exam(pack_of(arguments.pack), arguments.split)
        both = traits_of_panoramas(exam.pack, exam.panoramas, os.cpu_count() or 1)
        losses = losses_of_reader(exam, [plain for plain, _ in both])
        print(losses_as_markdown(losses))
        if arguments.json:
            save_json(losses, arguments.json)
    except (ValueError, OSError) as error:
        print(f"homing world cues: {error}", file=sys.stderr)
        return 1
    return 0
