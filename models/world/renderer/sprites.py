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
        5, 1.1, _round, 0.25, 0.09, 0.06, 420, leaf=(1.75, 1.6, 2.0), bark=(0.45, 0.4, 0.34)
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
    "cedar": Species(
        19, 0.26, _cone, 0.18, 0.06, 0.035, 620, leaf=(0.68, 0.82, 0.72), bark=(0.42, 0.28, 0.2)
    ),
    "fir": Species(22, 0.3, _cone, 0.1, 0.05, 0.03, 720, leaf=(0.55, 0.74, 0.72)),
    "juniper": Species(4.5, 0.8, _round, 0.04, 0.07, 0.06, 480, leaf=(0.75, 0.82, 0.85)),
    "willow": Species(10, 0.95, _weeping, 0.12, 0.07, 0.045, 620, True, (1.25, 1.2, 0.9)),
    "banyan": Species(
        14, 1.25, _round, 0.24, 0.16, 0.06, 640, leaf=(0.72, 0.85, 0.75), bark=(0.46, 0.4, 0.34)
    ),
    "apple": Species(3.6, 0.95, _round, 0.25, 0.06, 0.07, 420, True, (1.15, 1.15, 0.9)),
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


@cache
def _layers(name: str, bare: bool, variant: int) -> NDArray[np.float32]:
    """(height, width, 3): leaf light, bark light, and alpha in [0, 1]."""
    species = SPECIES[name]
    rng = np.random.default_rng(hashed("sprite", name, bare, variant))
    height = SIZE_PX
    sheet = np.zeros((height, max(8, round(height * species.spread)), 3), dtype=np.float32)
    if species.drawer == "baobab":
        _baobab(sheet, rng, bare)
    elif species.crown is None:
        _DRAWERS[species.drawer](sheet, rng)
    else:
        _trunk(sheet, species, rng, bare)
        if not bare or not species.deciduous:
            _crown(sheet, species, rng)
            _ruffle(sheet, rng)
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
    lumps = rng.uniform(0.93 if species.crown is _cone else 0.72, 1.1, (2, 7))
    for i in range(count):
        t, side = rng.uniform(), rng.uniform(-1, 1)
        depth = i / count
        lump = float(np.interp(t, np.linspace(0, 1, 7), lumps[int(side > 0)]))
        reach = max(0.0, min(1.0, species.crown(t) * lump) * width / 2 - radius * 0.8)
        x = width / 2 + side * reach
        level = 1 - (species.crown_from + t * (1 - species.crown_from - species.clump))
        light = 0.5 + 0.35 * depth + 0.35 * (t - 0.5) + rng.uniform(-0.16, 0.16)
        _disc(sheet, x, level * height, radius * rng.uniform(0.35, 1) * (1.05 - 0.4 * depth), light)


