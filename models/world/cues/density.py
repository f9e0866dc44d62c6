"""Cue: how many people live there, so how many houses and cars there are."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.setting import Setting


@dataclass(frozen=True, slots=True)
class Density:
    """Town or country."""

    urbanity: float
    """0 wilderness to 1 city."""


def density_of(setting: Setting) -> Density:
    """As geography has it."""
    return Density(setting.urbanity)
