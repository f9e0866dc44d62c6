"""The guesses of a row and a seed, on disk: what is there is not done again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.artefact import written

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Of one row and one seed."""

    guesses: Mapping[str, Array]
    """By split, `(n, 2)` in the order of the pack."""
    chosen: Mapping[str, float]
    """What was chosen on validation."""


def save_result(result: Result, file: Path) -> Path:
    """Write JSON; return the file."""
    content = {
        "guesses": {split: points.round(5).tolist() for split, points in result.guesses.items()},
        "chosen": dict(result.chosen),
    }
    with written(file) as path:
        path.write_text(json.dumps(content) + "\n", encoding="utf-8")
    return file


def load_result(file: Path) -> Result | None:
    """What `save_result` wrote; None where there is nothing yet.

    Raises:
        ValueError: the file is something else.
    """
    if not file.is_file():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        guesses = {split: np.array(points) for split, points in content["guesses"].items()}
        return Result(guesses, content["chosen"])
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"{file}: expected guesses of an ablation, got: {error}") from error
