"""What all rooms share."""

from __future__ import annotations

from itertools import islice

from server.live.chat.room import one_line, pauses_s


def test_pauses_grow_to_a_longest() -> None:
    assert list(islice(pauses_s(1, 10), 6)) == [1, 2, 4, 8, 10, 10]


def test_one_line() -> None:
    assert one_line("  a\r\n\tb \x00 c\x1b[31m ", 40) == "a b c [31m"
    # Right-to-left overrides and zero-width characters turn names and lines round.
    assert one_line("ab\u202egpj\u200b", 40) == "ab gpj"
    assert one_line("é" * 99, 3) == "ééé"
    assert one_line("\n" * 9, 3) == ""
