"""Photos: upright, bare, and what their EXIF says kept apart."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageDraw, ImageOps

from server.inference.work import WorkError
from server.locate.photos import read_photos
from tests.server.locate.conftest import REIMS, encoded, exif_at


def corner() -> Image.Image:
    """Black but for a red corner, upper left: it tells all eight orientations apart."""
    picture = Image.new("RGB", (96, 64))
    ImageDraw.Draw(picture).rectangle((0, 0, 47, 15), fill="red")
    return picture


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_are_turned_upright(orientation: int) -> None:
    data = encoded(corner(), exif=exif_at(orientation=orientation), quality=95)
    with Image.open(BytesIO(data)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    assert np.array_equal(np.asarray(read_photos([data])[0].picture), expected)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_where_it_was_taken_is_read_and_taken_off(kind: str) -> None:
    (photo,) = read_photos([encoded(corner(), kind, exif=exif_at())])
    assert photo.taken_at == pytest.approx(REIMS)
    assert photo.picture.info == {}
    assert not photo.picture.getexif()


def test_south_is_negative() -> None:
    (photo,) = read_photos([encoded(corner(), exif=exif_at(south=True))])
    assert photo.taken_at == pytest.approx((-REIMS[0], REIMS[1]))


def test_heic() -> None:
    heif = pytest.importorskip("pillow_heif", reason="needs the extra `heic`")
    file = BytesIO()
    heif.from_pillow(corner()).save(file, quality=95, exif=exif_at().tobytes())
    (photo,) = read_photos([file.getvalue()])
    assert photo.picture.size == (96, 64)
    assert photo.taken_at == pytest.approx(REIMS)
    red, green, _ = photo.picture.getpixel((10, 5))
    assert red > 200
    assert green < 100


def no_fix() -> Image.Exif:
    exif = exif_at()
    zeros = {ExifTags.GPS.GPSLatitude: (0.0, 0.0, 0.0), ExifTags.GPS.GPSLongitude: (0.0, 0.0, 0.0)}
    exif[ExifTags.IFD.GPSInfo] |= zeros
    return exif


def out_of_range() -> Image.Exif:
    exif = exif_at()
    exif[ExifTags.IFD.GPSInfo] |= {ExifTags.GPS.GPSLatitude: (95.0, 0.0, 0.0)}
    return exif


def without_direction() -> Image.Exif:
    exif = exif_at()
    del exif[ExifTags.IFD.GPSInfo][ExifTags.GPS.GPSLatitudeRef]
    return exif


@pytest.mark.parametrize("exif", [no_fix(), out_of_range(), without_direction(), Image.Exif()])
def test_what_is_no_place(exif: Image.Exif) -> None:
    assert read_photos([encoded(corner(), exif=exif)])[0].taken_at is None


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_exif_is_no_fault_of_the_photo() -> None:
    (photo,) = read_photos([encoded(corner(), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff rubbish")])
    assert photo.taken_at is None


def test_the_broken_one_is_named() -> None:
    with pytest.raises(WorkError) as caught:
        read_photos([encoded(corner()), b"hello"])
    assert caught.value.index == 1
