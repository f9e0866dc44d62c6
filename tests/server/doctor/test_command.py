"""`homing doctor` as it is typed, in a world whose models cost nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from bot.browser import NoBrowser
from server.doctor import facts
from server.doctor.command import main
from server.doctor.findings import Torch

WHOLE = Torch(version="2", vision="1", threads=1, gpus=())


@pytest.fixture(autouse=True)
def _world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMING_HOME", str(tmp_path))
    monkeypatch.setenv("HOMING_TOKEN", "hush-hush")
    monkeypatch.setattr(facts, "torch", lambda: WHOLE)
    monkeypatch.setattr(facts, "bundle", lambda spec: (f"{spec}@1", ""))
    monkeypatch.setattr(facts, "locked", list)
    monkeypatch.setattr(facts, "free_bytes", lambda _: 2**40)
    monkeypatch.setattr(facts, "browser_version", lambda _: "Chromium 150")


def no_browser() -> str:
    raise NoBrowser("expected a Chromium, got: none")


def test_a_line_for_each_thing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--bundle", "mine"], lambda: sys.executable) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"ok    chromium: Chromium 150 at {sys.executable}" in lines
    assert "ok    bundle mine: loads, with encoder mine@1" in lines
    assert "ok    HOMING_TOKEN: set, 9 characters" in lines
    assert "hush" not in "".join(lines)
    assert lines[-1].endswith("to be warned of")


def test_what_is_wrong_says_how_to_mend_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], no_browser) == 1
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("wrong chromium: expected a Chromium, got: none")
    assert lines[at + 1] == "      to mend it: make browser"
    assert ", 1 wrong, " in lines[-1]


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json"], no_browser) == 1
    found = json.loads(capsys.readouterr().out)
    assert {one["name"] for one in found} >= {"python", "packages", "home", "torch", "device"}
    assert [one["name"] for one in found if one["verdict"] == "wrong"] == ["chromium"]


def test_without_torch_no_bundle_is_tried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(facts, "torch", lambda: "ImportError: no torch")
    monkeypatch.delattr(facts, "bundle")
    assert main([], lambda: sys.executable) == 1
    assert "wrong torch: cannot be imported: ImportError: no torch" in capsys.readouterr().out
