"""What lines of chat ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.live.chat.commands import Ask, Ban, GuessAt, Malformed, read_command


@pytest.mark.parametrize(
    "text",
    [
        "!g 48.21, 16.37",
        "!g 48.21 16.37",
        "!G 48.21,16.37",
        "!guess 48.21; 16.37",
        "  !g  (48.21°, +16.37°)  ",
    ],
)
def test_a_guess_in_many_hands(text: str) -> None:
    assert read_command(text) == GuessAt(48.21, 16.37)


def test_the_ends_of_the_earth() -> None:
    assert read_command("!g -90, 180") == GuessAt(-90, 180)
    assert read_command("!g 0 -180.0") == GuessAt(0, -180)


@pytest.mark.parametrize(
    "text",
    [
        "!g",
        "!g Vienna",
        "!g 48.21",
        "!g 91, 0",
        "!g 0, 180.5",
        "!g 48,21 16,37",
        "!g nan, inf",
        "!g 1e1, 2",
        "!g 1 2 3",
        "!g 4821 1637",
        "!g ٤٨, ١٦",
    ],
)
def test_guesses_that_are_none(text: str) -> None:
    assert read_command(text) == Malformed()


@pytest.mark.parametrize(
    "text", ["", "hello", "g 1, 2", "!", "!gg 1, 2", "!hello", "!best none", "say !g 1, 2", "!ban"]
)
def test_what_is_not_for_us(text: str) -> None:
    assert read_command(text) is None


def test_other_commands() -> None:
    assert read_command("!ME") == Ask("me")
    assert read_command("!best") == Ask("best")
    assert read_command("!best ALL") == Ask("best all")
    assert read_command("!map") == Ask("map")
    assert read_command("!ban @Ana B") == Ban("Ana B", banned=True)
    assert read_command("!unban ana") == Ban("ana", banned=False)


@given(st.text(max_size=40))
def test_whatever_is_said_is_read(text: str) -> None:
    found = read_command(f"!g {text}")
    if isinstance(found, GuessAt):
        assert abs(found.lat) <= 90
        assert abs(found.lng) <= 180
