"""Ten formats flipped, cut and blown up: each a picture or a named error, at a bounded cost."""

from __future__ import annotations

import random
import re
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from time import process_time

import pillow_heif
import pytest
from PIL import Image, ImageDraw

from server.inference.containers import MAX_PARTS, MAX_SCANS
from server.inference.pictures import decode_all
from server.inference.work import WorkError
from server.locate.photos import read_photos
from server.protocol import ErrorCode

pytestmark = [
    pytest.mark.slow,
    # Pillow says so of broken EXIF; a server does not listen.
    pytest.mark.filterwarnings("ignore::UserWarning:PIL"),
]

NAMED = {
    None,
    ErrorCode.IMAGE_BROKEN,
    ErrorCode.IMAGE_BOMB,
    ErrorCode.IMAGE_TOO_LARGE,
}
FLIPPED = 100
"""Of each format."""


def scene(mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", (96, 64), "red")
    ImageDraw.Draw(image).rectangle((48, 0, 96, 64), fill="blue")
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def frames() -> dict[str, object]:
    return {"save_all": True, "append_images": [scene().rotate(90 * n) for n in (1, 2)]}


def heic() -> bytes:
    file = BytesIO()
    pillow_heif.from_pillow(scene()).save(file, quality=50)
    return file.getvalue()


def exif() -> Image.Exif:
    data = Image.Exif()
    data[0x0112], data[0x8825] = 6, {1: "N", 2: (49.0, 15.0, 30.0), 3: "E", 4: (4.0, 2.0, 6.0)}
    return data


FORMATS = {
    "JPEG": encoded(scene(), "JPEG", exif=exif(), comment=b"hello"),
    "progressive JPEG": encoded(scene(), "JPEG", progressive=True, icc_profile=bytes(70_000)),
    "CMYK JPEG": encoded(scene("CMYK"), "JPEG"),
    "PNG": encoded(scene("RGBA"), "PNG", exif=exif()),
    "palette PNG": encoded(scene("P"), "PNG", transparency=0),
    "16 bit PNG": encoded(Image.new("I;16", (96, 64), 30_000), "PNG"),
    "APNG": encoded(scene(), "PNG", **frames()),
    "WebP": encoded(scene(), "WEBP", exif=exif()),
    "animated WebP": encoded(scene(), "WEBP", **frames()),
    "HEIC": heic(),
    "MPO": encoded(scene(), "MPO", **frames()),
}


def taken(data: bytes) -> ErrorCode | None:
    """Decoded as a view and as a photo; the name of what was wrong with it."""
    code = fault_of(lambda: decode_all([data], 32))
    assert fault_of(lambda: read_photos([data])) is code
    return code


def fault_of(decode: Callable[[], object]) -> ErrorCode | None:
    """Anything but a named error is raised."""
    try:
        decode()
    except WorkError as error:
        return error.code
    return None


@pytest.mark.parametrize("kind", FORMATS)
def test_whole_ones_are_taken(kind):
    assert taken(FORMATS[kind]) is None


@pytest.mark.parametrize("kind", FORMATS)
def test_flipped_cut_and_stuffed_ones_are_taken_or_named(kind):
    chance = random.Random(kind)
    data = FORMATS[kind]
    for _ in range(FLIPPED):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(min(len(damaged), chance.choice([64, 700, len(damaged)])))
            damaged[at] = chance.choice([0, 255, chance.randrange(256)])
        at = chance.randrange(len(damaged))
        match chance.randrange(4):
            case 0:
                del damaged[at:]
            case 1:
                damaged[at:at] = chance.randbytes(chance.randint(1, 300))
            case 2:
                del damaged[at : at + chance.randint(1, 100)]
        assert taken(bytes(damaged)) in NAMED


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6])
@pytest.mark.parametrize("kind", FORMATS)
def test_truncated_ones_are_broken(kind, part):
    noise = Image.effect_noise((96, 64), 90).convert("RGB")
    options = {"progressive JPEG": {"progressive": True}}.get(kind, {})
    data = FORMATS[kind]
    if kind in {"JPEG", "progressive JPEG", "PNG", "WebP"}:
        data = encoded(noise, kind.split()[-1].upper(), **options)
    elif kind == "MPO":
        data = data[: data.index(b"\xff\xd9") + 2]
    assert taken(data[: int(len(data) * part)]) is ErrorCode.IMAGE_BROKEN


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (encoded(scene("P"), "GIF"), "GIF"),
        (encoded(scene(), "BMP"), "BMP"),
        (encoded(scene(), "TIFF"), "TIFF"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'\n<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "SVG"),
        (b"\0\0\0\x1cftypavif" + bytes(60), "AVIF"),
        (b"\0\0\0\x1cftypisom" + bytes(60), "a video"),
        (encoded(scene(), "ICO"), "ICO"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_other_kinds_are_refused_by_name(data, name):
    with pytest.raises(WorkError, match=f"expected JPEG, PNG, WebP or HEIC, got: {name}") as caught:
        decode_all([data], 32)
    assert caught.value.code is ErrorCode.IMAGE_BROKEN


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def chunk(name: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def stuffed(kind: str, stuff: bytes) -> bytes:
    """A picture with something after its first header."""
    data = encoded(scene(), kind)
    at = 2 if kind == "JPEG" else 33
    return data[:at] + stuff + data[at:]


MANY = 8_000_000
THOUSAND_RESOURCES = b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\0\0\0\0" * 5000
THOUSAND_TAGS = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\0\1\0\2\xff\xff\xff\xff\0\0\0\0" * 5000
ZIPPED = zlib.compress(bytes(10**6), 9)
LAST_SCAN = b"\xff\xda\0\x08\1\1\0\1\x3f\x10\0"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (stuffed("JPEG", segment(0xE5, b"") * (MANY // 4)), ErrorCode.IMAGE_BOMB),
        (stuffed("JPEG", b"\xff" * MANY), None),
        (stuffed("JPEG", segment(0xED, THOUSAND_RESOURCES) * 130), None),
        (stuffed("JPEG", segment(0xE1, THOUSAND_TAGS) * 130), None),
        (stuffed("JPEG", segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(65_000)) * 120), None),
        (stuffed("JPEG", segment(0xDB, b"\0" + bytes([1] * 64)) * 100_000), ErrorCode.IMAGE_BOMB),
        (stuffed("PNG", chunk(b"teST") * (MANY // 12)), ErrorCode.IMAGE_BOMB),
        (stuffed("PNG", chunk(b"zTXt", b"a\0\0" + ZIPPED) * 60), None),
        (stuffed("PNG", chunk(b"zTXt", b"a\0\0" + ZIPPED) * 6000), None),
        (stuffed("PNG", chunk(b"iTXt", b"a\0\1\0\0\0" + ZIPPED) * 600), None),
        (stuffed("PNG", chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(10**8), 1))), None),
        (stuffed("PNG", chunk(b"eXIf", THOUSAND_TAGS[6:])), None),
        (stuffed("PNG", chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))), None),
    ],
    ids=lambda value: None if isinstance(value, bytes) else "",
)
def test_what_is_beside_the_picture_costs_nothing(data, code):
    before = process_time()
    assert taken(data[:MANY]) is code or len(data) > MANY
    # A bound on work, not a race: such files took 10 s to a minute.
    assert process_time() - before < 5


def test_scans_without_end_are_a_bomb():
    big = encoded(Image.new("L", (1_000, 1_000)), "JPEG", progressive=True)
    assert taken(big) is None
    assert taken(big[:-2] + LAST_SCAN * 10_000 + b"\xff\xd9") is ErrorCode.IMAGE_BOMB
    few = encoded(scene("L"), "JPEG", progressive=True)
    assert few.count(b"\xff\xda") < MAX_SCANS
    assert taken(few) is None


def test_a_size_said_twice_is_the_first():
    ihdr = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    assert taken(stuffed("PNG", ihdr)) is None, (
        "the first one counts, for the check and the decoder"
    )


def test_many_parts_of_an_honest_picture():
    data = encoded(Image.effect_noise((300, 300), 90), "PNG")
    body = b"".join(
        data[at + 4 : at + 4 + int.from_bytes(data[at - 4 : at], "big")]
        for at in (m.start() for m in re.finditer(b"IDAT", data))
    )
    parts = [chunk(b"IDAT", body[at : at + 32]) for at in range(0, len(body), 32)]
    assert len(parts) < MAX_PARTS
    split = data[:33] + b"".join(parts) + chunk(b"IEND")
    (picture,) = decode_all([split], 300)
    assert picture.tobytes() == decode_all([data], 300)[0].tobytes()
