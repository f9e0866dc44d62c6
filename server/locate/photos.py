"""Photos from strangers: upright pixels for the models, and apart from them what EXIF says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import ExifTags, Image

from models.geolocator import Point
from server.inference.pictures import decode_all
from server.locate.words import MAX_PHOTO_BYTES

SHOWN_PX = 512
"""Shorter side of what people are shown of a photo, under its heat map; no encoder that Homing
knows looks at more than twice that."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a picture upright, by EXIF's orientation (CIPA DC-008, 4.6.5.1)."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """One photo, decoded."""

    picture: Image.Image
    """Upright RGB pixels and nothing beside them."""
    taken_at: Point | None
    """Where its EXIF says that it was taken."""


def read_photos(photos: Sequence[bytes]) -> list[Photo]:
    """Decode photos; large ones smaller, but not below `2 * SHOWN_PX`.

    Raises:
        WorkError: as `server.inference.pictures.decode_all`.
    """
    pictures = decode_all(photos, SHOWN_PX, MAX_PHOTO_BYTES)
    return [_photo(picture) for picture in pictures]


def _photo(picture: Image.Image) -> Photo:
    exif = _exif(picture)
    turn = _TURNS.get(exif.get(ExifTags.Base.Orientation, 1)) if exif else None
    upright = picture if turn is None else picture.transpose(turn)
    bare = Image.frombytes("RGB", upright.size, upright.tobytes())  # leaves all `info` behind
    return Photo(bare, _place(exif) if exif else None)


def _exif(picture: Image.Image) -> Image.Exif | None:
    try:
        return picture.getexif()
    except Exception:  # Pillow's readers raise a dozen kinds on broken bytes
        return None


def _place(exif: Image.Exif) -> Point | None:
    try:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef] == "S")
        lng = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef] == "W")
    except Exception:  # as above, and whatever stands in the fields
        return None
    # Cameras without a fix write zeros. Not a number is in no range.
    known = abs(lat) <= 90 and abs(lng) <= 180 and (lat, lng) != (0, 0)
    return Point(lat, lng) if known else None


def _degrees(parts: Sequence[float], negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return math.copysign(degrees + minutes / 60 + seconds / 3600, -1 if negative else 1)
