"""The kinds of plants: how tall and wide they grow, and how their crowns are shaped."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from models.world.style import Rgb

Crown = Callable[[float], float]
"""Half width of a crown, as a share of the picture's half width, at a height 0 to 1 in it."""


@dataclass(frozen=True, slots=True)
class Species:
    """How a plant grows."""

    height_m: float
    spread: float
    """Width over height."""
    crown: Crown | None
    """None: `drawer` draws it."""
    crown_from: float = 0.25
    """Height of the lowest leaves over the whole height."""
    trunk: float = 0.05
    """Thickness of the trunk over the width."""
    clump: float = 0.07
    """Radius of a clump of leaves over the height."""
    clumps: int = 420
    deciduous: bool = False
    leaf: Rgb = (1.0, 1.0, 1.0)
    """Multiplies the scene's leaf colour."""
    bark: Rgb = (0.33, 0.26, 0.2)
    drawer: str = ""


def cone(t: float) -> float:
    """A conifer's crown, whorl over whorl."""
    return float((1 - t) ** 0.85 * (0.82 + 0.18 * math.cos(t * 55)))


def round_crown(t: float) -> float:
    """A broad tree's crown."""
    return math.sqrt(max(0.0, 1 - (2 * t - 0.9) ** 2 / 1.25))


def _tall(t: float) -> float:
    return math.sqrt(math.sin(math.pi * min(1, t * 0.97 + 0.03)))


def _flat(t: float) -> float:
    return 0.35 + 0.65 * t if t < 0.75 else math.sqrt(max(0.0, 1 - ((t - 0.75) / 0.26) ** 2))


def _loose(t: float) -> float:
    return round_crown(t) * (0.7 + 0.3 * math.cos(t * 17))


def _dome(t: float) -> float:
    """Bare below, a parasol of whorls above."""
    return (0.25 + 0.75 * math.sin(math.pi * min(1, 0.15 + 0.85 * t))) * (
        0.75 + 0.25 * math.cos(t * 26)
    )


def _weeping(t: float) -> float:
    return (
        0.85 + 0.15 * math.sin(t * 9)
        if t < 0.6
        else math.sqrt(max(0.0, 1 - ((t - 0.6) / 0.41) ** 2))
    )


def _box(t: float) -> float:
    return 0.97 if t < 0.8 else math.sqrt(max(0.0, 1 - ((t - 0.8) / 0.21) ** 2))


def _mound(t: float) -> float:
    return math.sqrt(max(0.0, 1 - t * t))


