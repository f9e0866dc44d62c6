"""Cue: what grows, the wild plants of a climate and realm, and what is farmed among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.world.cues.crops import crops_of
from models.world.cues.flora import bushes_in, trees_in
from models.world.cues.season import aridity_of
from models.world.realm import fitting, realm_of
from models.world.setting import Setting
from models.world.style import Rgb

Chances = tuple[tuple[str, float], ...]
"""Names with their chances, which add up to 1."""

_GRASS: dict[str, tuple[Rgb, ...]] = {
    "A": ((0.40, 0.47, 0.20), (0.34, 0.43, 0.19), (0.46, 0.50, 0.24)),
    "B": ((0.50, 0.50, 0.31), (0.56, 0.54, 0.36), (0.46, 0.48, 0.31)),
    "C": ((0.39, 0.46, 0.22), (0.35, 0.44, 0.22), (0.45, 0.49, 0.26), (0.31, 0.40, 0.20)),
    "Cs": ((0.45, 0.47, 0.25), (0.49, 0.50, 0.29), (0.41, 0.46, 0.27)),
    "D": ((0.41, 0.45, 0.24), (0.37, 0.41, 0.22), (0.47, 0.48, 0.28)),
    "E": ((0.46, 0.44, 0.28), (0.52, 0.47, 0.31), (0.41, 0.43, 0.30)),
}
_OLD_FIELDS = frozenset(("british", "europe", "india", "china", "japan"))
"""Realms where hardly any land that can be tilled is left wild."""
_STRAW = ((0.70, 0.61, 0.40), (0.62, 0.53, 0.34), (0.75, 0.67, 0.48), (0.58, 0.49, 0.33))
_LEAVES: dict[str, tuple[Rgb, ...]] = {
    "A": ((0.19, 0.31, 0.11), (0.26, 0.37, 0.13), (0.15, 0.27, 0.12), (0.30, 0.38, 0.16)),
    "B": ((0.29, 0.32, 0.18), (0.34, 0.34, 0.21), (0.25, 0.29, 0.17)),
    "C": ((0.22, 0.31, 0.12), (0.27, 0.36, 0.14), (0.18, 0.27, 0.12), (0.31, 0.35, 0.17)),
    "D": ((0.20, 0.29, 0.13), (0.25, 0.32, 0.15), (0.16, 0.25, 0.13), (0.28, 0.33, 0.17)),
    "E": ((0.28, 0.30, 0.17), (0.24, 0.28, 0.17)),
}


@dataclass(frozen=True, slots=True)
class Vegetation:
    """Names of plants are those of the renderer's `SPECIES`, of crops those of its `CROPS`."""

    trees: Chances
    bushes: Chances
    trees_per_ha: float
    bushes_per_ha: float
    leaf: Rgb
    """Colour of a common tree in leaf; this and the next two are sRGB in [0, 1]."""
    grass: Rgb
    """When it lives."""
    straw: Rgb
    """When it is dead."""
    cover: float
    """Share of the ground under grass where nothing is done to it, 0 to 1."""
    farmed: float
    """Share of the land under crops, 0 to 1."""
    crops: Chances
    parcel_m: float
    """Size of a field."""
    border: str
    """What stands between field and road: "hedge", "fence", "wall" or ""."""

    @property
    def woods(self) -> float:
        """0 open country to 1 forest all around."""
        return min(1.0, self.trees_per_ha / 45)

    @property
    def arid(self) -> bool:
        """More earth than grass."""
        return self.cover < 0.5


