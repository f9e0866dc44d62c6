"""Cue: the mountains on the horizon."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.relief import relief_at
from models.world.setting import Setting


@dataclass(frozen=True, slots=True)
class Terrain:
    """The land far around."""

    relief: float
    """0 plain to 1 high mountains on the horizon."""


def terrain_of(setting: Setting) -> Terrain:
    """The land around the place."""
    return Terrain(relief_at(setting.lat, setting.lng))
