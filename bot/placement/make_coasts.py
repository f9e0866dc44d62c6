"""Makes `coasts.npz` from Natural Earth's land, 1:10 million (public domain).

`python -m bot.placement.make_coasts node_modules/world-atlas/land-10m.json`: the npm package
world-atlas 2.0.2 has it as TopoJSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.guess_map import world_y

COASTS = Path(__file__).with_name("coasts.npz")

STEPS = 2**18
"""Across the world; one is 0.15 km at the equator."""

SOUTHERNMOST = -84.0
"""The maps end soon after, and the data are closed along the pole."""


def main(argv: list[str]) -> int:
    """Write the coasts of the TopoJSON file named in `argv`."""
    topology = json.loads(Path(argv[0]).read_text(encoding="utf-8"))
    lines = [_steps(_line(topology, arc)) for arc in topology["arcs"]]
    lengths = np.array([len(line) for line in lines], dtype=np.int32)
    # Differences pack better than places; the first of each line is its place.
    differences = np.concatenate([np.diff(line, axis=0, prepend=0 * line[:1]) for line in lines])
    np.savez_compressed(COASTS, differences=differences.astype(np.int32), lengths=lengths)
    return 0


def _line(topology: dict[str, Any], arc: list[list[int]]) -> NDArray[np.float64]:
    """Lng, lat `(n, 2)`: TopoJSON's delta encoding and quantisation undone."""
    scale, translate = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    line: NDArray[np.float64] = np.cumsum(np.array(arc), axis=0) * scale + translate
    return line


def _steps(line: NDArray[np.float64]) -> NDArray[np.int64]:
    """East and south on Web Mercator's square world, in steps."""
    lats = np.maximum(line[:, 1], SOUTHERNMOST - 0.5)
    down = np.array([world_y(float(lat)) for lat in lats])
    places = np.stack([line[:, 0] / 360 + 0.5, down], axis=-1)
    steps: NDArray[np.int64] = np.rint(places * STEPS).astype(np.int64)
    return steps


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
