"""What players may be called, and which names pass for each other. Pure.

What cannot be seen makes no name: of two that look alike on the page, one is an imitation. Letters
of other alphabets that happen to look alike are told apart by nothing here.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

MAX_NAME = 40

EVERYBODYS = frozenset({"player", "homing"})
"""Looks of the names of people and bots who chose none: nobody keeps them, or is rated by them."""

_JOINERS = {"\u200c", "\u200d"}
"""Not seen themselves, but they shape what is: Persian words and families of emoji."""


def clean_name(name: str) -> str:
    """The name as it is kept: composed (Unicode's NFC), single spaces, none at its ends.

    Raises:
        ValueError: it has characters that cannot be seen, nothing else, or too many.
    """
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if any(_is_hidden(one) for one in clean if one not in _JOINERS):
        raise ValueError("expected letters, digits and signs, got: a character that is not seen")
    # Its look is stored, too, and may be longer: one sign may stand for a whole phrase.
    if not all(1 <= len(one) <= MAX_NAME for one in (clean, look_of(clean))):
        raise ValueError(f"expected 1 to {MAX_NAME} characters")
    return clean


Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(clean_name)]
"""Of a seat."""


def look_of(name: str) -> str:
    """Equal for names that differ by case, width, style or spaces only (NFKC, folded)."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(one for one in plain if not _is_hidden(one) and not one.isspace())


def _is_hidden(one: str) -> bool:
    """Controls, format characters like those that turn the direction, and what is no letter yet."""
    return unicodedata.category(one)[0] == "C"
