"""What roads and houses look like by country: paint, signs, posts, walls, roofs.

Well-known habits where they are known, else a choice hashed from the country's code, so that each
country keeps one look.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.world.style import Rgb, hashed

WHITE, YELLOW, BLACK, RED = (0.93, 0.93, 0.9), (0.93, 0.73, 0.13), (0.1, 0.1, 0.1), (0.75, 0.1, 0.1)
GREEN, BLUE, BROWN, ORANGE = (
    (0.0, 0.4, 0.25),
    (0.05, 0.25, 0.6),
    (0.4, 0.25, 0.12),
    (0.9, 0.45, 0.1),
)
GREY = (0.55, 0.55, 0.55)

_YELLOW_CENTRE = frozenset(
    [
        "US",
        "CA",
        "MX",
        "GT",
        "SV",
        "HN",
        "NI",
        "CR",
        "PA",
        "CO",
        "VE",
        "EC",
        "PE",
        "BO",
        "CL",
        "AR",
        "UY",
        "PY",
        "BR",
        "NO",
        "TW",
        "KR",
        "CN",
        "TH",
        "PH",
        "MM",
        "JP",
        "PR",
        "DO",
        "HT",
        "CU",
        "JM",
        "LR",
        "IL",
        "JO",
        "SA",
        "AE",
        "OM",
        "QA",
        "KW",
        "IR",
        "FI",
        "AS",
        "GU",
    ]
)
_YELLOW_EDGE = frozenset(
    ["ZA", "NA", "BW", "ZW", "LS", "SZ", "MZ", "IL", "IE", "KE", "ZM", "OM", "AE", "SA"]
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A place-name sign's colours."""

    ground: Rgb
    ink: Rgb
    border: Rgb


_GREEN_SIGN, _BLUE_SIGN = Sign(GREEN, WHITE, WHITE), Sign(BLUE, WHITE, WHITE)
_WHITE_SIGN, _YELLOW_SIGN = Sign(WHITE, BLACK, BLACK), Sign(YELLOW, BLACK, BLACK)
_RED_EDGED, _BROWN_SIGN = Sign(WHITE, BLACK, RED), Sign(BROWN, WHITE, WHITE)
_SIGNS = {
    **dict.fromkeys(["DE", "AT", "LU", "NL", "IL"], _YELLOW_SIGN),
    **dict.fromkeys(["FR", "CH", "BE", "RO", "SN", "ML", "CI", "GA"], _RED_EDGED),
    **dict.fromkeys(
        ["US", "CA", "MX", "BR", "AU", "NZ", "PL", "TR", "KR", "IN", "TH", "AR", "CL", "CO"],
        _GREEN_SIGN,
    ),
    **dict.fromkeys(
        ["JP", "CN", "RU", "UA", "SE", "FI", "DK", "BY", "KZ", "GR", "TW", "SA", "AE"], _BLUE_SIGN
    ),
    **dict.fromkeys(["GB", "IE", "ES", "IT", "PT", "CZ", "HU", "NO"], _WHITE_SIGN),
}
_SIGN_CHOICE = (_GREEN_SIGN, _BLUE_SIGN, _WHITE_SIGN, _YELLOW_SIGN, _RED_EDGED, _BROWN_SIGN)


@dataclass(frozen=True, slots=True)
class Bollard:
    """Guide posts along the road; `height_m` 0 where there are none."""

    post: Rgb
    band: Rgb
    height_m: float
    width_m: float


_NO_BOLLARD = Bollard(WHITE, WHITE, 0, 0)


@dataclass(frozen=True, slots=True)
class Building:
    """A region's building habits."""

    roofs: tuple[str, ...]
    """"gable", "hip", "flat", "shed": a house takes one; the first ones more often."""
    walls: tuple[Rgb, ...]
    """Stops that the wall colour drifts along."""
    tiles: tuple[Rgb, ...]
    """Stops of the roof colour."""
    floors: float
    """Mean number of floors in the country; towns add to it."""
    pitch: float
    """Rise of the roof over half its span."""


_CREAM, _OCHRE, _TERRACOTTA, _PINK = (
    (0.9, 0.86, 0.74),
    (0.85, 0.66, 0.36),
    (0.74, 0.4, 0.26),
    (0.86, 0.62, 0.56),
)
_STONE, _BRICK, _SAND, _MUD = (
    (0.66, 0.62, 0.55),
    (0.58, 0.3, 0.22),
    (0.82, 0.71, 0.53),
    (0.62, 0.44, 0.3),
)
_TURQUOISE, _SKY, _FALU, _WOOD = (
    (0.35, 0.66, 0.64),
    (0.6, 0.73, 0.83),
    (0.5, 0.16, 0.13),
    (0.47, 0.36, 0.26),
)
_CONCRETE, _SLATE, _TIN, _TILE = (
    (0.6, 0.6, 0.59),
    (0.27, 0.29, 0.33),
    (0.58, 0.6, 0.62),
    (0.68, 0.33, 0.2),
)
_RUST, _BLUE_TIN, _GREEN_TIN, _THATCH = (
    (0.5, 0.3, 0.2),
    (0.2, 0.4, 0.6),
    (0.22, 0.42, 0.33),
    (0.55, 0.46, 0.28),
)

