"""Cue: the look of place-name signs."""

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
    round: bool = False
    """Rounded corners."""
    capitals: bool = False


_GREEN, _BLUE = Signs(GREEN, WHITE, WHITE, round=True), Signs(BLUE, WHITE, WHITE, round=True)
_WHITE, _YELLOW = Signs(WHITE, BLACK, BLACK), Signs(YELLOW, BLACK, BLACK, round=True)
_RED_EDGED, _BROWN = Signs(WHITE, BLACK, RED), Signs(BROWN, WHITE, WHITE)
_BLUE_EDGED, _CAPITALS = Signs(WHITE, BLACK, BLUE), Signs(WHITE, BLACK, BLACK, capitals=True)
_KNOWN = by_country(
    {
        _YELLOW: "DE LU",
        _RED_EDGED: "FR BE SN ML CI GA",
        _GREEN: "US CA MX BR AU NZ PL KR IN TH AR CL CO IL TW IR NP MM",
        Signs(GREEN, WHITE, WHITE, round=True, capitals=True): "TR",
        _BLUE: "JP CN SE DK KZ GR SA AE NL EG JO KW QA OM AM",
        _WHITE: "GB IE CZ SK HU NO CH RU BY UA FI",
        _BLUE_EDGED: "AT",
        _CAPITALS: "IT ES PT RO",
    }
)
_CHOICE = (_GREEN, _BLUE, _WHITE, _YELLOW, _RED_EDGED, _BROWN)


def signs_of(setting: Setting) -> Signs:
    """The country's habit where it is known, else hashed from its code."""
    country = setting.country
    return _KNOWN.get(country, _CHOICE[hashed("sign", country) % len(_CHOICE)])
