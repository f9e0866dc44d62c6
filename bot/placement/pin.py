"""Where a pin landed, as drawn: what has changed on the map where it was clicked. Pure."""

from __future__ import annotations

import math

import cv2
import numpy as np

from bot.picture import Picture
from bot.sight import Box

REACH_PX = 60
"""A pin is no larger, and is looked for no farther from the click."""

CHANGED_LEVELS = 40
"""Grey levels, beyond what JPEG does to a picture."""

MIN_AREA_PX = 12
"""Smaller spots are noise."""


def drawn_pin(before: Picture, after: Picture, x: float, y: float) -> Box | None:
    """The spot that came with a click at x, y; None: nothing that looks like a pin.

    All in px of the pictures, `(height, width, 3)` RGB of the map before and after.
    """
    if before.shape != after.shape:
        return None
    apart = np.abs(before.astype(np.int16) - after.astype(np.int16)).max(axis=2)
    left, top = max(0, round(x) - REACH_PX), max(0, round(y) - REACH_PX)
    near = apart[top : round(y) + REACH_PX, left : round(x) + REACH_PX] > CHANGED_LEVELS
    if not near.size or near.mean() > 0.5:  # the map itself has moved
        return None
    mask = cv2.morphologyEx(near.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, _, spots, _ = cv2.connectedComponentsWithStats(mask)
    boxes = [
        Box(left + float(s[0]), top + float(s[1]), float(s[2]), float(s[3]))
        for s in spots[1:]
        if s[cv2.CC_STAT_AREA] >= MIN_AREA_PX
    ]
    return min(boxes, key=lambda b: _off(b, x, y), default=None)


def pointed_at(pin: Box, x: float, y: float) -> tuple[float, float]:
    """What a pin marks that was put at x, y: drops stand on their foot, dots lie there."""
    return min((pin.foot, pin.centre), key=lambda p: math.dist(p, (x, y)))


def _off(pin: Box, x: float, y: float) -> float:
    return math.dist(pointed_at(pin, x, y), (x, y))
