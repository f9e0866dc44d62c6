"""Cue: the side of the road that traffic keeps to."""

from __future__ import annotations

from dataclasses import dataclass

from models.geography import countries
from models.world.setting import Setting


@dataclass(frozen=True, slots=True)
class Side:
    """Which side is ours."""

    left: bool


def side_of(setting: Setting) -> Side:
    """The country's side."""
    return Side(countries.drives_left(setting.country))
