"""Plants as pictures: drawn once a process, grey, tinted by the scene that plants them.

A sprite's red channel is leaf, green is bark, blue is shade; `tinted` makes colours of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.renderer.canvas import Sprite
from models.world.style import Rgb, hashed

SIZE_PX = 448
_SUBPIXEL = 16

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


def _cone(t: float) -> float:
    return float((1 - t) ** 0.85 * (0.82 + 0.18 * math.cos(t * 55)))


def _round(t: float) -> float:
    return math.sqrt(max(0.0, 1 - (2 * t - 0.9) ** 2 / 1.25))


def _tall(t: float) -> float:
    return math.sqrt(math.sin(math.pi * min(1, t * 0.97 + 0.03)))


def _flat(t: float) -> float:
    return 0.35 + 0.65 * t if t < 0.75 else math.sqrt(max(0.0, 1 - ((t - 0.75) / 0.26) ** 2))


def _loose(t: float) -> float:
    return _round(t) * (0.7 + 0.3 * math.cos(t * 17))


def _mound(t: float) -> float:
    return math.sqrt(max(0.0, 1 - t * t))


SPECIES: dict[str, Species] = {
    "spruce": Species(16, 0.38, _cone, 0.06, 0.05, 0.035, 700, leaf=(0.62, 0.78, 0.85)),
    "pine": Species(
        15, 0.5, _loose, 0.5, 0.06, 0.055, 330, leaf=(0.8, 0.9, 0.85), bark=(0.5, 0.32, 0.2)
    ),
    "larch": Species(15, 0.36, _cone, 0.12, 0.05, 0.03, 380, True, (1.15, 1.1, 0.8)),
    "birch": Species(
        12, 0.5, _tall, 0.25, 0.035, 0.04, 420, True, (1.2, 1.15, 0.8), (0.75, 0.85, 0.82)
    ),
    "oak": Species(12, 1.0, _round, 0.22, 0.07, 0.07, 520, True, (1.0, 1.0, 1.0)),
    "maple": Species(11, 0.8, _round, 0.25, 0.06, 0.06, 520, True, (1.15, 1.05, 0.9)),
    "poplar": Species(18, 0.24, _tall, 0.08, 0.08, 0.04, 520, True, (1.05, 1.05, 0.9)),
    "cypress": Species(12, 0.2, _tall, 0.03, 0.06, 0.03, 600, leaf=(0.6, 0.72, 0.7)),
    "olive": Species(
        5, 1.1, _round, 0.25, 0.09, 0.06, 420, leaf=(1.35, 1.25, 1.5), bark=(0.45, 0.4, 0.34)
    ),
    "umbrella pine": Species(
        12, 0.9, _flat, 0.62, 0.05, 0.05, 420, leaf=(0.8, 0.95, 0.8), bark=(0.45, 0.3, 0.2)
    ),
    "acacia": Species(7, 1.4, _flat, 0.6, 0.04, 0.04, 420, leaf=(1.25, 1.1, 0.8)),
    "eucalyptus": Species(
        17, 0.6, _loose, 0.38, 0.05, 0.045, 260, leaf=(1.1, 1.05, 1.2), bark=(0.72, 0.66, 0.58)
    ),
    "rain tree": Species(18, 0.8, _flat, 0.42, 0.06, 0.06, 620, leaf=(0.85, 1.0, 0.8)),
    "mango": Species(10, 0.95, _round, 0.12, 0.07, 0.07, 620, leaf=(0.75, 0.9, 0.75)),
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


@cache
def _layers(name: str, bare: bool, variant: int) -> NDArray[np.float32]:
    """(height, width, 3): leaf light, bark light, and alpha in [0, 1]."""
    species = SPECIES[name]
    rng = np.random.default_rng(hashed("sprite", name, bare, variant))
    height = SIZE_PX
    sheet = np.zeros((height, max(8, round(height * species.spread)), 3), dtype=np.float32)
    if species.crown is None:
        _DRAWERS[species.drawer](sheet, rng)
    else:
        _trunk(sheet, species, rng, bare)
        if not bare or not species.deciduous:
            _crown(sheet, species, rng)
    return np.asarray(cv2.GaussianBlur(sheet, (0, 0), 0.7), dtype=np.float32)


@cache
def _mip(name: str, bare: bool, variant: int, level: int) -> NDArray[np.float32]:
    """The layers at 1 / 2**level of their size."""
    layers = _layers(name, bare, variant)
    if level == 0:
        return layers
    size = (max(4, layers.shape[1] >> level), max(4, layers.shape[0] >> level))
    return np.asarray(cv2.resize(layers, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def tinted(
    name: str, leaf: Rgb, light: NDArray[np.float64], bare: bool, variant: int, tall_px: float
) -> Sprite:
    """The plant in colours, premultiplied RGBA, about as tall as asked."""
    level = min(6, max(0, int(math.log2(SIZE_PX / max(tall_px, 1)))))
    species, layers = SPECIES[name], _mip(name, bare, variant, level)
    leaves = (np.asarray(leaf) * species.leaf * light).astype(np.float32)
    bark = (np.asarray(species.bark) * light).astype(np.float32)
    colour = layers[..., 0:1] * leaves + layers[..., 1:2] * bark
    return np.concatenate([np.minimum(colour, layers[..., 2:]), layers[..., 2:]], axis=2)


def _disc(sheet: NDArray[np.float32], x: float, y: float, radius: float, light: float) -> None:
    centre = (round(x * _SUBPIXEL), round(y * _SUBPIXEL))
    cv2.circle(sheet, centre, round(radius * _SUBPIXEL), (light, 0.0, 1.0), -1, cv2.LINE_AA, 4)


def _stroke(
    sheet: NDArray[np.float32], line: NDArray[np.float64], width: float, colour: tuple[float, float]
) -> None:
    fixed = np.rint(line * _SUBPIXEL).astype(np.int32)
    cv2.polylines(sheet, [fixed], False, (*colour, 1.0), max(1, round(width)), cv2.LINE_AA, 4)


def _crown(sheet: NDArray[np.float32], species: Species, rng: np.random.Generator) -> None:
    """Clumps of leaves, the back ones dark, the upper ones light."""
    assert species.crown is not None
    height, width = sheet.shape[:2]
    radius = species.clump * height * 0.8
    count = 2 * species.clumps
    for i in range(count):
        t, side = rng.uniform(), rng.uniform(-1, 1)
        depth = i / count
        reach = max(0.0, species.crown(t) * width / 2 - radius * 0.8)
        x = width / 2 + side * reach
        level = 1 - (species.crown_from + t * (1 - species.crown_from - species.clump))
        light = 0.5 + 0.35 * depth + 0.35 * (t - 0.5) + rng.uniform(-0.16, 0.16)
        _disc(sheet, x, level * height, radius * rng.uniform(0.35, 1) * (1.05 - 0.4 * depth), light)


def _trunk(
    sheet: NDArray[np.float32], species: Species, rng: np.random.Generator, bare: bool
) -> None:
    height, width = sheet.shape[:2]
    foot = np.array([width / 2, height * 1.0])
    top = 1 - (species.crown_from + (1 - species.crown_from) * 0.6)
    thick = max(1.0, species.trunk * width * min(1, 0.5 / species.spread))
    _stroke(sheet, np.array([foot, (width / 2, top * height)]), thick, (0, 1.0))
    for _ in range(60 if bare and species.deciduous else 7):
        t = rng.uniform(0, 1)
        fork = 1 - species.crown_from * 0.8 - t * 0.5 * (1 - species.crown_from)
        start = np.array([width / 2, fork * height])
        reach = (species.crown or _round)(min(1, t * 0.7 + 0.3)) * width / 2 * 0.9
        end = start + np.array([rng.uniform(-1, 1) * reach, -height * rng.uniform(0.12, 0.4)])
        end[1] = max(end[1], 2)
        middle = (start + end) / 2 + rng.normal(0, width * 0.03, 2)
        _stroke(sheet, np.array([start, middle, end]), thick * rng.uniform(0.1, 0.35), (0, 0.85))


def _palm(sheet: NDArray[np.float32], rng: np.random.Generator) -> None:
    height, width = sheet.shape[:2]
    head = np.array([width * rng.uniform(0.42, 0.58), height * 0.27])
    bow = np.array(
        [[width / 2, height], [width / 2 + (head[0] - width / 2) * 0.3, height * 0.6], head]
    )
    _stroke(sheet, bow, width * 0.05, (0, 1.0))
    for i in range(26):
        angle = rng.uniform(-0.35, np.pi + 0.35)
        length = width * rng.uniform(0.38, 0.5)
        t = np.linspace(0, 1, 8)[:, None]
        way = np.array([np.cos(angle), -np.sin(angle) * 0.8])
        frond = head + way * length * t + np.array([0, length * 0.75]) * t**2.2
        light = 0.55 + 0.5 * i / 26
        _stroke(sheet, frond, width * 0.022, (light, 0))
        for p in frond[2:]:
            leaf = np.array([p, p + np.array([rng.normal(0, 3), width * 0.07])])
            _stroke(sheet, leaf, width * 0.014, (light * 0.85, 0))


def _banana(sheet: NDArray[np.float32], rng: np.random.Generator) -> None:
    height, width = sheet.shape[:2]
    _stroke(
        sheet, np.array([[width / 2, height], [width / 2, height * 0.45]]), width * 0.08, (0, 1.0)
    )
    for i in range(11):
        way, length = rng.uniform(-1, 1), rng.uniform(0.4, 0.6) * height
        t = np.linspace(0, 1, 9)[:, None]
        x = width / 2 + way * length * 0.75 * t
        y = height * 0.5 - length * 0.9 * t + length * (0.35 + 0.7 * abs(way)) * t**2
        _stroke(sheet, np.hstack([x, y]), width * 0.075, (0.6 + 0.4 * i / 11, 0))


def _cactus(sheet: NDArray[np.float32], rng: np.random.Generator) -> None:
    height, width = sheet.shape[:2]
    thick = width * 0.17
    parts = [np.array([[width / 2, height], [width / 2, thick * 0.6]])]
    for side in (-1, 1):
        low, x = rng.uniform(0.4, 0.62), width / 2 + side * width * 0.32
        top = low - rng.uniform(0.15, 0.3)
        parts.append(np.array([[width / 2, low * height], [x, low * height], [x, top * height]]))
    for part in parts:
        _stroke(sheet, part, thick, (0.62, 0))
    for part in parts:
        _stroke(sheet, part - np.array([thick * 0.2, 0]), thick * 0.16, (0.9, 0))
        _stroke(sheet, part + np.array([thick * 0.2, 0]), thick * 0.16, (0.42, 0))


def _blades(sheet: NDArray[np.float32], rng: np.random.Generator) -> None:
    height, width = sheet.shape[:2]
    for i in range(70):
        way = rng.uniform(-1, 1)
        foot = np.array([width / 2 + way * width * 0.16, height])
        tip = np.array(
            [width / 2 + way * width * 0.48, height * (0.1 + 0.5 * abs(way) * rng.uniform(0.4, 1))]
        )
        middle = (foot * 0.45 + tip * 0.55) - np.array([way * width * 0.05, 0])
        _stroke(sheet, np.array([foot, middle, tip]), 2, (0.5 + 0.5 * i / 70, 0))


_DRAWERS: dict[str, Callable[[NDArray[np.float32], np.random.Generator], None]] = {
    "palm": _palm,
    "banana": _banana,
    "cactus": _cactus,
    "blades": _blades,
}
