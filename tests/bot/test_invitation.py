"""Invitation links, as people paste them."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from bot.game import GameError
from bot.invitation import (
    PLAYER_TOKEN,
    Invitation,
    player_token,
    read_invitation,
    require_lobby,
    take_seat,
)


@pytest.mark.parametrize("path", ["/join/abc", "/join/abc/"])
def test_a_link(path: str) -> None:
    said = read_invitation(f"http://127.0.0.1:8321{path}#invite=co-de_1&x=y")
    assert said == Invitation("http://127.0.0.1:8321", "abc", "co-de_1")
    assert said.match_url == "http://127.0.0.1:8321/play/abc"
    assert "co-de_1" not in repr(said)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "abc",
        "http://h/play/abc",
        "http://h/#invite=x",
        "file:///join/abc#invite=x",
        "#invite=x",
    ],
)
def test_no_link(link: str) -> None:
    with pytest.raises(GameError, match="expected a link like"):
        read_invitation(link)


def test_a_broken_link_is_told_without_its_code() -> None:
    with pytest.raises(GameError) as caught:
        read_invitation("http://h/watch/abc#invite=secret")
    assert "secret" not in str(caught.value)


async def test_a_server_that_is_away() -> None:
    with pytest.raises(GameError, match="expected a seat, got: ConnectError"):
        await take_seat(Invitation("http://127.0.0.1:9", "abc", "x"), "Bot")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "one that does not fit; ask for a new link"),
        (404, "one to a match that this server does not know"),
        (409, "one to a match that has started"),
        (410, "one to a match that is over"),
        (500, "HTTP 500"),
    ],
)
def test_an_invitation_that_comes_to_nothing(
    status: int, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(url: str, **options: object) -> httpx.Response:
        asked.append(f"{url} {options['headers']}")
        return httpx.Response(status)

    monkeypatch.setattr(httpx, "get", answer)
    with pytest.raises(GameError, match=f"expected an invitation to a match, got: {reason}$"):
        require_lobby(Invitation("http://h", "abc", "x"))
    assert asked == ["http://h/api/arena/matches/abc {'Authorization': 'Bearer x'}"]


def test_bots_that_come_first_together_keep_one_token(tmp_path: Path) -> None:
    home = tmp_path / "new"
    with ThreadPoolExecutor(8) as bots:
        tokens = set(bots.map(player_token, [home] * 8))
    assert tokens == {player_token(home)}
    assert 16 <= len(tokens.pop()) <= 128
    (kept,) = home.iterdir()
    assert kept.name == PLAYER_TOKEN
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