_BUILDINGS = {
    "nordic": Building(
        ("gable", "gable", "hip"),
        (_FALU, _OCHRE, WHITE, _SKY, _FALU),
        (_SLATE, _TILE, BLACK),
        1.5,
        0.9,
    ),
    "british": Building(
        ("gable", "hip", "gable"), (_BRICK, _STONE, _CREAM, _BRICK), (_SLATE, _TILE, _SLATE), 2, 0.8
    ),
    "western": Building(
        ("gable", "hip"), (_CREAM, _STONE, _BRICK, WHITE), (_TILE, _SLATE, _RUST), 2, 0.95
    ),
    "mediterranean": Building(
        ("hip", "gable", "flat"),
        (WHITE, _CREAM, _OCHRE, _PINK, WHITE),
        (_TILE, _TERRACOTTA, _SAND),
        2,
        0.4,
    ),
    "eastern": Building(
        ("gable", "hip"),
        (_OCHRE, _CREAM, _WOOD, _TURQUOISE, _CONCRETE),
        (_TIN, _RUST, _GREEN_TIN, _TILE),
        1.6,
        0.8,
    ),
    "middle east": Building(("flat",), (_SAND, _CREAM, _MUD, WHITE), (_SAND, _STONE, _MUD), 2, 0),
    "central asia": Building(
        ("shed", "gable", "flat"), (WHITE, _SKY, _MUD, _SAND), (_TIN, _BLUE_TIN, _RUST), 1.2, 0.4
    ),
    "south asia": Building(
        ("flat", "flat", "gable"),
        (_PINK, _TURQUOISE, _OCHRE, _BRICK, _SKY),
        (_CONCRETE, _RUST, _TILE),
        2,
        0.4,
    ),
    "east asia": Building(
        ("hip", "gable", "flat"),
        (_CREAM, _CONCRETE, WHITE, _STONE, _WOOD),
        (_SLATE, _BLUE_TIN, _SLATE, _BRICK),
        2.2,
        0.55,
    ),
    "southeast asia": Building(
        ("gable", "hip", "gable"),
        (_TURQUOISE, _CREAM, _OCHRE, _WOOD, _PINK),
        (_TILE, _RUST, _GREEN_TIN, _BLUE_TIN),
        1.7,
        0.6,
    ),
    "north america": Building(
        ("gable", "hip", "gable"),
        (_SKY, WHITE, _STONE, _BRICK, _SAND),
        (_SLATE, BROWN, _STONE),
        1.5,
        0.6,
    ),
    "latin america": Building(
        ("flat", "gable", "shed"),
        (_OCHRE, _PINK, _SKY, WHITE, _TERRACOTTA, _BRICK),
        (_TILE, _TIN, _TERRACOTTA),
        1.5,
        0.35,
    ),
    "caribbean": Building(
        ("hip", "gable"), (_TURQUOISE, _PINK, _OCHRE, WHITE, _SKY), (_TIN, RED, _BLUE_TIN), 1.2, 0.5
    ),
    "oceania": Building(
        ("hip", "gable"), (_CREAM, _BRICK, WHITE, _SKY), (_TIN, _TERRACOTTA, _GREEN_TIN), 1.1, 0.5
    ),
    "africa": Building(
        ("shed", "gable", "hip", "flat"),
        (_MUD, _OCHRE, _CONCRETE, _TERRACOTTA, _CREAM),
        (_TIN, _RUST, _THATCH, RED),
        1.1,
        0.4,
    ),
}

POLES = ("wood", "concrete", "steel", "twin")


def building_of(region: str) -> Building:
    """The habits of a region of `countries.region_of`."""
    return _BUILDINGS[region]


def sign_of(country: str) -> Sign:
    """Colours of place-name signs."""
    return _SIGNS.get(country, _SIGN_CHOICE[hashed("sign", country) % len(_SIGN_CHOICE)])


def bollard_of(country: str) -> Bollard:
    """Guide posts; two in three countries have them."""
    key = hashed("bollard", country)
    if key % 3 == 0:
        return _NO_BOLLARD
    post = (WHITE, WHITE, YELLOW, GREY, BLACK)[key // 3 % 5]
    band = (RED, BLACK, ORANGE, BLUE, YELLOW)[key // 15 % 5]
    return Bollard(
        post,
        band if band != post else WHITE,
        0.7 + key // 75 % 4 * 0.12,
        0.12 + key // 300 % 3 * 0.04,
    )


def centre_colour(country: str) -> Rgb:
    """Paint of the line that parts the two directions."""
    return YELLOW if country in _YELLOW_CENTRE else WHITE


def edge_colour(country: str) -> Rgb | None:
    """Paint of the lines at the road's edges; None where there are none."""
    if country in _YELLOW_EDGE:
        return YELLOW
    return None if hashed("edge", country) % 3 == 0 else WHITE


def centre_is_double(country: str) -> bool:
    """Whether the centre is an unbroken double line."""
    return hashed("double", country) % 4 == 0
