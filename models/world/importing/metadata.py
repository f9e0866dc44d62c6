"""What a picture says of itself: place, heading, date and angle, from EXIF and GPano XMP."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

from models.world.importing.source import BadPictureError, Source

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")
"""Whatever the file's name says. Others are not pictures alone: Pillow runs Ghostscript for EPS."""

FULL_FRAME_MM = 36.0
"""Long side of the film that `FocalLengthIn35mmFilm` speaks of."""

DEFAULT_FOCAL_MM = FULL_FRAME_MM / 2 / math.tan(math.radians(65) / 2)
"""Of photos that do not tell: 65 degrees across the longer side, a phone's main camera."""

# GPano 1.6 writes properties as attributes or as elements; values are short numbers and words.
_GPANO = re.compile(rb"""GPano:(\w{1,64})(?:\s*=\s*["']|\s*>)\s*([^<>"']{1,64}?)\s*["'<]""")
_SIDEWAYS = range(5, 9)
"""EXIF orientations that swap width and height."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """A picture's own word on itself; None or empty where it says nothing."""

    lat: float | None
    lng: float | None
    heading: float | None
    date: str
    hfov_deg: float
    """Of the upright picture: 360 if it is a panorama, else by its focal length."""
    is_panorama: bool
    """It claims to be equirectangular."""
    attribution: str
    pitch: float = 0.0
    roll: float = 0.0
    """Of a panorama's camera, degrees, as GPano has them."""


@contextmanager
def opened(file: Path | BytesIO) -> Iterator[Image.Image]:
    """The picture, its pixels not decoded yet.

    Raises:
        BadPictureError: from here or the body, the file is no picture, broken, or a bomb.
    """
    try:
        with warnings.catch_warnings():
            # Panoramas of 16384 x 8192 are real; twice Pillow's limit still raises.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as image:
                yield image
    except BadPictureError:
        raise
    except FileNotFoundError as error:
        raise BadPictureError("no such file") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadPictureError(f"unreadable: {_without_file(error, file)}") from error


def read_metadata(file: Path | BytesIO) -> Metadata:
    """Read EXIF and GPano XMP; fields that are malformed count as absent.

    Raises:
        BadPictureError: the file is not a readable picture, or only part of a panorama.
    """
    with opened(file) as image:
        exif = image.getexif()
        shot: Mapping[int, Any] = exif.get_ifd(ExifTags.IFD.Exif)
        gps: Mapping[int, Any] = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gpano = _gpano(image.info.get("xmp", b""))
        size = image.size
    if exif.get(ExifTags.Base.Orientation) in _SIDEWAYS:
        size = size[::-1]
    pose = _number(gpano.get("PoseHeadingDegrees"))
    is_panorama = gpano.get("ProjectionType") == "equirectangular"
    if is_panorama and _is_cropped(gpano):
        raise BadPictureError("expected a whole panorama, got: a part, by its GPano XMP")
    focal_mm = _number(shot.get(ExifTags.Base.FocalLengthIn35mmFilm))
    return Metadata(
        lat=_angle(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S"),
        lng=_angle(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W"),
        heading=_number(gps.get(ExifTags.GPS.GPSImgDirection)) if pose is None else pose,
        date=_day(shot.get(ExifTags.Base.DateTimeOriginal)),
        hfov_deg=360.0 if is_panorama else photo_hfov_deg(size, focal_mm),
        is_panorama=is_panorama,
        attribution=_text(exif.get(ExifTags.Base.Artist) or exif.get(ExifTags.Base.Copyright)),
        pitch=_tilt(gpano, "PosePitchDegrees") if is_panorama else 0.0,
        roll=_tilt(gpano, "PoseRollDegrees") if is_panorama else 0.0,
    )


def source_of(
    says: Metadata, name: str, place: tuple[float, float], files: tuple[Path, ...] = ()
) -> Source:
    """A picture as it tells of itself, at a place."""
    return Source(
        name=name,
        kind="equirect" if says.is_panorama else "photo",
        files=files,
        lat=place[0],
        lng=place[1],
        heading=says.heading,
        hfov_deg=says.hfov_deg,
        pitch=says.pitch,
        roll=says.roll,
        date=says.date,
        attribution=says.attribution,
    )


def photo_hfov_deg(size_px: tuple[int, int], focal_35mm: float | None) -> float:
    """Horizontal angle of an upright photo `(width, height)`; EXIF's 0 mm means unknown."""
    focal_mm = focal_35mm if focal_35mm and focal_35mm > 0 else DEFAULT_FOCAL_MM
    width_mm = FULL_FRAME_MM * size_px[0] / max(size_px)
    return math.degrees(2 * math.atan(width_mm / 2 / focal_mm))


def _gpano(xmp: bytes) -> dict[str, str]:
    return {key.decode(): value.decode("ascii", "replace") for key, value in _GPANO.findall(xmp)}


def _is_cropped(gpano: Mapping[str, str]) -> bool:
    """Whether the picture covers less than the sphere; without the fields it is taken for whole."""
    for side in ("Width", "Height"):
        part = _number(gpano.get(f"CroppedAreaImage{side}Pixels"))
        full = _number(gpano.get(f"FullPano{side}Pixels"))
        if part is not None and full is not None and full - part > 2:
            return True
    return False


def _tilt(gpano: Mapping[str, str], name: str) -> float:
    degrees = _number(gpano.get(name))
    return degrees if degrees is not None and abs(degrees) <= 180 else 0.0


def _angle(gps: Mapping[int, Any], tag: int, ref_tag: int, negative: str) -> float | None:
    """Degrees, minutes and seconds with a hemisphere, as a signed number of degrees."""
    parts = gps.get(tag)
    if not isinstance(parts, tuple) or not 1 <= len(parts) <= 3:
        return None
    numbers = [number for number in map(_number, parts) if number is not None]
    if len(numbers) < len(parts):
        return None
    degrees = sum(number / unit for number, unit in zip(numbers, (1.0, 60.0, 3600.0), strict=False))
    return -degrees if _text(gps.get(ref_tag)).upper() == negative else degrees


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _day(value: object) -> str:
    try:
        return datetime.strptime(_text(value)[:10], "%Y:%m:%d").date().isoformat()
    except ValueError:
        return ""


def _text(value: object) -> str:
    return value.strip("\0 ") if isinstance(value, str) else ""


def _without_file(error: Exception, file: Path | BytesIO) -> str:
    if isinstance(file, BytesIO):
        return str(error).replace(f" {file!r}", "")
    return str(error).replace(f" {str(file)!r}", "").replace(str(file), file.name)
