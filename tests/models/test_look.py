"""What `homing look` writes is what the file's name says."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.look import format_of, main


@pytest.mark.parametrize(
    ("name", "expected"),
    [("x.png", "PNG"), ("x.PNG", "PNG"), ("x.jpg", "JPEG"), ("x.JPeg", "JPEG")],
)
def test_the_ending_is_the_format(name: str, expected: str) -> None:
    assert format_of(Path(name)) == expected


@pytest.mark.parametrize("name", ["x.webp", "x", "png"])
def test_other_endings_are_refused(name: str, tmp_path: Path, capsys) -> None:
    out = tmp_path / name
    assert main(["view.png", "--bundle", "nowhere", "--out", str(out)]) == 1
    wanted = f"picture: expected a file ending in .png, .jpg, .jpeg, got: {name}"
    assert capsys.readouterr().err == f"homing look: {wanted}\n"
