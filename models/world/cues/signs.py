"""Cue: the colours of place-name signs."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.colours import BLACK, BLUE, BROWN, GREEN, RED, WHITE, YELLOW
from models.world.habits import by_country
from models.world.setting import Setting
from models.world.style import Rgb, hashed


@dataclass(frozen=True, slots=True)
class Signs:
    """Ground, letters and rim."""

    ground: Rgb
    ink: Rgb
    border: Rgb


_GREEN, _BLUE = Signs(GREEN, WHITE, WHITE), Signs(BLUE, WHITE, WHITE)
_WHITE, _YELLOW = Signs(WHITE, BLACK, BLACK), Signs(YELLOW, BLACK, BLACK)
_RED_EDGED, _BROWN = Signs(WHITE, BLACK, RED), Signs(BROWN, WHITE, WHITE)
_KNOWN = by_country(
    {
        _YELLOW: "DE AT LU NL IL",
        _RED_EDGED: "FR CH BE RO SN ML CI GA",
        _GREEN: "US CA MX BR AU NZ PL TR KR IN TH AR CL CO",
        _BLUE: "JP CN RU UA SE FI DK BY KZ GR TW SA AE",
        _WHITE: "GB IE ES IT PT CZ HU NO",
    }
)
_CHOICE = (_GREEN, _BLUE, _WHITE, _YELLOW, _RED_EDGED, _BROWN)


def signs_of(setting: Setting) -> Signs:
    """The country's colours where they are known, else hashed from its code."""
    country = setting.country
    return _KNOWN.get(country, _CHOICE[hashed("sign", country) % len(_CHOICE)])
