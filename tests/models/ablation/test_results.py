"""Guesses of a row and a seed, on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.ablation.results import Result, load_result, save_result


def test_there_and_back(tmp_path: Path) -> None:
    points = np.array([(48.85837, 2.29448), (-33.85678, 151.2153)])
    file = save_result(Result({"test": points}, {"top_k": 5}), tmp_path / "new" / "full.json")
    found = load_result(file)
    assert found is not None
    assert np.array_equal(found.guesses["test"], points)
    assert found.chosen == {"top_k": 5}


def test_what_is_not_there_is_still_to_do(tmp_path: Path) -> None:
    assert load_result(tmp_path / "full.json") is None


@pytest.mark.parametrize("content", ['{"guesses"', "[]", "{}"])
def test_something_else_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "full.json"
    file.write_text(content, "utf-8")
    with pytest.raises(ValueError, match=r"full\.json: expected guesses of an ablation, got: "):
        load_result(file)