SPECIES: dict[str, Species] = {
    "spruce": Species(16, 0.38, cone, 0.06, 0.05, 0.035, 700, leaf=(0.62, 0.78, 0.85)),
    "pine": Species(
        15, 0.5, _loose, 0.5, 0.06, 0.055, 330, leaf=(0.8, 0.9, 0.85), bark=(0.5, 0.32, 0.2)
    ),
    "larch": Species(15, 0.36, cone, 0.12, 0.05, 0.03, 380, True, (1.15, 1.1, 0.8)),
    "birch": Species(
        12, 0.5, _tall, 0.25, 0.035, 0.04, 420, True, (1.2, 1.15, 0.8), (0.75, 0.85, 0.82)
    ),
    "oak": Species(12, 1.0, round_crown, 0.22, 0.07, 0.07, 520, True, (1.0, 1.0, 1.0)),
    "maple": Species(11, 0.8, round_crown, 0.25, 0.06, 0.06, 520, True, (1.15, 1.05, 0.9)),
    "poplar": Species(18, 0.24, _tall, 0.08, 0.08, 0.04, 520, True, (1.05, 1.05, 0.9)),
    "cypress": Species(12, 0.2, _tall, 0.03, 0.06, 0.03, 600, leaf=(0.6, 0.72, 0.7)),
    "olive": Species(
        5, 1.1, round_crown, 0.25, 0.09, 0.06, 420, leaf=(1.75, 1.6, 2.0), bark=(0.45, 0.4, 0.34)
    ),
    "umbrella pine": Species(
        12, 0.9, _flat, 0.62, 0.05, 0.05, 420, leaf=(0.8, 0.95, 0.8), bark=(0.45, 0.3, 0.2)
    ),
    "acacia": Species(7, 1.4, _flat, 0.6, 0.04, 0.04, 420, leaf=(1.25, 1.1, 0.8)),
    "eucalyptus": Species(
        17, 0.6, _loose, 0.38, 0.05, 0.045, 260, leaf=(1.1, 1.05, 1.2), bark=(0.72, 0.66, 0.58)
    ),
    "rain tree": Species(18, 0.8, _flat, 0.42, 0.06, 0.06, 620, leaf=(0.85, 1.0, 0.8)),
    "mango": Species(10, 0.95, round_crown, 0.12, 0.07, 0.07, 620, leaf=(0.75, 0.9, 0.75)),
    "cedar": Species(
        19, 0.26, cone, 0.18, 0.06, 0.035, 620, leaf=(0.68, 0.82, 0.72), bark=(0.42, 0.28, 0.2)
    ),
    "fir": Species(22, 0.3, cone, 0.1, 0.05, 0.03, 720, leaf=(0.55, 0.74, 0.72)),
    "juniper": Species(4.5, 0.8, round_crown, 0.04, 0.07, 0.06, 480, leaf=(0.75, 0.82, 0.85)),
    "willow": Species(10, 0.95, _weeping, 0.12, 0.07, 0.045, 620, True, (1.25, 1.2, 0.9)),
    "banyan": Species(
        14,
        1.25,
        round_crown,
        0.24,
        0.16,
        0.06,
        640,
        leaf=(0.72, 0.85, 0.75),
        bark=(0.46, 0.4, 0.34),
    ),
    "apple": Species(3.6, 0.95, round_crown, 0.25, 0.06, 0.07, 420, True, (1.15, 1.15, 0.9)),
    "monkey puzzle": Species(
        18, 0.6, _dome, 0.45, 0.045, 0.035, 420, leaf=(0.55, 0.72, 0.6), bark=(0.4, 0.35, 0.3)
    ),
    "baobab": Species(
        14, 1.0, None, deciduous=True, drawer="baobab", leaf=(1.1, 1.1, 0.9), bark=(0.5, 0.43, 0.37)
    ),
    "bamboo": Species(
        11, 0.75, None, drawer="bamboo", leaf=(1.35, 1.35, 0.95), bark=(0.5, 0.55, 0.25)
    ),
    "euphorbia": Species(6, 0.85, None, drawer="candelabra", leaf=(0.95, 1.05, 0.9)),
    "oil palm": Species(
        9, 0.85, None, drawer="palm", leaf=(0.9, 1.1, 0.75), bark=(0.36, 0.3, 0.24)
    ),
    "fan palm": Species(11, 0.34, None, drawer="fan palm", leaf=(1.0, 1.05, 0.95)),
    "tree fern": Species(
        4.5, 1.05, None, drawer="palm", leaf=(0.95, 1.2, 0.75), bark=(0.28, 0.2, 0.15)
    ),
    "hedge": Species(1.5, 1.7, _box, 0.0, 0.02, 0.1, 420, True, (0.9, 0.95, 0.9)),
    "heather": Species(0.6, 1.9, _mound, 0.0, 0.0, 0.14, 220, leaf=(1.5, 0.95, 1.3)),
    "creosote": Species(1.3, 1.3, _mound, 0.05, 0.03, 0.09, 150, leaf=(1.2, 1.15, 0.9)),
    "fern": Species(1.0, 1.5, None, drawer="blades", leaf=(1.25, 1.45, 0.9)),
    "flax": Species(1.7, 1.1, None, drawer="blades", leaf=(1.2, 1.2, 1.0)),
    "spinifex": Species(0.8, 1.5, None, drawer="blades", leaf=(2.3, 1.85, 1.6)),
    "prickly pear": Species(1.5, 1.1, None, drawer="pads", leaf=(1.25, 1.3, 1.1)),
    "maize": Species(2.2, 0.8, None, drawer="stalks", leaf=(1.35, 1.35, 0.95)),
    "cane": Species(2.9, 0.7, None, drawer="stalks", leaf=(1.6, 1.55, 1.0)),
    "vine": Species(1.5, 1.1, _box, 0.3, 0.05, 0.12, 200, True, (1.3, 1.25, 0.85)),
    "shrub": Species(1.6, 1.5, _mound, 0.0, 0.0, 0.13, 260, leaf=(1.05, 1.05, 1.0)),
    "sage": Species(0.8, 1.7, _mound, 0.0, 0.0, 0.12, 200, leaf=(1.9, 1.55, 2.1)),
    "mesquite": Species(3.6, 1.4, _loose, 0.18, 0.05, 0.05, 240, leaf=(1.3, 1.2, 0.9)),
    "tussock": Species(0.7, 1.3, None, drawer="blades", leaf=(2.2, 1.7, 1.6)),
    "reed": Species(2.4, 0.9, None, drawer="blades", leaf=(1.6, 1.5, 1.2)),
    "palm": Species(10, 0.62, None, drawer="palm", leaf=(1.1, 1.15, 0.9), bark=(0.5, 0.43, 0.35)),
    "date palm": Species(
        8, 0.75, None, drawer="palm", leaf=(1.1, 1.05, 1.2), bark=(0.42, 0.32, 0.22)
    ),
    "banana": Species(3.6, 1.0, None, drawer="banana", leaf=(1.5, 1.5, 0.9), bark=(0.5, 0.5, 0.25)),
    "saguaro": Species(6, 0.5, None, drawer="cactus", leaf=(1.2, 1.25, 1.4)),
    "agave": Species(1.1, 1.5, None, drawer="blades", leaf=(1.5, 1.4, 1.8)),
}
