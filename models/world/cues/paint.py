"""Cue: the lines on the road."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.colours import WHITE, YELLOW
from models.world.habits import by_country
from models.world.setting import Setting
from models.world.style import Rgb, hashed

_CENTRE = by_country(
    {
        YELLOW: (
            "US CA MX GT SV HN NI CR PA CO VE EC PE BO CL AR UY PY BR NO TW KR CN TH PH MM JP PR "
            "DO HT CU JM LR IL JO SA AE OM QA KW IR FI AS GU"
        )
    }
)
_EDGE = by_country({YELLOW: "ZA NA BW ZW LS SZ MZ IL IE KE ZM OM AE SA"})


@dataclass(frozen=True, slots=True)
class Paint:
    """Lines between the directions and along the edges."""

    centre: Rgb
    double: bool
    """The centre is an unbroken double line; else it is dashed."""
    edge: Rgb | None
    """None where the edges are not painted."""
    dash_m: float
    gap_m: float


def paint_of(setting: Setting) -> Paint:
    """Colours and kinds by country, lengths of dashes drifting."""
    country, style = setting.country, setting.style
    return Paint(
        centre=_CENTRE.get(country, WHITE),
        double=hashed("double", country) % 4 == 0,
        edge=_EDGE.get(country, None if hashed("edge", country) % 3 == 0 else WHITE),
        dash_m=1.5 + 4.5 * style.field("dash", 800),
        gap_m=2 + 7 * style.field("gap", 800),
    )
