"""Cue: how houses are built and painted."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.colours import BLACK, BROWN, RED, WHITE
from models.world.cues.fittings import Fittings, fittings_of, landmark_of, rooftop_of
from models.world.setting import Setting
from models.world.style import Rgb

_TRIMS = (
    (0.88, 0.88, 0.86),
    (0.25, 0.4, 0.6),
    (0.5, 0.3, 0.2),
    (0.2, 0.42, 0.3),
    (0.8, 0.7, 0.5),
)
_SHUTTERS = (
    (0.16, 0.32, 0.22),
    (0.42, 0.26, 0.16),
    (0.35, 0.5, 0.58),
    (0.85, 0.85, 0.82),
    (0.24, 0.3, 0.42),
)


@dataclass(frozen=True, slots=True)
class Habit:
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


@dataclass(frozen=True, slots=True)
class Architecture:
    """The habits of the region and the colours of the place."""

    habit: Habit
    wall: Rgb
    roof: Rgb
    trim: Rgb
    """Window frames, doors, shop fronts."""
    window_m: float
    """Width of a window."""
    fittings: Fittings
    cladding: float
    """0 plain walls to 1 bricks, boards or timber wherever the region has them."""
    shutter: Rgb
    fence: str
    """What stands between gardens and road: one of the region's."""
    tank: Rgb | None
    """Colour of the water tanks on flat roofs; None where there are none."""
    heater: bool
    """Whether roofs bear water heaters."""
    landmark: str


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

_HABITS = {
    "nordic": Habit(
        ("gable", "gable", "hip"),
        (_FALU, _OCHRE, WHITE, _SKY, _FALU),
        (_SLATE, _TILE, BLACK),
        1.5,
        0.9,
    ),
    "british": Habit(
        ("gable", "hip", "gable"), (_BRICK, _STONE, _CREAM, _BRICK), (_SLATE, _TILE, _SLATE), 2, 0.8
    ),
    "western": Habit(
        ("gable", "hip"), (_CREAM, _STONE, _BRICK, WHITE), (_TILE, _SLATE, _RUST), 2, 0.95
    ),
    "mediterranean": Habit(
        ("hip", "gable", "flat"),
        (WHITE, _CREAM, _OCHRE, _PINK, WHITE),
        (_TILE, _TERRACOTTA, _SAND),
        2,
        0.4,
    ),
    "eastern": Habit(
        ("gable", "hip"),
        (_OCHRE, _CREAM, _WOOD, _TURQUOISE, _CONCRETE),
        (_TIN, _RUST, _GREEN_TIN, _TILE),
        1.6,
        0.8,
    ),
    "middle east": Habit(("flat",), (_SAND, _CREAM, _MUD, WHITE), (_SAND, _STONE, _MUD), 2, 0),
    "central asia": Habit(
        ("shed", "gable", "flat"), (WHITE, _SKY, _MUD, _SAND), (_TIN, _BLUE_TIN, _RUST), 1.2, 0.4
    ),
    "south asia": Habit(
        ("flat", "flat", "gable"),
        (_PINK, _TURQUOISE, _OCHRE, _BRICK, _SKY),
        (_CONCRETE, _RUST, _TILE),
        2,
        0.4,
    ),
    "east asia": Habit(
        ("hip", "gable", "flat"),
        (_CREAM, _CONCRETE, WHITE, _STONE, _WOOD),
        (_SLATE, _BLUE_TIN, _SLATE, _BRICK),
        2.2,
        0.55,
    ),
    "southeast asia": Habit(
        ("gable", "hip", "gable"),
        (_TURQUOISE, _CREAM, _OCHRE, _WOOD, _PINK),
        (_TILE, _RUST, _GREEN_TIN, _BLUE_TIN),
        1.7,
        0.6,
    ),
    "north america": Habit(
        ("gable", "hip", "gable"),
        (_SKY, WHITE, _STONE, _BRICK, _SAND),
        (_SLATE, BROWN, _STONE),
        1.5,
        0.6,
    ),
    "latin america": Habit(
        ("flat", "gable", "shed"),
        (_OCHRE, _PINK, _SKY, WHITE, _TERRACOTTA, _BRICK),
        (_TILE, _TIN, _TERRACOTTA),
        1.5,
        0.35,
    ),
    "caribbean": Habit(
        ("hip", "gable"), (_TURQUOISE, _PINK, _OCHRE, WHITE, _SKY), (_TIN, RED, _BLUE_TIN), 1.2, 0.5
    ),
    "oceania": Habit(
        ("hip", "gable"), (_CREAM, _BRICK, WHITE, _SKY), (_TIN, _TERRACOTTA, _GREEN_TIN), 1.1, 0.5
    ),
    "africa": Habit(
        ("shed", "gable", "hip", "flat"),
        (_MUD, _OCHRE, _CONCRETE, _TERRACOTTA, _CREAM),
        (_TIN, _RUST, _THATCH, RED),
        1.1,
        0.4,
    ),
}


def architecture_of(setting: Setting) -> Architecture:
    """How people build in the region, in colours that drift."""
    style, habit = setting.style, _HABITS[setting.region]
    fittings = fittings_of(setting.country, setting.region)
    tank, heater = rooftop_of(setting.country)
    return Architecture(
        habit=habit,
        wall=style.colour("wall", habit.walls),
        roof=style.colour("roof", habit.tiles),
        trim=style.colour("trim", _TRIMS),
        window_m=0.7 + 1.1 * style.field("window", 800),
        fittings=fittings,
        cladding=style.field("cladding", 200),
        shutter=style.colour("shutter", _SHUTTERS),
        fence=_along(fittings.fences, style.field("fence", 200)),
        tank=tank,
        heater=heater,
        landmark=landmark_of(setting.country, setting.region),
    )


def _along(names: tuple[str, ...], at: float) -> str:
    return names[min(int(at * len(names)), len(names) - 1)]
