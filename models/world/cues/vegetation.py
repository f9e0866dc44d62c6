"""Cue: which plants grow, how densely, and how green they are."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.setting import Setting
from models.world.style import Rgb

_FLORA = {
    # climate: tall plants and low plants; drifting fields choose among them
    "Af": (("palm", "rain tree", "mango", "banana", "rain tree"), ("banana", "shrub", "reed")),
    "Am": (("palm", "mango", "rain tree", "banana"), ("shrub", "banana", "reed")),
    "Aw": (("mango", "acacia", "palm", "eucalyptus", "rain tree"), ("shrub", "tussock", "shrub")),
    "As": (("palm", "acacia", "mango"), ("shrub", "agave", "tussock")),
    "BW": (("mesquite", "date palm", "saguaro", "acacia"), ("sage", "tussock", "shrub")),
    "BSh": (("acacia", "mesquite", "eucalyptus", "date palm"), ("tussock", "sage", "agave")),
    "BSk": (("poplar", "mesquite", "pine", "olive"), ("sage", "tussock", "sage")),
    "Cs": (("olive", "umbrella pine", "cypress", "eucalyptus", "oak"), ("shrub", "sage", "agave")),
    "Cf": (("oak", "maple", "poplar", "pine", "birch"), ("shrub", "tussock", "shrub")),
    "Cw": (("eucalyptus", "pine", "mango", "maple"), ("shrub", "tussock", "reed")),
    "Da": (("oak", "maple", "poplar", "pine"), ("shrub", "reed", "tussock")),
    "Db": (("birch", "spruce", "oak", "pine", "maple"), ("shrub", "tussock", "shrub")),
    "Dc": (("spruce", "birch", "pine", "larch"), ("shrub", "tussock", "shrub")),
    "Dd": (("larch", "spruce", "larch"), ("shrub", "tussock", "sage")),
    "E": (("birch",), ("tussock", "tussock", "sage")),
}
_TREES_PER_HA = {"Af": 60, "Am": 50, "Aw": 22, "As": 22, "BW": 2.5, "BSh": 8, "BSk": 6}
_TREES_PER_HA |= {"Cs": 20, "Cf": 30, "Cw": 28, "Da": 28, "Db": 40, "Dc": 55, "Dd": 45, "E": 0.6}
_WOODS = {"A": 0.7, "B": 0.04, "C": 0.5, "D": 0.75, "E": 0.0}

_GRASSES = (
    (0.3, 0.42, 0.14),
    (0.42, 0.52, 0.2),
    (0.22, 0.46, 0.2),
    (0.5, 0.5, 0.22),
    (0.26, 0.38, 0.18),
)
_LEAVES = (
    (0.14, 0.3, 0.1),
    (0.24, 0.4, 0.12),
    (0.1, 0.28, 0.16),
    (0.32, 0.38, 0.16),
    (0.16, 0.24, 0.08),
)


@dataclass(frozen=True, slots=True)
class Vegetation:
    """Plants and grass; what the season makes of them is the season's."""

    tall: tuple[str, ...]
    """Species of `renderer.sprites`; those near `tall_favourite` are the most."""
    tall_favourite: float
    """0 the first to 1 the last."""
    low: tuple[str, ...]
    low_favourite: float
    trees_per_ha: float
    """Where nobody builds."""
    bushes: int
    """In the whole picture, where nobody builds."""
    woods: float
    """0 open country to 1 forest all around, where nobody builds."""
    cover: float
    """Of the ground by grass: under -0.5 nearly nowhere, over 0.5 nearly everywhere."""
    arid: bool
    """Far slopes are bare."""
    dries: bool
    """Leaves fade in dry months."""
    grass: Rgb
    leaf: Rgb


def vegetation_of(setting: Setting) -> Vegetation:
    """What grows in the climate; drifting fields choose among it."""
    style, zone = setting.style, setting.zone
    flora = flora_key(zone)
    tall, low = _FLORA[flora]
    density, low_favourite = style.field("plants1", 800), style.field("plants2", 300)
    return Vegetation(
        tall=tall,
        tall_favourite=style.field("plants0", 3000),
        low=low,
        low_favourite=low_favourite,
        trees_per_ha=_TREES_PER_HA[flora] * (0.6 + 1.4 * density),
        bushes=30 if flora == "E" else int(14 + 30 * low_favourite),
        woods=_WOODS[zone[0]] * (0.4 + 1.2 * density),
        cover=_cover(zone),
        arid=zone[0] == "B",
        dries=zone[0] in "AB",
        grass=style.colour("grass", _GRASSES),
        leaf=style.colour("leaf", _LEAVES),
    )


def flora_key(zone: str) -> str:
    """The row of the flora that a climate zone belongs to."""
    if zone in _FLORA:
        return zone
    if zone[:2] in _FLORA:
        return zone[:2]
    return {"D": "D" + zone[-1], "E": "E"}.get(zone[0], "Cf")


def _cover(zone: str) -> float:
    if zone[0] == "B":
        return -0.9 if zone[1] == "W" else 0.1
    return 0.0 if zone[0] == "E" else 1.0
