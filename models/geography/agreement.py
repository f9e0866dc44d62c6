"""How far the default areas agree with true borders: `python -m models.geography.agreement FILE`.

FILE is `world_map.gpkg` of Debian's package qgis-common: Natural Earth's countries and states at
1:10 million. The two maps cut some countries at different levels (England here, its counties
there), so units are matched by the places in them: an admin-1 agrees where the true unit's places
lie mostly in ours, or ours mostly in the true one.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.geo import destination
from models.geography.admin import by_places
from models.geography.admin_files import read_columns
from models.geography.borders import area_of
from models.geography.places import places

POINTS = 60_000


def area_uniform(count: int, seed: int) -> NDArray[np.float64]:
    """Points (count, 2), uniform over the Earth."""
    z = np.random.default_rng(seed).uniform(-1, 1, (count, 2))
    return np.stack([np.degrees(np.arcsin(z[:, 0])), 180 * z[:, 1]], axis=1)


def near_places(count: int, km: float, seed: int) -> NDArray[np.float64]:
    """Points (count, 2) in discs round places, which are drawn by the root of their people."""
    rng, table = np.random.default_rng(seed), places()
    chances = np.sqrt(table.populations)
    rows = rng.choice(len(table), count, p=chances / chances.sum())
    bearing, share = rng.uniform(0, 360, count), rng.uniform(0, 1, count)
    return destination(table.points[rows], bearing, km * np.sqrt(share))


def _majority(pairs: list[tuple[str, int]]) -> tuple[dict[str, int], dict[int, str]]:
    """Of each of our units the true unit of most of its places, and the reverse."""
    there: dict[str, Counter[int]] = defaultdict(Counter)
    back: dict[int, Counter[str]] = defaultdict(Counter)
    for ours, true in pairs:
        there[ours][true] += 1
        back[true][ours] += 1
    first = {ours: found.most_common(1)[0][0] for ours, found in there.items()}
    return first, {true: found.most_common(1)[0][0] for true, found in back.items()}


class Truth:
    """The file's countries and states."""

    def __init__(self, path: Path) -> None:
        self._land, codes = read_columns(path, "countries", "iso_a2")
        self._codes = np.array([*(str(code) for code in codes), ""])
        self._states = read_columns(path, "states_provinces", "name")[0]
        points = places().points
        true = area_of(self._states, points)
        pairs = zip(by_places(points).admin1_ids.tolist(), true.tolist(), strict=True)
        self._there, self._back = _majority([pair for pair in pairs if pair[0] and pair[1] >= 0])

    def agreement(self, points: NDArray[np.float64]) -> tuple[int, float, float]:
        """How many points both maps know, and the shares alike in country and in admin-1."""
        ours, true = by_places(points), area_of(self._states, points)
        codes = self._codes[area_of(self._land, points)]
        known = (ours.countries != "") & np.char.isalpha(codes) & (true >= 0)
        units = zip(ours.admin1_ids[known].tolist(), true[known].tolist(), strict=True)
        alike = [self._there.get(a) == b or self._back.get(b) == a for a, b in units]
        countries = ours.countries[known] == codes[known]
        return int(known.sum()), float(countries.mean()), float(np.mean(alike))


def main() -> None:
    """Print the table of docs/geography.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="world_map.gpkg")
    truth = Truth(parser.parse_args().file)
    samples = {"land, uniform": area_uniform(6 * POINTS, seed=5)}
    samples |= {f"within {km} km of a place": near_places(POINTS, km, seed=5) for km in (5, 15, 40)}
    print("| points | n | country | admin-1 |\n|---|---|---|---|")
    for name, points in samples.items():
        count, countries, states = truth.agreement(points)
        print(f"| {name} | {count:,} | {countries:.2%} | {states:.2%} |")


if __name__ == "__main__":
    main()
