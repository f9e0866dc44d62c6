"""Names that pass for others', and names that nobody sees."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from server.arena.names import look_of
from server.arena.store import Store
from server.arena.words import TakeSeat
from tests.server.arena.player import Player


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Ad\u00a0a", "Ad a"),
        ("A\nda", "A da"),
        ("Zoe\u0308", "Zo\u00eb"),  # two characters, one letter
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),  # a Persian word's joiner
        ("\U0001f469\u200d\U0001f52c", "\U0001f469\u200d\U0001f52c"),
        ("a" * 40, "a" * 40),
    ],
)
def test_what_is_kept_of_a_name(said: str, kept: str) -> None:
    assert TakeSeat(name=said).name == kept


@pytest.mark.parametrize(
    "said",
    ["", " ", "\u200b", "\u200d", "A\x00", "\u202eadA", "\ue000", "a" * 41, "\ufdfa" * 9],
)
def test_names_that_are_none(said: str) -> None:
    with pytest.raises(ValidationError, match="name"):
        TakeSeat(name=said)


@pytest.mark.parametrize("other", ["ada", "A\u200dda", "\uff21\uff24\uff21", "A da"])
def test_names_that_look_alike(other: str) -> None:
    assert look_of(other) == look_of("Ada") != look_of("Adam")


async def test_nobody_sits_down_under_anothers_look(player: Player) -> None:
    await player.open_shared("C", {"rounds": 1})
    for wish, status in (
        ({"name": "Ada", "player_token": "a-token-of-my-own"}, 201),
        ({"name": "\uff41da "}, 409),
        ({"name": "AD\u200cA", "player_token": "and-another-token"}, 409),
        ({"name": "Ada\u202e"}, 422),
    ):
        assert await take_seat(player, wish) == status, wish


async def test_who_gets_no_seat_keeps_no_name(player: Player, store: Store) -> None:
    await player.open_shared("AB", {"rounds": 1})
    guest = Player(player.client, player.match, player.opened["invite"])
    for name in ("Raven 27", "Wren 14"):
        refused = await guest.call("POST", "/seats", name=name, player_token="a-token-of-my-own")
        assert refused.status_code == 409, "the lobby is closed"
        assert store.keep_name(name, None), "and the name is free"


async def take_seat(player: Player, wish: dict[str, str]) -> int:
    """In a match of its own."""
    fresh = Player(player.client)
    body = {"pack": "tiny", "rules": {"rounds": 1}}
    opened = (await fresh.call("POST", "/shared-matches", **body)).json()
    guest = Player(player.client, opened["match"], opened["invite"])
    return (await guest.call("POST", "/seats", **wish)).status_code