def vegetation_of(setting: Setting) -> Vegetation:
    """What grows at a setting's place."""
    zone, realm, style = setting.zone, realm_of(setting), setting.style
    farmed = _farmed(setting)
    return Vegetation(
        trees=_chances(trees_in(zone, realm, setting.lat), style.drift("trees")),
        bushes=_chances(bushes_in(zone, realm), style.drift("bushes")),
        trees_per_ha=_wood(setting) * (0.5 + style.drift("tree density")) * (1 - 0.7 * farmed),
        bushes_per_ha=8 + 20 * style.field("bush density", 200),
        leaf=style.colour("leaf", _LEAVES[zone[0]]),
        grass=style.colour("grass", fitting(_GRASS, f"{zone} {realm}")),
        straw=style.colour("straw", _STRAW),
        cover=_cover(setting),
        farmed=farmed,
        crops=_chances(crops_of(zone, realm), style.drift("crops")),
        parcel_m=40 + 120 * style.field("parcels", 800) ** 2 + _broad(setting),
        border=_border(setting, realm),
    )


def _wood(setting: Setting) -> float:
    """Trees per hectare where nobody fells them, from warmth and rain; none beyond the tree line.

    Cold forests need less rain than warm ones, as they live on frozen ground.
    """
    summer, mean = max(setting.temperature_c), float(np.mean(setting.temperature_c))
    moist = aridity_of(setting) + 0.5 * float(np.clip((6 - mean) / 10, 0, 1))
    warm = float(np.clip((summer - 9.5) / 4, 0, 1))
    thorn = 4 * float(np.clip((moist - 0.03) / 0.1, 0, 1) * np.clip((mean - 6) / 8, 0, 1))
    return float(warm * (0.5 + thorn + 65 * np.clip((moist - 0.25) / 0.9, 0, 1) ** 1.4))


def _cover(setting: Setting) -> float:
    moist = min(max((aridity_of(setting) - 0.05) / 0.3, 0.04), 1.0)
    return min(float(moist**1.6), {"ET": 0.75, "EF": 0.02}.get(setting.zone, 1.0))


def _farmed(setting: Setting) -> float:
    """More where people are, none where it is too dry or too cold."""
    able = np.clip((aridity_of(setting) - 0.22) / 0.25, 0, 1)
    able *= np.clip((max(setting.temperature_c) - 13) / 4, 0, 1)
    plains = 0.3 if setting.zone in ("BSk", "Dfa", "Dfb", "Dwa", "Cfa") else 0.0
    people = 0.25 + max(plains, 0.4 * (realm_of(setting) in _OLD_FIELDS)) + 1.2 * setting.urbanity
    steep = np.clip((setting.elevation_m - 1800) / 2000, 0, 0.7)
    drift = 0.4 + 1.2 * setting.style.drift("farmed")
    return float(able * np.clip(people * drift, 0, 0.95) * (1 - steep))


def _broad(setting: Setting) -> float:
    """How much longer fields are where machines had room from the start, metres."""
    realms = {
        "north america": 120.0,
        "australia": 120.0,
        "inner asia": 150.0,
        "south america": 80.0,
    }
    return realms.get(realm_of(setting), 60.0 if setting.region == "eastern" else 0.0)


def _border(setting: Setting, realm: str) -> str:
    chance = setting.style.field("border", 200)
    if realm == "british":
        return "wall" if chance > 0.72 else "hedge"
    if realm == "europe":
        return "hedge" if chance > 0.75 and setting.zone[0] == "C" else ""
    fenced = ("north america", "south america", "central america", "australia", "new zealand")
    if realm in fenced or (realm == "africa" and setting.zone[0] in "BC"):
        return "fence" if chance > 0.25 else ""
    return ""


def _chances(names: tuple[str, ...], favourite: float) -> Chances:
    """Chances of names, most for the one that a field in [0, 1] points at along the list.

    The first is the realm's own and never rare; a name given twice counts twice.
    """
    last = max(1, len(names) - 1)
    at = min(max((favourite - 0.5) * 1.6 + 0.5, 0.0), 1.0)
    weights = np.exp(-1.1 * np.abs(np.arange(len(names)) - at * last))
    weights[0] += 0.35
    weights /= weights.sum()
    merged: dict[str, float] = {}
    for name, weight in zip(names, weights.tolist(), strict=True):
        merged[name] = merged.get(name, 0.0) + weight
    return tuple(merged.items())
