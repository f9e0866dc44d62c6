"""Fits the pace of people who really played: `python -m bot.human.fit ROUNDS -o PACE`.

ROUNDS are the JSON lines that `homing experiment export` writes; PACE is a JSON file for the bot.
Rounds that the clock ended tell only that their player would have taken longer (a censored sample:
Cox and Oakes, Analysis of Survival Data, 1984, section 3.2).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import exp, log
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr

from bot.human.pace import DIFFICULTIES, Difficulty, Lognormal, Pace, difficulty_of

LEAST_ROUNDS = 20
"""Of each difficulty; fewer tell little of a spread."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One round of one person."""

    place: str
    score: float
    time_s: float
    timed_out: bool
    """The clock ended it."""


def fit(rounds: Sequence[Observed]) -> Pace:
    """The pace that makes the rounds most likely, by difficulty of their places.

    Raises:
        ValueError: a difficulty has fewer than `LEAST_ROUNDS` guesses.
    """
    by_place: dict[str, list[float]] = defaultdict(list)
    for one in rounds:
        by_place[one.place].append(one.score)
    groups: dict[Difficulty, list[Observed]] = {name: [] for name in DIFFICULTIES}
    for one in rounds:
        groups[difficulty_of(float(np.mean(by_place[one.place])))].append(one)
    return {name: _fitted(name, group) for name, group in groups.items()}


def _fitted(name: Difficulty, rounds: Sequence[Observed]) -> Lognormal:
    guessed = np.log([max(one.time_s, 0.1) for one in rounds if not one.timed_out])
    censored = np.log([max(one.time_s, 0.1) for one in rounds if one.timed_out])
    if len(guessed) < LEAST_ROUNDS:
        raise ValueError(
            f"{name} rounds: expected at least {LEAST_ROUNDS} with a guess, got: {len(guessed)}"
        )

    def cost(at: Sequence[float]) -> float:
        middle, log_sigma = at
        sigma = exp(log_sigma)
        seen = ((guessed - middle) / sigma) ** 2 / 2 + log_sigma
        return float(seen.sum() - log_ndtr((middle - censored) / sigma).sum())

    start = [float(guessed.mean()), log(max(float(guessed.std()), 0.05))]
    middle, log_sigma = minimize(cost, start, method="Nelder-Mead").x
    return Lognormal(median_s=exp(middle), sigma=exp(log_sigma))


def read_rounds(lines: Iterable[str]) -> list[Observed]:
    """People's rounds of an export's JSON lines.

    Raises:
        ValueError: a line is none of them.
    """
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            found.append(Observed(row["place"], row["score"], row["time_s"], row["timed_out"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number}: expected a round, got: {error!r}") from error
    return found


def save_pace(pace: Pace, path: Path) -> None:
    """Write `path`, for `load_pace`."""
    temporary = path.with_name(f".{path.name}.part")
    said = {name: asdict(of) for name, of in pace.items()}
    temporary.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)


def load_pace(path: Path) -> Pace:
    """A pace that `save_pace` wrote.

    Raises:
        ValueError: it is none; the message names the file.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return {name: Lognormal(**said[name]) for name in DIFFICULTIES}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: expected a pace by difficulty, got: {error!r}") from error


def main(argv: list[str]) -> int:
    """Fit and write; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser("python -m bot.human.fit", description="Fit people's pace.")
    parser.add_argument("rounds", type=Path, help="rounds.jsonl of `homing experiment export`")
    parser.add_argument("-o", "--output", type=Path, default=Path("pace.json"))
    arguments = parser.parse_args(argv)
    try:
        lines = arguments.rounds.read_text(encoding="utf-8").splitlines()
        pace = fit(read_rounds(lines))
    except (OSError, ValueError) as error:
        print(f"{arguments.rounds}: {error}", file=sys.stderr)
        return 1
    save_pace(pace, arguments.output)
    for name, of in pace.items():
        print(f"{name:<8}median {of.median_s:5.1f} s, sigma {of.sigma:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
