"""`homing tournament` as it is typed."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.tournament.command import main
from bot.tournament.sittings import FILE
from models.world.pack import Pack, save_pack

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
ENGINES = ROOT / "docs" / "engines"


def play(pack: Pack, out: Path, *options: str) -> int:
    return main([*options, "--pack", str(pack.folder), "--rounds", "3", "--out", str(out)])


def test_a_killed_tournament_goes_on(
    tiny_pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    players = ("random", "constant", "north=constant:64.1,-21.9")
    out = tmp_path / "out"
    assert play(tiny_pack, out, *players, "--matches", "12") == 0
    assert capsys.readouterr().out.split() == [
        str(out / name) for name in ("report.md", "report.html", "result.json")
    ]
    whole, report = (out / FILE).read_bytes(), (out / "report.md").read_bytes()
    assert len(whole.splitlines()) == 1 + 3 * 12
    (out / FILE).write_bytes(whole[: len(whole) // 2])
    assert play(tiny_pack, out, *players, "--matches", "12") == 0
    assert "played 36 of 36 matches" in capsys.readouterr().err
    assert sorted((out / FILE).read_bytes().splitlines()) == sorted(whole.splitlines())
    assert (out / "report.md").read_bytes() == report
    # What is played already is not played again, and more may be added.
    assert play(tiny_pack, out, *players, "--matches", "13", "--form", "swiss") == 0
    assert len((out / FILE).read_bytes().splitlines()) == 1 + 3 * 13


def test_a_pack_that_was_changed_is_another_one(
    tiny_pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert play(tiny_pack, tmp_path, "random", "constant", "--matches", "1") == 0
    save_pack(replace(tiny_pack, panoramas=tiny_pack.panoramas[1:]))
    assert play(tiny_pack, tmp_path, "random", "constant", "--matches", "2") == 1
    assert "expected table " in capsys.readouterr().err


def test_reports_say_who_is_best(tiny_pack: Pack, tmp_path: Path) -> None:
    good = "good=constant:48.85837,2.294481"  # the first of the pack's places
    split = ("--split", "test", "--rules", "classic", "--matches", "10")
    assert play(tiny_pack, tmp_path, good, "far=constant:-89,0", *split) == 0
    result = json.loads((tmp_path / "result.json").read_text())
    first, second = result["standings"]
    assert (first["player"], first["record"]) == ("good", {"won": 10, "drawn": 0, "lost": 0})
    # Every match has the three panoramas of the split; the Eiffel tower is one of them.
    assert first["mean_score"] > 5000 / 3
    assert second["rating"]["high"] < first["rating"]["low"]
    markdown = (tmp_path / "report.md").read_text()
    assert re.search(
        r"^\| 1 \| good \| \d+ \| \d+ to \d+ \| 10 \| 10 \| 0 \| 0 \|", markdown, re.MULTILINE
    )
    assert re.search(r"^\| 2 far \| 0 / 10 \|  \|$", markdown, re.MULTILINE)
    html = (tmp_path / "report.html").read_text()
    assert "10 matches of 3 rounds (seeds 1 to 10, split test), 3 different places" in html
    assert "http" not in html, "nothing comes from elsewhere"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["random"], "players: expected 2 or more, got: random"),
        (["random", "random"], "names of their own, got: random twice; write NAME=random"),
        (["random", "moon"], "bundle: expected a folder with bundle.json or one of: "),
        (["random", "constant", "--matches", "0"], "matches: expected 1 or more, got: 0"),
        (["random", "--engine", "ws://127.0.0.1:9"], "engine 127.0.0.1:9: expected a WebSocket"),
    ],
)
def test_what_cannot_be_played_is_said(
    options: list[str],
    message: str,
    tiny_pack: Pack,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert play(tiny_pack, tmp_path / "out", *options) == 1
    assert message in capsys.readouterr().err


def test_the_example_engines_play(
    tiny_pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The ones in docs/engines, in Python and JavaScript, which have the same idea."""
    if not ((node := shutil.which("node")) and (ROOT / "node_modules" / "ws").is_dir()):
        pytest.skip("expected node and the package ws, got none: run `make web`")
    engines = ("--engine", f"{sys.executable} {ENGINES / 'engine.py'}")
    engines += ("--engine", f"js={node} {ENGINES / 'engine.mjs'}")
    assert play(tiny_pack, tmp_path / "out", "random", *engines, "--matches", "2") == 0
    lines = (tmp_path / "out" / FILE).read_text().splitlines()[1:]
    turns = {(s["player"], s["seed"]): s["turns"] for s in map(json.loads, lines)}
    assert len(turns) == 6
    for seed in (1, 2):
        guesses = [[t["guess"] for t in turns[name, seed]] for name in ("engine", "js")]
        assert None not in guesses[0]
        assert guesses[0] == guesses[1]
    capsys.readouterr()


def test_example_engines_are_short() -> None:
    for name in ("engine.py", "engine.mjs"):
        assert len((ENGINES / name).read_text().splitlines()) <= 31
