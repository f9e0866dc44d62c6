"""`homing play` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

import homing
from bot import wishes
from bot.play import main
from bot.report import read_match
from server.arena import words
from server.statistics.posted import Posted
from tests.conftest import save_tiny_pack


def test_another_server_needs_its_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HOMING_TOKEN", raising=False)
    assert main(["--pack", "tiny", "--server", "http://127.0.0.1:9"]) == 1
    assert "expected its token in HOMING_TOKEN, got: none" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (["--invite", "http://127.0.0.1:9/join/abc#invite=x"], "got: ConnectError"),
        (["--invite", "http://host:port/join/abc#invite=x"], "got: InvalidURL"),
        (["--pack", "nope"], "pack: expected one of ['tiny'], got: 'nope'"),
        (["--pack", "tiny", "--login", "/no/such"], "--login /no/such: expected JSON"),
        (["--pack", "tiny", "--out", "/dev/null/runs"], "Not a directory: '/dev/null/runs'"),
    ],
)
def test_no_server_is_started_for_what_cannot_be(
    wish: list[str],
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HOMING_HOME", str(tmp_path))
    save_tiny_pack(tmp_path / "packs" / "tiny")
    monkeypatch.setattr("bot.play.served", lambda *_: pytest.fail("expected no server"))
    assert main(wish) == 1
    assert reason in capsys.readouterr().err


def test_as_many_rounds_as_the_arena_plays() -> None:
    assert wishes.MAX_ROUNDS == words.MAX_ROUNDS


@pytest.mark.slow
def test_a_match_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Embedded by the bot, without panning, against a clock."""
    monkeypatch.setenv("HOMING_HOME", str(tmp_path / "home"))
    save_tiny_pack(tmp_path / "home" / "packs" / "tiny")
    options = ["--embed", "local", "--no-pan", "--no-zoom", "--time", "120", "--split", "test"]
    command = ["play", "--pack", "tiny", "--rounds", "2", "--seed", "3", *options]
    assert homing.main([*command, "--out", str(tmp_path / "runs")]) == 0
    (folder,) = (tmp_path / "runs").iterdir()
    assert f"report: {folder / 'report.html'}" in capsys.readouterr().out
    match = read_match(folder)
    assert [len(round_.views) for round_ in match.scored] == [1, 1]
    assert (folder / "report.html").stat().st_size > 20_000
    posted = Posted(f"sqlite:///{tmp_path / 'home' / 'arena.sqlite'}")
    told = posted.rounds()
    posted.close()
    assert [(one.site, one.match, one.number) for one in told] == [
        ("arena", folder.name, 1),
        ("arena", folder.name, 2),
    ]
    assert [one.score for one in told] == [
        round_.result["score"] for round_ in match.scored if round_.result
    ]
    assert {one.bundle for one in told} == {"world-small"}
    assert all(one.times and one.times.capture_ms > 0 for one in told)
