"""Which panoramas a match takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.world.pack import Pack, Panorama
from server.arena.shelf import TooFewPanoramas, draw
from server.arena.words import NewMatch, Rules


def panorama(number: int, drive: str) -> Panorama:
    return Panorama(
        id=f"p{number}", lat=0, lng=0, heading=0, date="", split="test", licence="",
        attribution="", file="", sequence=drive,
    )  # fmt: skip


PACK = Pack(
    folder=Path("unread"),
    name="drives",
    about="",
    panoramas=(
        *(panorama(n, "long") for n in range(20)),
        *(panorama(n, "short") for n in range(20, 22)),
        *(panorama(n, "") for n in range(22, 25)),
    ),
)


def drawn(rounds: int, seed: int) -> list[Panorama]:
    return draw(PACK, NewMatch(pack="drives", rules=Rules(rounds=rounds)), seed)


@pytest.mark.parametrize("seed", range(20))
def test_a_drive_comes_twice_only_when_all_others_have_come(seed: int) -> None:
    one_each = drawn(5, seed)  # two drives, and three panoramas of none
    assert sorted(p.sequence for p in one_each) == ["", "", "", "long", "short"]
    assert drawn(6, seed)[:5] == one_each
    assert drawn(6, seed)[5].sequence != ""


def test_none_comes_twice_and_all_come() -> None:
    assert {p.id for p in drawn(25, 1)} == {p.id for p in PACK.panoramas}
    assert drawn(25, 1) != drawn(25, 2)
    with pytest.raises(TooFewPanoramas, match="at least 26"):
        drawn(26, 1)
