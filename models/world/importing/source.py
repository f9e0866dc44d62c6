"""What an import found: pictures of a known place, and what had to be left out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["equirect", "faces", "photo"]


class BadPictureError(ValueError):
    """A picture cannot be imported; the message is the reason shown to people."""


class StoppedError(RuntimeError):
    """Nothing more will come from where an import looks; what is there already stays."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A picture that has to be brought here first."""

    key: str
    """Names it for good, the same in each run: provider, id, quality. No address: those expire."""
    fetch: Callable[[], bytes]
    """Bring its bytes. Raises BadPictureError where it cannot be had, StoppedError where no other
    can, either."""
    at_hand: bool = False
    """The bytes are here: that they are broken says nothing of others."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A picture left out, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """One panorama to be: its files, and what is known of them."""

    name: str
    """What people are told it is: its path inside the imported folder, or provider and id."""
    kind: Kind
    files: tuple[Path, ...]
    """One, or the four faces; none where it is `remote`."""
    lat: float
    lng: float
    heading: float | None
    """Of the picture's centre column, degrees clockwise from north; None where nothing tells."""
    face_headings: tuple[float, ...] = ()
    """Of the faces, in the order of `files`, against the picture's centre column."""
    hfov_deg: float = 360.0
    """Horizontal angle that `files` cover."""
    pitch: float = 0.0
    roll: float = 0.0
    """Of a panorama's camera, degrees, as GPano has them: the pack's picture is made level."""
    date: str = ""
    sequence: str = ""
    licence: str = ""
    attribution: str = ""
    remote: Remote | None = None


def checked_place(lat: float | None, lng: float | None) -> tuple[float, float]:
    """The place, if it is one.

    Raises:
        BadPictureError: it is missing, off the globe, or the (0, 0) of devices without a fix.
    """
    if lat is None or lng is None:
        raise BadPictureError("no place")
    if not (math.isfinite(lat) and math.isfinite(lng) and abs(lat) <= 90 and abs(lng) <= 180):
        raise BadPictureError(f"expected a place on the globe, got: {lat}, {lng}")
    if lat == 0 and lng == 0:
        raise BadPictureError("expected a place, got: 0, 0 (no GPS fix)")
    return lat, lng
