"""Which Chromium is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.browser import NoBrowser, find_chromium, opened_page, read_login


def program(path: Path) -> str:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_playwrights_own_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path / "chromium")
    own = program(tmp_path / "own")
    assert find_chromium(own) == own


def test_then_what_is_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    chrome = program(tmp_path / "google-chrome")
    assert find_chromium(str(tmp_path / "own")) == chrome
    chromium = program(tmp_path / "chromium")
    assert find_chromium(str(tmp_path / "own")) == chromium


def test_none_says_where_it_looked_and_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBrowser, match=r"own/chrome.* chromium-browser, .*`make browser`"):
        find_chromium("own/chrome")


@pytest.mark.slow
async def test_a_window_needs_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NoBrowser, match=r"a window on this machine's screen, got: .{10}"):
        async with opened_page(headed=True):
            pass


@pytest.mark.parametrize("text", [None, "", "[]", '{"cookies": 1}', "\xff"])
def test_what_is_no_login(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "cookies.json"
    if text is not None:
        path.write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=r"--login .*cookies\.json: expected .*, got: "):
        read_login(path)
    path.write_text('{"cookies": [], "origins": []}')
    assert read_login(path)["cookies"] == []
