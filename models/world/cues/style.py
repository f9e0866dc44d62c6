"""Cue: the drifting looks themselves. Without it all colours and choices drift as elsewhere."""

from __future__ import annotations

from models.world.setting import Setting
from models.world.style import Style


def style_of(setting: Setting) -> Style:
    """The style fields at the place."""
    return setting.style
