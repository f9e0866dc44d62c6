"""Things that stand about, and their shadows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.renderer.canvas import Canvas
from models.world.renderer.light import Light

Outline = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shadow:
    """What throws a shadow: a foot on the ground and a round top above it."""

    x: float
    y: float
    top_m: float
    """Height of the middle of the top."""
    radius_m: float
    """Of the top."""
    foot_m: float
    """Radius of the foot."""
    box_m: tuple[float, float] | None = None
    """Of a box, half its extent in x and y: takes the place of both radii."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to draw, the farthest first."""

    distance_m: float
    draw: Callable[[Canvas], None]
    shadow: Shadow | None = None


_TURN = np.linspace(0, 2 * np.pi, 18, endpoint=False)
_CIRCLE = np.stack([np.cos(_TURN), np.sin(_TURN)], axis=1)
_CORNERS = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, -1.0], [-1.0, 1.0]])


def shadow_outline(light: Light, shadow: Shadow) -> Outline | None:
    """Points (n, 3) round a shadow on the ground; None where it would reach the camera's feet."""
    altitude = max(0.14, float(light.towards_sun[2]))
    away = -light.towards_sun[:2] / altitude * shadow.top_m
    middle = (shadow.x, shadow.y)
    if shadow.box_m is None:
        foot, top = _CIRCLE * shadow.foot_m + middle, _CIRCLE * shadow.radius_m + middle + away
    else:
        foot = _CORNERS * shadow.box_m + middle
        top = foot + away
    hull = cv2.convexHull(np.vstack([foot, top]).astype(np.float32))
    if cv2.pointPolygonTest(hull, (0.0, 0.0), True) > -0.6:
        return None
    points = hull[:, 0].astype(np.float64)
    return np.hstack([points, np.zeros((len(points), 1))])
