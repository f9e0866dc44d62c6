"""A tournament on two workers of Ray."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from bot.tournament.command import main
from bot.tournament.players import Due, Hear
from bot.tournament.sittings import FILE, Sitting
from models.world.pack import Pack

pytestmark = pytest.mark.slow

PLAYERS = ("random", "north=constant:64.1,-21.9", "--matches", "6", "--rounds", "2")
NO_RAY = importlib.util.find_spec("ray") is None


def play(pack: Pack, out: Path, *options: str) -> int:
    return main([*PLAYERS, *options, "--pack", str(pack.folder), "--out", str(out)])


@pytest.mark.skipif(NO_RAY, reason="expected the package ray (homing[ray]), got: none")
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_two_workers_play_what_one_process_plays(
    tiny_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_worker_niceness", "0")  # on a busy machine they would never begin
    engine = f"{sys.executable} {Path(__file__).parents[3] / 'docs' / 'engines' / 'engine.py'}"
    together, alone = tmp_path / "together", tmp_path / "alone"
    assert play(tiny_pack, together, "--engine", engine, "--ray", "local", "--workers", "2") == 0
    assert play(tiny_pack, alone, "--engine", engine) == 0
    reports = [(out / "report.md").read_text() for out in (together, alone)]
    assert without_times(reports[0]) == without_times(reports[1])
    assert len((together / FILE).read_text().splitlines()) == 1 + 3 * 6


class Busy:
    """A cluster whose match never ends by itself."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @contextmanager
    def __call__(self, *_: object) -> Iterator[Busy]:
        yield self
        self.told.append("closed")

    def specs(self) -> dict[str, str]:
        return {"random": "random"}

    def play(self, _: Due, hear: Hear, stop: Event) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(10)
        hear(Sitting("random", "random", 1, ()))
        self.told.append("written")


def test_a_stop_waits_for_the_cluster(
    tiny_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes the log, and ends its engines, before the log is closed."""
    busy = Busy()
    monkeypatch.setattr("bot.tournament.command.cluster", busy)
    assert play(tiny_pack, tmp_path, "--ray", "local") == 143
    assert busy.told == ["written", "closed"]
    assert len((tmp_path / FILE).read_text().splitlines()) == 2


def without_times(report: str) -> str:
    return re.sub(r"[\d.]+ ms", "", report)


@pytest.mark.skipif(not NO_RAY, reason="Ray is installed")
def test_without_ray_it_is_asked_for(
    tiny_pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert play(tiny_pack, tmp_path, "--ray", "local") == 1
    assert "--ray: expected the package ray (pip install 'homing[ray]')" in capsys.readouterr().err
