"""What a line of chat asks for. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_NUMBER = r"([+-]?\d{1,3}(?:\.\d{1,15})?)"
_POINT = re.compile(rf"\(?{_NUMBER}°?(?:\s*[,;]\s*|\s+){_NUMBER}°?\)?", re.ASCII)
_WORD = re.compile(r"!([a-z]+)(?:\s+(.*))?", re.IGNORECASE | re.ASCII)

GUESS_WORDS = frozenset({"g", "guess"})
HOST_WORDS = frozenset({"ban", "unban"})


@dataclass(frozen=True, slots=True)
class GuessAt:
    """`!g 48.2, 16.4`."""

    lat: float
    lng: float


@dataclass(frozen=True, slots=True)
class Malformed:
    """`!g` with something else behind it than a place on Earth."""


@dataclass(frozen=True, slots=True)
class Ask:
    """`!me`; `!best` of a day, `!best all`; `!map`."""

    what: Literal["me", "best", "best all", "map"]


@dataclass(frozen=True, slots=True)
class Ban:
    """`!ban NAME`, `!unban NAME`: of the channel's owner and moderators."""

    name: str
    banned: bool


Command = GuessAt | Malformed | Ask | Ban


def read_command(text: str) -> Command | None:
    """What a message asks for; None: nothing of us."""
    found = _WORD.fullmatch(text.strip())
    if found is None:
        return None
    word, rest = found[1].lower(), (found[2] or "").strip()
    if word in GUESS_WORDS:
        return _guess(rest)
    if word in HOST_WORDS and rest:
        return Ban(rest.removeprefix("@"), word == "ban")
    return _ASKED.get(" ".join((word, rest.lower())).strip())


_ASKED = {
    "me": Ask("me"),
    "best": Ask("best"),
    "best all": Ask("best all"),
    "map": Ask("map"),
}


def _guess(text: str) -> GuessAt | Malformed:
    found = _POINT.fullmatch(text)
    if found is None:
        return Malformed()
    lat, lng = float(found[1]), float(found[2])
    return GuessAt(lat, lng) if abs(lat) <= 90 and abs(lng) <= 180 else Malformed()
