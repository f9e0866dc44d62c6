"""What regions and countries fit their houses with: part of the cue architecture."""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.world.colours import BLACK, WHITE
from models.world.habits import by_country
from models.world.style import Rgb

Chances = tuple[tuple[str, float], ...]
"""Names of things that houses have, and how often."""


def _often(**chances: float) -> Chances:
    return tuple(chances.items())


@dataclass(frozen=True, slots=True)
class Fittings:
    """A region's habits beyond walls and roofs."""

    frame: Rgb | None
    """Of windows; None where they have the colour that the place likes."""
    variety: float
    """How far neighbours' colours part: 0 all alike to 1 anything the region has."""
    often: Chances
    """Of shutters, bars, balconies, coolers, chimney, veranda, bands, awning; and of walls in
    courses (bricks), boards (lying), planks (upright) or timber (framed)."""
    fences: tuple[str, ...]
    """"hedge", "wall", "picket", "rails" or "none"; style drifts along them."""
    landmark: str
    """What stands over the roofs of towns."""
    towers: float
    """Chance of tower blocks behind the houses of a city."""


_ALU, _WOODEN, _DARK = (0.72, 0.73, 0.74), (0.42, 0.28, 0.18), (0.22, 0.2, 0.19)

FITTINGS = {
    "nordic": Fittings(
        WHITE, 0.55, _often(planks=0.8, chimney=0.8), ("none", "hedge", "picket"), "spire", 0.2
    ),
    "british": Fittings(
        WHITE, 0.3, _often(courses=0.85, chimney=0.95), ("wall", "hedge", "hedge"), "spire", 0.25
    ),
    "western": Fittings(
        WHITE,
        0.45,
        _often(courses=0.15, chimney=0.75, shutters=0.35, timber=0.3, bands=0.3, awning=0.3),
        ("hedge", "wall", "rails"),
        "spire",
        0.25,
    ),
    "mediterranean": Fittings(
        None,
        0.55,
        _often(shutters=0.85, balconies=0.5, chimney=0.35, awning=0.5, coolers=0.25),
        ("wall", "hedge", "wall", "rails"),
        "campanile",
        0.3,
    ),
    "eastern": Fittings(
        WHITE,
        0.6,
        _often(chimney=0.6, balconies=0.3, boards=0.35, bands=0.25),
        ("rails", "picket", "wall"),
        "onion",
        0.95,
    ),
    "middle east": Fittings(
        _ALU,
        0.4,
        _often(bars=0.4, balconies=0.5, coolers=0.5, bands=0.4, awning=0.5),
        ("wall",),
        "minaret",
        0.45,
    ),
    "central asia": Fittings(
        None,
        0.5,
        _often(bars=0.3, chimney=0.4, balconies=0.2, bands=0.3),
        ("wall", "rails", "picket"),
        "minaret",
        0.7,
    ),
    "south asia": Fittings(
        _WOODEN,
        0.8,
        _often(bars=0.6, balconies=0.8, coolers=0.45, bands=0.6, awning=0.6),
        ("wall", "rails", "wall"),
        "shikhara",
        0.35,
    ),
    "east asia": Fittings(
        _ALU,
        0.45,
        _often(balconies=0.55, coolers=0.7, bands=0.3, awning=0.35),
        ("wall", "hedge", "rails"),
        "pagoda",
        0.8,
    ),
    "southeast asia": Fittings(
        _WOODEN,
        0.75,
        _often(bars=0.55, balconies=0.55, coolers=0.5, awning=0.7, veranda=0.3, boards=0.25),
        ("wall", "rails", "none"),
        "stupa",
        0.4,
    ),
    "north america": Fittings(
        WHITE,
        0.6,
        _often(boards=0.75, chimney=0.3, veranda=0.45, awning=0.2),
        ("none", "none", "picket", "rails"),
        "water tower",
        0.25,
    ),
    "latin america": Fittings(
        None,
        0.95,
        _often(bars=0.75, balconies=0.4, bands=0.5, awning=0.35, coolers=0.1),
        ("wall", "wall", "rails"),
        "belfries",
        0.4,
    ),
    "caribbean": Fittings(
        WHITE,
        0.95,
        _often(shutters=0.5, boards=0.5, veranda=0.5, bars=0.3),
        ("picket", "wall", "rails"),
        "spire",
        0.1,
    ),
    "oceania": Fittings(
        WHITE,
        0.45,
        _often(veranda=0.6, boards=0.4, courses=0.4, chimney=0.2, awning=0.5, coolers=0.2),
        ("hedge", "picket", "none", "wall"),
        "spire",
        0.2,
    ),
    "africa": Fittings(
        _DARK,
        0.65,
        _often(bars=0.6, veranda=0.25, awning=0.4, coolers=0.1),
        ("wall", "hedge", "rails"),
        "spire",
        0.15,
    ),
}

_BLUE, _PALE = (0.15, 0.36, 0.66), (0.8, 0.8, 0.78)
_TANKS = by_country(
    {
        BLACK: "MX IN ZA KE PK GT HN SV BD NP LK",
        _BLUE: "BR PH VN PY",
        _PALE: "EG JO SA AE IQ IR PE BO MA DZ TN",
    }
)
_HEATERS = frozenset(["TR", "IL", "CY", "GR", "LB", "PS", "MT", "BB", "CN"])
_LANDMARKS = by_country(
    {
        "minaret": "PK BD ID MY BN AL BA XK MV SN GM ML NE NG SO DJ TD GN",
        "stupa": "LK BT NP MM TH LA KH",
        "spire": "PH VN GE AM LV LT EE HR SI PL CZ SK HU",
    }
)
_OFTEN = by_country(
    {
        _often(chimney=0.8, shutters=0.85, balconies=0.2, bands=0.35, awning=0.4): "FR MC",
        _often(courses=0.95, chimney=0.7, awning=0.3): "NL BE",
    }
)


def fittings_of(country: str, region: str) -> Fittings:
    """The region's, with what is usual in the country where that is something else."""
    fittings = FITTINGS[region]
    return replace(fittings, often=_OFTEN.get(country, fittings.often))


def rooftop_of(country: str) -> tuple[Rgb | None, bool]:
    """Colour of the water tanks on flat roofs, None for none, and whether the sun heats water."""
    return _TANKS.get(country), country in _HEATERS


def landmark_of(country: str, region: str) -> str:
    """What stands over the towns: the country's habit, else the region's."""
    return _LANDMARKS.get(country, FITTINGS[region].landmark)
