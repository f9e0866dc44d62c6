"""Photos as cameras and strangers make them, and a desk whose answers can be computed by hand."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from server.arena.shelf import Shelf
from server.inference.served import Served
from server.locate.desk import Desk
from tests.server.inference.conftest import MeanColour, RedIsNorth

REIMS = (49.0 + 15 / 60 + 30 / 3600, 4.0 + 2 / 60 + 6 / 3600)


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def exif_at(south: bool = False, orientation: int = 1) -> Image.Exif:
    """EXIF of a photo taken in Reims, or as far south of the equator."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "S" if south else "N",
        ExifTags.GPS.GPSLatitude: (49.0, 15.0, 30.0),
        ExifTags.GPS.GPSLongitudeRef: "E",
        ExifTags.GPS.GPSLongitude: (4.0, 2.0, 6.0),
    }
    return exif


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims any size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@dataclass
class Watched(MeanColour):
    """Keeps what it was shown."""

    seen: list[Image.Image] = field(default_factory=list)

    def embed(self, images):
        self.seen.extend(images)
        return super().embed(images)


@pytest.fixture
def encoder() -> Watched:
    return Watched()


@pytest.fixture
def desk(encoder: Watched, tmp_path: Path) -> Desk:
    def load(_: str):
        raise AssertionError("expected no other bundle to be asked")

    return Desk(Served(encoder, RedIsNorth()), load, [], Shelf(tmp_path / "packs"))
