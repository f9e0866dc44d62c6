"""Panoramas of a tilted camera, made level."""

from __future__ import annotations

import math

import cv2
import numpy as np

from models.world.views import Grid, Picture


def levelled(picture: Picture, pitch: float, roll: float) -> Picture:
    """The panorama `(h, 2 h, 3)` as a level camera with the same heading would have taken it.

    `pitch` and `roll`, degrees, are GPano's: the centre of `picture` looks `pitch` above the
    horizon; with growing `roll` the horizon turns counterclockwise in it. Roll comes first, then
    pitch, then heading.
    """
    x, y = _maps(picture.shape[0], picture.shape[1], math.radians(pitch), math.radians(roll))
    drawn = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(drawn, np.uint8)


def _maps(height: int, width: int, pitch: float, roll: float) -> tuple[Grid, Grid]:
    """Where in the tilted picture each pixel of the level one is; rows are never wrapped."""
    # float32 all the way: a picture 4096 px wide makes eight million of each number.
    bearing = (((np.arange(width) + 0.5) / width - 0.5) * 2 * np.pi).astype(np.float32)
    elevation = ((0.5 - (np.arange(height) + 0.5) / height) * np.pi).astype(np.float32)[:, None]
    right = np.cos(elevation) * np.sin(bearing)
    forward = np.cos(elevation) * np.cos(bearing)
    up = np.broadcast_to(np.sin(elevation), right.shape)
    # A direction as the pitched camera has it, then as the rolled one does.
    forward, up = (
        forward * math.cos(pitch) + up * math.sin(pitch),
        up * math.cos(pitch) - forward * math.sin(pitch),
    )
    right, up = (
        right * math.cos(roll) - up * math.sin(roll),
        up * math.cos(roll) + right * math.sin(roll),
    )
    x = (np.arctan2(right, forward) / (2 * np.pi) + 0.5) * width - 0.5
    y = (0.5 - np.arcsin(np.clip(up, -1, 1)) / np.pi) * height - 0.5
    return x.astype(np.float32), np.clip(y, 0, height - 1).astype(np.float32)
