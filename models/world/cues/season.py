"""Cue: what time of year it looks like."""

from __future__ import annotations

from models.world.seasons import Season, season_at
from models.world.setting import Setting

__all__ = ["Season", "season_of"]


def season_of(setting: Setting) -> Season:
    """The season on the setting's day."""
    return season_at(setting.zone, setting.lat, setting.day)
