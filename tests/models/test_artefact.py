"""A file is whole or absent, whatever happens while it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.artefact import written


def test_appears_only_when_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "table.txt"
    with written(target) as path:
        path.write_text("half")
        assert not target.exists()
        path.write_text("whole")
    assert target.read_text() == "whole"
    assert list(target.parent.iterdir()) == [target]


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "table.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError), written(target) as path:  # noqa: PT012  both lines matter
        path.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
