"""`homing show` and `homing demo` as they are typed: what cannot be is said at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

import homing
from bot import show
from bot.server_process import Server
from tests.conftest import save_tiny_pack


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMING_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Bundles of those that were started, none of which is real."""
    started: list[str | None] = []

    @asynccontextmanager
    async def served(_: Path, bundle: str | None = None) -> AsyncIterator[Server]:
        started.append(bundle)
        yield Server("http://h.test", "hush")

    monkeypatch.setattr(show, "served", served)
    return started


def test_a_pack_that_is_not_there(
    home: Path, servers: list[str | None], capsys: pytest.CaptureFixture[str]
) -> None:
    save_tiny_pack(home / "packs" / "tiny")
    assert show.main(["--pack", "nope"]) == 1
    assert "pack: expected one of ['tiny'], got: 'nope'" in capsys.readouterr().err
    assert servers == []


def test_a_match_that_cannot_be_opened_needs_no_second_server(
    home: Path,
    servers: list[str | None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    save_tiny_pack(home / "packs" / "tiny")
    asked: list[Any] = []

    async def refused(*said: Any) -> dict[str, str]:
        asked.append(said[-1])
        raise ValueError("expected at least 9 panoramas")

    monkeypatch.setattr(show, "_told", refused)
    assert show.main(["--pack", "tiny", "--rounds", "9", "--bundles", "one", "two"]) == 1
    assert capsys.readouterr().err == "homing show: expected at least 9 panoramas\n"
    assert servers == ["one"]
    assert asked[0]["shared"]["rated"] is False  # bundles have no ratings among players


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (["--show", "--rounds", "0"], "--rounds: expected 1 to 50, got: 0"),
        (["--rounds", "51"], "--rounds: expected 1 to 50, got: 51"),
        (["--show", "--film", "x.mp4"], "--film: expected .gif or .webp, got: x.mp4"),
        (["--sho"], "unrecognized arguments: --sho"),
    ],
)
def test_the_demo_renders_nothing_for_what_cannot_be(
    wish: list[str],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(homing, "_render_demo", lambda: pytest.fail("expected no rendering"))
    with pytest.raises(SystemExit):
        homing.main(["demo", *wish])
    assert reason in capsys.readouterr().err


def test_the_demo_says_what_it_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        homing.main(["demo", "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: homing demo ")
    assert "--show" in said
    assert "`homing show`" in said


def test_the_demo_hands_on_what_is_not_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(homing, "_render_demo", lambda: 0)
    monkeypatch.setattr(homing, "_has_screen", lambda: False)
    monkeypatch.setattr(homing, "_run", lambda name, argv: run.append((name, argv)) or 0)
    assert homing.demo(["--rounds", "2", "--show"]) == 0
    ((name, argv),) = run
    assert name == "show"
    args = show.arguments(argv)
    assert (args.pack, args.rounds, args.look) == (homing.DEMO_PACK, 2, True)
