"""Sources brought into a pack's one form: an equirectangular JPEG without metadata."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from models.artefact import written
from models.world.importing.metadata import opened
from models.world.importing.source import BadPictureError, Source
from models.world.levelling import levelled
from models.world.views import (
    Picture,
    equirectangular_from_faces,
    equirectangular_from_photo,
    full_turn_px,
)

FORM = "pack-picture-1"
"""Changes when the same source would give another picture, and with it all ids."""

MAX_WIDTH_PX = 4096
_ID_DIGITS = 20
_EIGHT_BIT = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"})
"""Pillow's modes that it turns to RGB without cutting values off."""

QUALITY = 90
"""JPEG quality, 0 to 100."""

LEVEL_DEG = 0.1
"""About a pixel of a panorama 4096 px wide."""


def picture_id(source: Source) -> str:
    """An opaque hash of what goes into the picture, place left out.

    Of a remote picture the key stands for the bytes, so that one already here is not brought again.

    Raises:
        BadPictureError: a file cannot be read.
    """
    tilt = (source.pitch, source.roll) if is_tilted(source) else ()
    settings = (FORM, source.kind, source.face_headings, source.hfov_deg, *tilt)
    digest = sha256(repr(settings).encode())
    if source.remote:
        digest.update(source.remote.key.encode())
    for file in source.files:
        try:
            digest.update(sha256(file.read_bytes()).digest())
        except OSError as error:
            raise BadPictureError(f"unreadable: {error.strerror}") from error
    return digest.hexdigest()[:_ID_DIGITS]


def is_picture_id(text: str) -> bool:
    """Whether it has the form of a `picture_id`."""
    return len(text) == _ID_DIGITS and set(text) <= set("0123456789abcdef")


def equirectangular(source: Source) -> Picture:
    """The picture `(h, 2 h, 3)`.

    Raises:
        BadPictureError: a file is broken, or not the panorama it is said to be.
    """
    if source.kind == "faces":
        return _from_faces(source)
    if source.kind == "photo":
        return _from_photo(source)
    picture = _from_equirectangular(source.files[0])
    return levelled(picture, source.pitch, source.roll) if is_tilted(source) else picture


def is_tilted(source: Source) -> bool:
    """Whether its camera was off the level by more than can be told in a picture."""
    return max(abs(source.pitch), abs(source.roll)) > LEVEL_DEG


def write_jpeg(picture: Picture, path: Path) -> None:
    """Encode afresh, so that nothing of the source but its pixels gets through."""
    with written(path) as temporary:
        Image.fromarray(picture).save(temporary, "JPEG", quality=QUALITY, progressive=False)


def is_whole(path: Path) -> bool:
    """Whether a picture written earlier can be used as it is."""
    try:
        with opened(path) as image:
            image.draft("RGB", (64, 32))  # decodes all of the file, but little of the picture
            image.load()
    except BadPictureError:
        return False
    return True


def _upright(path: Path) -> Picture:
    with opened(path) as image:
        if image.mode not in _EIGHT_BIT:
            raise BadPictureError(f"expected 8 bits a channel, got: mode {image.mode}")
        image.draft("RGB", (MAX_WIDTH_PX, MAX_WIDTH_PX // 2))
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def _from_equirectangular(path: Path) -> Picture:
    picture = _upright(path)
    height, width = picture.shape[:2]
    if abs(width - 2 * height) > 2 or height < 2:
        raise BadPictureError(f"expected a 2:1 panorama, got: {width} x {height}")
    rows = min(MAX_WIDTH_PX, width) // 2
    if picture.shape[:2] == (rows, 2 * rows):
        return picture
    return np.asarray(cv2.resize(picture, (2 * rows, rows), interpolation=cv2.INTER_AREA), np.uint8)


def _from_faces(source: Source) -> Picture:
    faces = [_upright(file) for file in source.files]
    for face in faces:
        if face.shape[0] != face.shape[1]:
            raise BadPictureError(f"expected square faces, got: {face.shape[1]} x {face.shape[0]}")
    by_heading = dict(zip(source.face_headings, faces, strict=True))
    width_px = _canvas_width_px(max(face.shape[1] for face in faces), 90.0)
    return equirectangular_from_faces(by_heading, width_px=width_px)


def _from_photo(source: Source) -> Picture:
    if not 1 <= source.hfov_deg <= 150:
        raise BadPictureError(f"expected a photo 1 to 150 deg wide, got: {source.hfov_deg:g}")
    photo = _upright(source.files[0])
    width_px = _canvas_width_px(photo.shape[1], source.hfov_deg)
    return equirectangular_from_photo(photo, source.hfov_deg, 0.0, width_px)


def _canvas_width_px(picture_px: int, hfov_deg: float) -> int:
    """The power of two at which the middle of the picture keeps its detail, within the limit."""
    needed = int(full_turn_px(picture_px, hfov_deg))
    return min(MAX_WIDTH_PX, max(512, 1 << (needed - 1).bit_length()))
