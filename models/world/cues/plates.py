"""Cue: number plates."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.colours import BLACK, BLUE, GREEN, RED, WHITE, YELLOW
from models.world.habits import by_country
from models.world.setting import Setting
from models.world.style import Rgb, hashed


@dataclass(frozen=True, slots=True)
class Plates:
    """The plates of the cars."""

    front: Rgb
    rear: Rgb
    ink: Rgb
    band: Rgb | None = None
    """Strip at the left end; None where there is none."""
    short: bool = False
    """About 31 by 16 cm (12 by 6 inches) as in America, not 52 by 11 as in Europe."""

    @property
    def width_m(self) -> float:
        """Of one plate."""
        return 0.31 if self.short else 0.52

    @property
    def height_m(self) -> float:
        """Of one plate."""
        return 0.155 if self.short else 0.11


_KNOWN = by_country(
    {
        # The blue band: Council Regulation (EC) 2411/98, and neighbours who took it over.
        Plates(WHITE, WHITE, BLACK, BLUE): (
            "AT BG HR CZ DK EE FI FR DE GR HU IE IT LV LT MT PL PT RO SK SI ES SE "
            "NO AL ME MK RS BA MD UA TR GE AM"
        ),
        Plates(WHITE, WHITE, RED, BLUE): "BE",
        Plates(YELLOW, YELLOW, BLACK, BLUE): "NL LU",
        Plates(YELLOW, YELLOW, BLACK): "IL GI",
        Plates(YELLOW, YELLOW, BLACK, short=True): "CO",
        Plates(WHITE, YELLOW, BLACK): "GB IM JE GG KE UG TZ ZM MW SL HK LK ZW",
        Plates(WHITE, YELLOW, BLACK, BLUE): "CY",
        Plates(BLUE, BLUE, WHITE): "CN",
        Plates(BLACK, BLACK, WHITE): "MY SG",
        Plates(RED, RED, WHITE): "BT",
        Plates(WHITE, WHITE, GREEN, short=True): "JP",
        Plates(WHITE, WHITE, BLACK, short=True): (
            "US CA MX GT SV HN NI CR PA VE EC PE CU DO HT PR JM BS BB TT GU AS MP VI "
            "KR TW PH TH SA AE OM KW QA BH LB AU NZ"
        ),
        Plates(WHITE, WHITE, BLACK): (
            "IN CH RU BY KZ BR AR CL UY PY IS ZA PK BD ID KH LA MM EG MA TN DZ IR IQ JO SN NG GH VN"
        ),
    }
)
_GROUNDS = ((WHITE, BLACK), (WHITE, BLACK), (YELLOW, BLACK), (BLACK, WHITE), (BLUE, WHITE))
_BANDS = (None, None, RED, GREEN)


def plates_of(setting: Setting) -> Plates:
    """The country's private cars' plates where they are known, else hashed from its code."""
    known = _KNOWN.get(setting.country)
    if known is not None:
        return known
    key = hashed("plate", setting.country)
    ground, ink = _GROUNDS[key % 5]
    return Plates(ground, ground, ink, band=_BANDS[key // 5 % 4], short=key // 20 % 3 == 0)