def _ruffle(sheet: NDArray[np.float32], rng: np.random.Generator) -> None:
    """Break the clumps up: light and shade within them, and sky through the leaves."""
    height, width = sheet.shape[:2]
    fine, coarse = (
        cv2.resize(
            rng.standard_normal((height // cell, max(2, width // cell))).astype(np.float32),
            (width, height),
            interpolation=cv2.INTER_CUBIC,
        )
        for cell in (5, 16)
    )
    leaves = np.clip(sheet[..., 0] * 8, 0, 1) * (sheet[..., 1] == 0)
    sheet[..., 0] *= 1 + 0.2 * fine + 0.12 * coarse
    holes = leaves * np.clip((-1.0 - fine - 0.9 * coarse) * 2.5, 0, 1)
    sheet *= (1 - holes)[..., None]


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


def _baobab(sheet: NDArray[np.float32], rng: np.random.Generator, bare: bool) -> None:
    """A bottle of a trunk, its branches like roots, a little leaf on top."""
    height, width = sheet.shape[:2]
    levels = np.linspace(0, 1, 12)
    half = width * (0.13 - 0.05 * levels + 0.03 * np.sin(np.pi * levels))
    rows = height * (1 - 0.55 * levels)
    sides = [np.stack([width / 2 + sign * half, rows], axis=1) for sign in (-1, 1)]
    outline = np.concatenate([sides[0], sides[1][::-1]]) * _SUBPIXEL
    cv2.fillPoly(sheet, [np.rint(outline).astype(np.int32)], (0, 0.95, 1.0), cv2.LINE_AA, 4)
    tips = []
    for way in np.linspace(-1, 1, 13):
        foot = np.array([width / 2 + way * width * 0.07, height * 0.47])
        tip = np.array(
            [width * (0.5 + 0.46 * way), height * (0.12 + 0.2 * way**2 + rng.uniform(-0.06, 0.06))]
        )
        knee = (foot + tip) / 2 + np.array([0, height * 0.03])
        _stroke(sheet, np.array([foot, knee, tip]), width * 0.022, (0, 0.85))
        tips += [tip, (tip + knee) / 2]
    for tip in [] if bare else tips * 9:
        x, y = tip + rng.normal(0, 0.035, 2) * width
        _disc(sheet, x, y, height * rng.uniform(0.01, 0.03), rng.uniform(0.5, 1))


def _bamboo(sheet: NDArray[np.float32], rng: np.random.Generator) -> None:
    """A clump of culms that bow outwards, feathered with leaves."""
    height, width = sheet.shape[:2]
    t = np.linspace(0, 1, 14)
    for i in range(30):
        way, top = rng.uniform(-1, 1), rng.uniform(0.75, 1.0)
        x = width * (0.5 + 0.14 * way + 0.34 * way * t**2.4)
        y = height * (1 - top * (t - 0.12 * abs(way) * t**3))
        _stroke(sheet, np.stack([x, y], axis=1), 4, (0, 0.7 + 0.3 * i / 30))
        for part in rng.uniform(0.3, 1, 26):
            spot = np.array([np.interp(part, t, x), np.interp(part, t, y)])
            leaf = np.array([rng.normal(0, width * 0.05), height * rng.uniform(0.01, 0.05)])
            _stroke(sheet, np.array([spot, spot + leaf]), 4, (rng.uniform(0.4, 0.95), 0))


def _candelabra(sheet: NDArray[np.float32], rng: np.random.Generator) -> None:
    """Arms that all bend up to one height."""
    height, width = sheet.shape[:2]
    _stroke(
        sheet, np.array([[width / 2, height], [width / 2, height * 0.5]]), width * 0.1, (0.3, 0.4)
    )
    for way in rng.permutation(np.linspace(-1, 1, 11)):
        foot = np.array([width / 2, height * rng.uniform(0.5, 0.68)])
        knee = np.array([width * (0.5 + 0.42 * way), foot[1] - height * 0.1])
        tip = np.array([knee[0] + width * 0.02 * way, height * (0.04 + 0.12 * abs(way))])
        arm = np.array([foot, (foot + knee) / 2 + (0, height * 0.02), knee, tip])
        _stroke(sheet, arm, width * 0.05, (rng.uniform(0.5, 0.8), 0))


def _fan_palm(sheet: NDArray[np.float32], rng: np.random.Generator) -> None:
    """A thin tall stem, a skirt of dead leaves and a round head of fans."""
    height, width = sheet.shape[:2]
    head = np.array([width / 2, height * 0.17])
    _stroke(sheet, np.array([[width / 2, height], head]), width * 0.09, (0, 0.9))
    for _ in range(40):
        foot = head + np.array([rng.normal(0, width * 0.03), 0])
        skirt = np.array([foot, foot + rng.uniform((-0.16, 0.08), (0.16, 0.2)) * (width, height)])
        _stroke(sheet, skirt, width * 0.03, (0.1, 0.75))
    for angle in rng.uniform(-0.5, np.pi + 0.5, 90):
        reach = width * rng.uniform(0.3, 0.48) * np.array([np.cos(angle), -np.sin(angle) * 0.85])
        line = np.array([head, head + reach, head + reach * 1.05 + (0, height * 0.02)])
        _stroke(sheet, line, width * 0.02, (rng.uniform(0.45, 1), 0))


def _pads(sheet: NDArray[np.float32], rng: np.random.Generator) -> None:
    height, width = sheet.shape[:2]
    spots = [(0.5, 0.84, 0.15)]
    for _ in range(13):
        x, y, size = spots[int(rng.integers(len(spots)))]
        spots.append((x + rng.uniform(-0.2, 0.2), y - rng.uniform(0.1, 0.24), size * 0.95))
    for i, (x, y, size) in enumerate(spots):
        _disc(sheet, x * width, max(y, size) * height, size * height * 0.72, 0.55 + 0.4 * i / 14)


def _stalks(sheet: NDArray[np.float32], rng: np.random.Generator) -> None:
    """Upright stalks with long hanging leaves."""
    height, width = sheet.shape[:2]
    for i in range(9):
        x = width * rng.uniform(0.2, 0.8)
        top = height * rng.uniform(0.03, 0.2)
        _stroke(sheet, np.array([[x, height], [x, top]]), width * 0.025, (0.6, 0.1))
        for level in np.linspace(0.25, 0.95, 7):
            y, way = height - (height - top) * level, rng.choice([-1, 1]) * rng.uniform(0.5, 1)
            t = np.linspace(0, 1, 6)
            leaf = np.stack(
                [x + way * width * 0.3 * t, y - height * (0.16 * t - 0.24 * t**2)], axis=1
            )
            _stroke(sheet, leaf, width * 0.03, (0.45 + 0.5 * i / 9 * level + 0.1, 0))


_DRAWERS: dict[str, Callable[[NDArray[np.float32], np.random.Generator], None]] = {
    "palm": _palm,
    "banana": _banana,
    "cactus": _cactus,
    "blades": _blades,
    "bamboo": _bamboo,
    "candelabra": _candelabra,
    "fan palm": _fan_palm,
    "pads": _pads,
    "stalks": _stalks,
}
