"""Whose seat it is, without an arena; a bot that is killed is in `test_survival.py`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from bot import kept_seat as room
from bot.game import GameError
from bot.invitation import Invitation, Seat
from bot.kept_seat import KeptSeat, kept_seat

TABLE = Invitation("http://h", "abc", "code")


@pytest.fixture(autouse=True)
def seats(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names that have taken one, numbered from 0."""
    taken: list[str] = []

    async def take(_: Invitation, name: str, __: str | None = None) -> Seat:
        taken.append(name)
        return Seat(len(taken) - 1, f"token-of-{name}")

    monkeypatch.setattr(room, "take_seat", take)
    return taken


def answering(status: int, phase: str) -> Callable[..., httpx.Response]:
    return lambda *_, **__: httpx.Response(status, json={"phase": phase})


def kept_files(home: Path) -> list[Path]:
    """Of the seats that bots sit in, for their owner's eyes only."""
    assert (home / "seats").stat().st_mode & 0o777 == 0o700
    return list((home / "seats").iterdir())


async def sit(home: Path, name: str = "Bot", table: Invitation = TABLE) -> Seat:
    with kept_seat(home, table, name) as seat:
        return await seat.take(None)


async def test_who_comes_again_has_the_same_seat(tmp_path: Path, seats: list[str]) -> None:
    first = await sit(tmp_path)
    assert await sit(tmp_path) == first
    assert await sit(tmp_path, "Other") != first
    assert await sit(tmp_path, table=Invitation("http://h", "abd", "code")) != first
    assert seats == ["Bot", "Other", "Bot"]
    assert len(kept_files(tmp_path)) == 3


async def test_a_seat_is_played_once_at_a_time(tmp_path: Path) -> None:
    with kept_seat(tmp_path, TABLE, "Bot"):
        with pytest.raises(GameError, match="called 'Bot', got: one that another bot sits in"):
            await sit(tmp_path)
        await sit(tmp_path, "Other")


async def test_at_the_end_nothing_is_left(
    tmp_path: Path, seats: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept_seat(tmp_path, TABLE, "Bot") as seat:
        await seat.take(None)
        monkeypatch.setattr(httpx, "get", answering(503, ""))
        seat.leave()
        assert seat.is_taken
        monkeypatch.setattr(httpx, "get", answering(200, "round"))
        seat.leave()
        assert seat.is_taken
        monkeypatch.setattr(httpx, "get", answering(200, "over"))
        seat.leave()
    assert kept_files(tmp_path) == []
    await sit(tmp_path)
    assert seats == ["Bot", "Bot"]


async def test_a_server_that_cannot_say_takes_no_seat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has too much to do, or is being started again."""
    first = await sit(tmp_path)
    monkeypatch.setattr(httpx, "get", answering(429, ""))
    with (
        pytest.raises(GameError, match="expected a match, got: HTTP 429"),
        kept_seat(tmp_path, TABLE, "Bot") as seat,
    ):
        seat.require()
    assert await sit(tmp_path) == first


@pytest.mark.parametrize(
    ("status", "phase", "kept"), [(200, "round", True), (200, "over", False), (401, "", False)]
)
async def test_a_seat_in_a_match_that_is_over_is_none(
    status: int, phase: str, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sit(tmp_path)
    monkeypatch.setattr(httpx, "get", answering(status, phase))
    asked: list[Invitation] = []
    monkeypatch.setattr(room, "require_lobby", asked.append)
    with kept_seat(tmp_path, TABLE, "Bot") as seat:
        seat.require()
        assert isinstance(seat, KeptSeat)
        assert seat.is_taken == kept
    assert asked == ([] if kept else [TABLE])
