"""`python -m tests.server.experiments.attack`: the tests' attacker, on studies of any size."""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path

from tests.server.experiments.quick_time import run
from tests.server.experiments.test_attacker import Row, learned_p, least_p, played


def main(argv: list[str]) -> int:
    """Play studies, one after the other; print what tells after each, of all so far."""
    parser = argparse.ArgumentParser(
        "python -m tests.server.experiments.attack", description="See above."
    )
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--studies", type=int, default=1)
    wish = parser.parse_args(argv)
    warnings.simplefilter("ignore")  # of ties
    matches: list[tuple[str, Row]] = []
    rounds: list[tuple[str, Row]] = []
    for number in range(wish.studies):
        with tempfile.TemporaryDirectory() as folder:
            heard = run(played(Path(folder), wish.people, 100 + number))
        matches += heard.matches
        rounds += heard.rounds
        print(f"studies: {number + 1}")
        _tell("matches", matches)
        _tell("rounds", rounds)
    return 0


def _tell(name: str, rows: list[tuple[str, Row]]) -> None:
    from scipy.stats import ks_2samp

    p, channel = least_p(rows)
    print(
        f"{name}: {len(rows)}; least corrected p {p:.3f} ({channel}), forest {learned_p(rows):.4f}"
    )
    for one in sorted(rows[0][1]):
        bot, people = ([row[one] for kind, row in rows if kind == k] for k in ("bot", "person"))
        found = ks_2samp(bot, people, method="asymp")
        print(f"  {one:<10} D {found.statistic:.3f}  p {found.pvalue:.3f}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
