"""What is on disk when a tournament is killed, and who may go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.game import Guess
from bot.tournament.sittings import LogError, Sitting, SittingLog, Turn

HEADER = {"pack": "tiny", "split": None, "rounds": 2, "views": "headless"}
LOST = Turn(Guess(1.0, 2.0), None, None, 0, 10.0, "late: expected an answer within 1 s, got: none")
PLAYED = Sitting(
    "a", "world-small", 3, (Turn(Guess(48.8, 2.3), Guess(50.0, 3.0), 142.5, 4546, 7.5), LOST)
)


def test_what_was_heard_is_there_again(tmp_path: Path) -> None:
    with SittingLog(tmp_path / "new" / "log", HEADER) as log:
        log(PLAYED)
    with SittingLog(tmp_path / "new" / "log", HEADER) as log:
        assert log.sittings == [PLAYED]
        assert log.sittings[0].scores == [4546, 0]


@pytest.mark.parametrize("left", [1, 20, 200])
def test_a_broken_line_is_cut_off_wherever_it_broke(tmp_path: Path, left: int) -> None:
    with SittingLog(tmp_path / "log", HEADER) as log:
        log(PLAYED)
        log(PLAYED)
    whole = (tmp_path / "log").read_bytes()
    (tmp_path / "log").write_bytes(whole[:-left])
    with SittingLog(tmp_path / "log", HEADER) as log:
        assert log.sittings == [PLAYED]
        log(PLAYED)
    assert (tmp_path / "log").read_bytes() == whole


def test_a_run_killed_at_its_first_line_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b'{"format": 1, "pa')
    with SittingLog(tmp_path / "log", HEADER) as log:
        log(PLAYED)
    with SittingLog(tmp_path / "log", HEADER) as log:
        assert log.sittings == [PLAYED]


def test_another_tournament_needs_another_folder(tmp_path: Path) -> None:
    with SittingLog(tmp_path / "log", HEADER):
        pass
    with (
        pytest.raises(LogError, match="expected rounds 5, got: 2; another tournament"),
        SittingLog(tmp_path / "log", HEADER | {"rounds": 5}),
    ):
        pass


def test_two_do_not_write_at_once(tmp_path: Path) -> None:
    with (
        SittingLog(tmp_path / "log", HEADER),
        pytest.raises(LogError, match="expected to write it alone"),
        SittingLog(tmp_path / "log", HEADER),
    ):
        pass


def test_a_name_stands_for_one_player(tmp_path: Path) -> None:
    with SittingLog(tmp_path / "log", HEADER) as log:
        log(PLAYED)
        log.check_players({"a": "world-small", "b": "random"})
        with pytest.raises(LogError, match=r"player a: expected world-small, .* got: swc-world"):
            log.check_players({"a": "swc-world"})
