"""Plants as pictures: drawn once a process, grey, tinted by the scene that plants them.

Each has three layers, leaf, bark and alpha; `tinted` makes colours of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.renderer.canvas import Sprite
from models.world.renderer.species import SPECIES, Species, cone, round_crown
from models.world.style import Rgb, hashed

SIZE_PX = 448
_SUBPIXEL = 16


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
    inks = np.zeros((4, 3))
    inks[:3, 0] = np.asarray(leaf) * species.leaf * light
    inks[:3, 1] = np.asarray(species.bark) * light
    inks[3, 2] = 1
    return np.minimum(cv2.transform(layers, inks), layers[..., 2:])


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
    lumps = rng.uniform(0.93 if species.crown is cone else 0.72, 1.1, (2, 7))
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
        reach = (species.crown or round_crown)(min(1, t * 0.7 + 0.3)) * width / 2 * 0.9
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
