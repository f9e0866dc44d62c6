"""Invitation links, as people paste them."""

from __future__ import annotations

import pytest

from bot.game import GameError
from bot.invitation import Invitation, read_invitation, take_seat


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
