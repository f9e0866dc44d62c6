from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from tests.models.world.importing.online import Time, serving, web_of

GPANO = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf'
    b'-syntax-ns#"><rdf:Description xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" %s'
    b"</rdf:RDF></x:xmpmeta>"
)


def gpano(heading=None, pitch=0, roll=0):
    pose = b"" if heading is None else b' GPano:PoseHeadingDegrees="%g"' % heading
    pose += b' GPano:PosePitchDegrees="%g" GPano:PoseRollDegrees="%g"' % (pitch, roll)
    return GPANO % (b'GPano:ProjectionType="equirectangular"' + pose + b"/>")


def to_dms(value):
    degrees, rest = divmod(abs(value), 1)
    minutes, rest = divmod(rest * 60, 1)
    return (degrees, minutes, round(rest * 60, 6))


def exif_of(lat=None, lng=None, focal_mm=None, orientation=None, direction=None, date=None):
    exif = Image.Exif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    if lat is not None:
        gps[ExifTags.GPS.GPSLatitudeRef] = "S" if lat < 0 else "N"
        gps[ExifTags.GPS.GPSLatitude] = to_dms(lat)
        gps[ExifTags.GPS.GPSLongitudeRef] = "W" if lng < 0 else "E"
        gps[ExifTags.GPS.GPSLongitude] = to_dms(lng)
    if direction is not None:
        gps[ExifTags.GPS.GPSImgDirection] = direction
    shot = exif.get_ifd(ExifTags.IFD.Exif)
    if focal_mm is not None:
        shot[ExifTags.Base.FocalLengthIn35mmFilm] = focal_mm
    if date is not None:
        shot[ExifTags.Base.DateTimeOriginal] = date
    if orientation is not None:
        exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = "Ada"
    return exif


@pytest.fixture
def jpeg(tmp_path):
    """Writes a JPEG below tmp_path/"in": a colour or an array, and what it says of itself."""

    def write(name, picture=(120, 130, 140), size=(64, 32), xmp=None, **says) -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image = (
            Image.fromarray(picture)
            if isinstance(picture, np.ndarray)
            else Image.new("RGB", size, picture)
        )
        extra = {"xmp": xmp} if xmp else {}
        image.save(path, quality=95, exif=exif_of(**says), comment="lat 48.7 lng 9.1", **extra)
        return path

    return write


@pytest.fixture
def panorama_xmp():
    """The packet of a panorama whose centre column looks to 77 degrees."""
    return gpano(77)


@pytest.fixture
def tilted_xmp():
    """The packet of one whose camera looked 20 degrees up."""
    return gpano(77, pitch=20)


@pytest.fixture
def stand_in():
    """A web server on loopback, empty yet."""
    with serving() as server:
        yield server


@pytest.fixture
def time():
    """What the `web` thinks the time is."""
    return Time()


@pytest.fixture
def web(time):
    """Asks at once: its waits are only noted."""
    with web_of(time) as web:
        yield web
