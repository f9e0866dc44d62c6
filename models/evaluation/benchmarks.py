"""Benchmarks of the field by name, and what was published on them.

The figures lie in `data/published.csv`, a system a row: percent within radii, and where told the
median and mean error in km, the mean score, percent in the right country and admin-1.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.evaluation.metrics import COLUMNS, RADII_KM
from models.evaluation.tables import Row

BENCHMARKS: Mapping[str, str] = {
    "im2gps": "IM2GPS",
    "im2gps3k": "IM2GPS3k",
    "yfcc4k": "YFCC4k",
    "yfcc26k": "YFCC26k",
    "gws15k": "GWS15k",
    "osv5m": "OSV-5M",
}
"""Sets of photos that systems are compared on: names for the command line, and as they are written.

Flickr photos but for the last two, which are street photos. Those of GWS15k are unreleased.
"""

SOURCES: Mapping[str, str] = {
    "pigeon": "figure pigeotto_eval.png on the project page of PIGEON (Haas et al., CVPR 2024)",
    "survey": 'README "Awesome Worldwide Image Geolocalization" of survey preprints 202608.1749',
    "hierloc": "table 1 on the project page of HierLoc (ICLR 2026, arXiv 2601.23064)",
    "pinpoint": "Pinpoint (arXiv 2606.04133)",
}
"""Where the figures were read, by their short names in the table."""

_FILE = Path(__file__).parent / "data" / "published.csv"
_FIGURES = (*map(str, RADII_KM), "median_km", "mean_km", "score", "country", "admin1")
"""Columns of the file, in the order of `COLUMNS`."""


@dataclass(frozen=True, slots=True)
class Published:
    """What one system is said to reach on a benchmark."""

    system: str
    row: Row
    source: str
    """One of `SOURCES`."""


@cache
def published(benchmark: str) -> tuple[Published, ...]:
    """The published rows of one of `BENCHMARKS`."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Published(line["system"], _row(line), line["source"])
            for line in csv.DictReader(lines)
            if line["benchmark"] == benchmark
        )


def _row(line: dict[str, str]) -> Row:
    told = zip(COLUMNS, (line[name] for name in _FIGURES), strict=True)
    return Row({column.name: float(text) for column, text in told if text})
