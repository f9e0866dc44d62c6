"""Cue: the colour of bare ground."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.setting import Setting
from models.world.style import Rgb

_ARID = ((0.72, 0.42, 0.24), (0.8, 0.66, 0.46), (0.86, 0.79, 0.64), (0.62, 0.5, 0.4))
_MOIST = ((0.6, 0.28, 0.16), (0.5, 0.36, 0.22), (0.36, 0.27, 0.18), (0.45, 0.42, 0.34))


@dataclass(frozen=True, slots=True)
class Soil:
    """Bare ground."""

    colour: Rgb


def soil_of(setting: Setting) -> Soil:
    """Sand and dust in deserts and steppes, darker earth elsewhere."""
    return Soil(setting.style.colour("soil", _ARID if setting.zone[0] == "B" else _MOIST))
