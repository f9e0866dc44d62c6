"""`homing locate`: a table for people, JSON for programs, words for what is no photo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from server.inference.served import Served
from server.locate import command
from server.locate.words import LocatedPhotos
from tests.server.inference.conftest import RedIsNorth
from tests.server.locate.conftest import Watched, encoded, exif_at


@pytest.fixture(autouse=True)
def colours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOMING_HOME", str(tmp_path))
    monkeypatch.setattr(command, "load_served", lambda _: Served(Watched(), RedIsNorth()))
    monkeypatch.setattr(command, "catalogue", lambda _: [])


def photo(folder: Path) -> str:
    path = folder / "black.jpg"
    path.write_bytes(encoded(Image.new("RGB", (40, 30)), exif=exif_at()))
    return str(path)


def test_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([photo(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "0.000, 0.000" in said
    assert "geocell" in said
    # Reims from 0, 0 by hand: 6371.0088 km * arccos(cos 49.2583 cos 4.0350).
    assert "the guess is 5,491 km off" in said


def test_json_is_what_the_api_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([photo(tmp_path), "--json"]) == 0
    found = LocatedPhotos.model_validate(json.loads(capsys.readouterr().out))
    assert found.prediction.bundle == "colours"


def test_what_is_no_photo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("hello")
    assert command.main([photo(tmp_path), str(letter)]) == 1
    assert f"{letter}: expected JPEG, PNG, WebP or HEIC" in capsys.readouterr().err
    assert command.main([str(tmp_path / "none.jpg")]) == 1
    assert "none.jpg" in capsys.readouterr().err


def test_five_are_too_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([photo(tmp_path)] * 5) == 1
    assert "expected up to 4 photos of one place, got: 5" in capsys.readouterr().err
