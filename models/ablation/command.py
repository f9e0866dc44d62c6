"""The step `homing ablate`: the paper's ablation on a pack, as tables. Torch."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from models.ablation.ground import Ground
from models.ablation.plan import ROWS, SMALL, Plan
from models.ablation.results import Result
from models.ablation.seed import Seed
from models.ablation.tables import Line, as_markdown, lines_of, save_json
from models.embed import PACK_HELP
from models.evaluation.asked import asked_of_pack
from models.training.distributed import Team, joined
from models.world.pack import Pack, pack_of


def ablate(
    pack: Pack, plan: Plan, seeds: Sequence[int], work: Path, team: Team
) -> dict[str, list[Line]]:
    """The lines of the table of each split that is asked for.

    Work in progress lies in a folder in `work`; a call with the same arguments goes on there.

    Raises:
        PackError: a split is empty.
        TrainingError: a split is smaller than a batch, or a loss is no number.
        ValueError: what lies in the work folder is something else, or the team has more ranks than
            one: heads are trained in seconds, by each, and all would write the same files.
    """
    if team.ranks > 1:
        raise ValueError(f"torchrun: expected one process, got: {team.ranks}")
    ground = Ground(pack, plan)
    folder = work / ground.key
    results = [Seed(ground, seed, folder / f"seed-{seed}", team).results() for seed in seeds]
    return {split: _lines(pack, split, results) for split in ground.asked}


def _lines(pack: Pack, split: str, results: Sequence[Mapping[str, Result]]) -> list[Line]:
    asked = asked_of_pack(pack, split)
    guesses = {
        system.name: np.stack([of_seed[system.name].guesses[split] for of_seed in results])
        for system in ROWS
    }
    return lines_of(guesses, asked.points, asked.sequences, asked.diagonal_km)


def main(argv: list[str]) -> int:
    """Run `homing ablate`; 0 when done, 1 when it could not be done."""
    arguments = _parser().parse_args(argv)
    try:
        with joined() as team:
            pack = pack_of(arguments.pack)
            seeds = range(1, arguments.seeds + 1)
            tables = ablate(pack, SMALL, seeds, arguments.work, team)
        for split, lines in tables.items():
            print(f"\n{pack.name}, {split}, {arguments.seeds} seeds\n\n{as_markdown(lines)}")
        if arguments.json:
            save_json(tables, arguments.json)
    except (ValueError, OSError, ModuleNotFoundError) as error:
        print(f"homing ablate: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="homing ablate",
        description="What each component of PIGEON is worth on a pack: small trainings of the "
        "whole system and of it without one component, over several seeds; Markdown. "
        "Goes on where it stopped.",
    )
    add = parser.add_argument
    add("--pack", required=True, help=PACK_HELP)
    add("--seeds", type=_count, default=3, help="how many (default: %(default)s)")
    add("--work", type=Path, required=True, help="folder for work in progress, some 100 MB a seed")
    add("--json", type=Path, help="file for the figures")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"expected 1 or more, got: {text}")
    return int(text)
