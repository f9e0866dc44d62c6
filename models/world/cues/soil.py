"""Cue: the ground itself, earth, and the grass that may cover it."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.realm import fitting, realm_of
from models.world.setting import Setting
from models.world.style import Rgb

_EARTH: dict[str, tuple[Rgb, ...]] = {
    # first letters of the zone and the realm; the longest that fits
    "A": ((0.58, 0.34, 0.21), (0.50, 0.38, 0.26), (0.62, 0.43, 0.28), (0.43, 0.34, 0.25)),
    "A africa": ((0.64, 0.36, 0.22), (0.66, 0.46, 0.30), (0.56, 0.41, 0.30)),
    "A australia": ((0.64, 0.35, 0.22), (0.62, 0.44, 0.31)),
    "B": ((0.64, 0.56, 0.43), (0.72, 0.64, 0.50), (0.55, 0.48, 0.38), (0.66, 0.52, 0.38)),
    "B arabia": ((0.80, 0.67, 0.48), (0.73, 0.58, 0.41), (0.82, 0.74, 0.59), (0.64, 0.55, 0.44)),
    "B africa": ((0.76, 0.56, 0.38), (0.68, 0.45, 0.30), (0.74, 0.64, 0.48)),
    "B australia": ((0.64, 0.34, 0.21), (0.69, 0.43, 0.28), (0.61, 0.41, 0.29)),
    "B north america": ((0.68, 0.55, 0.42), (0.64, 0.46, 0.34), (0.72, 0.64, 0.51)),
    "B south america": ((0.58, 0.50, 0.41), (0.67, 0.57, 0.44), (0.50, 0.42, 0.35)),
    "C": ((0.45, 0.36, 0.26), (0.51, 0.41, 0.30), (0.39, 0.33, 0.26), (0.55, 0.46, 0.35)),
    "Cs": ((0.60, 0.49, 0.35), (0.57, 0.40, 0.28), (0.64, 0.56, 0.44)),
    "Cw": ((0.56, 0.41, 0.29), (0.60, 0.37, 0.25), (0.49, 0.40, 0.31)),
    "Cf south america": ((0.57, 0.34, 0.24), (0.45, 0.37, 0.29)),
    "D": ((0.31, 0.27, 0.22), (0.40, 0.34, 0.27), (0.46, 0.41, 0.34), (0.36, 0.32, 0.28)),
    "E": ((0.42, 0.39, 0.34), (0.50, 0.47, 0.43), (0.37, 0.34, 0.31)),
}


@dataclass(frozen=True, slots=True)
class Soil:
    """The earth where nothing grows."""

    colour: Rgb
    """sRGB in [0, 1]."""
    stones: float
    """0 sand or mould to 1 stony."""


def soil_of(setting: Setting) -> Soil:
    """The earth at a setting's place."""
    where = f"{setting.zone} {realm_of(setting)}"
    bare = {"W": 1.0, "S": 0.5, "T": 0.5, "F": 0.3}.get(setting.zone[1], 0.1)
    return Soil(
        colour=setting.style.colour("soil", fitting(_EARTH, where)),
        stones=bare * setting.style.field("stones", 200),
    )
