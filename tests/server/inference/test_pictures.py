"""Pictures from strangers: good ones decoded, bad ones named."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from server.inference.pictures import HARMLESS_PIXELS, MAX_PIXELS, decode_all
from server.inference.work import WorkError
from server.protocol import MAX_IMAGE_BYTES, ErrorCode


def encoded(image, kind, **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def scene(mode="RGB", size=(96, 64)) -> Image.Image:
    """Left half red, right half blue: enough to see that nothing was turned or mixed up."""
    image = Image.new("RGB", size, "red")
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, size[0], size[1]), fill="blue")
    return image.convert(mode)


def png(width, height, data=b"") -> bytes:
    """A PNG whose header claims any size."""

    def chunk(name, body):
        checksum = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(data)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def refused(data) -> WorkError:
    with pytest.raises(WorkError) as caught:
        decode_all([data], 32)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("WEBP", "RGB"),
        ("WEBP", "RGBA"),
    ],
)
def test_kinds_and_modes(kind, mode):
    (image,) = decode_all([encoded(scene(mode), kind)], 64)
    assert (image.mode, image.size) == ("RGB", (96, 64))
    pixels = np.asarray(image).astype(int)
    assert np.abs(pixels[:, 8] - [255, 0, 0]).max() < 40
    assert np.abs(pixels[:, 88] - [0, 0, 255]).max() < 40


@pytest.mark.parametrize("mode", ["L", "1", "I;16"])
def test_grey_becomes_rgb(mode):
    grey = Image.new(mode, (40, 40))
    assert decode_all([encoded(grey, "PNG")], 32)[0].mode == "RGB"


def test_transparent_palette():
    image = scene("P")
    image.info["transparency"] = bytes([0, 128])
    assert decode_all([encoded(image, "PNG")], 32)[0].mode == "RGB"


def test_exif_rotation_is_ignored():
    exif = Image.Exif()
    exif[0x0112] = 6
    (image,) = decode_all([encoded(scene(), "JPEG", exif=exif)], 64)
    assert image.size == (96, 64)


def test_large_jpegs_are_decoded_smaller_but_not_below_twice_the_target():
    (image,) = decode_all([encoded(scene(size=(2560, 1440)), "JPEG")], 224)
    assert image.size == (1280, 720)
    (image,) = decode_all([encoded(scene(size=(512, 512)), "JPEG")], 224)
    assert image.size == (512, 512)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"hello", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"])
def test_what_is_no_picture(data):
    assert refused(data).code is ErrorCode.IMAGE_BROKEN


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM"])
def test_other_kinds_are_not_even_tried(kind):
    assert refused(encoded(scene(), kind)).code is ErrorCode.IMAGE_BROKEN


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_truncated(kind, part):
    noise = Image.effect_noise((96, 64), 90).convert("RGB")
    whole = encoded(noise, kind)
    assert refused(whole[: int(len(whole) * part)]).code is ErrorCode.IMAGE_BROKEN


def test_too_many_bytes_or_pixels():
    error = refused(encoded(scene(), "PNG") + bytes(MAX_IMAGE_BYTES))
    assert error.code is ErrorCode.IMAGE_TOO_LARGE
    side = int(MAX_PIXELS**0.5) + 1
    error = refused(png(side, side) + bytes(MAX_IMAGE_BYTES // 2))
    assert error.code is ErrorCode.IMAGE_TOO_LARGE
    assert f"{side}x{side}" in str(error)


@pytest.mark.parametrize("size", [(65_500, 65_500), (20_000, 20_000), (4_000, 4_000)])
def test_bombs_are_refused_from_their_header(size):
    assert refused(png(*size)).code is ErrorCode.IMAGE_BOMB


@pytest.mark.parametrize(("kind", "options"), [("WEBP", {"lossless": True}), ("PNG", {})])
def test_real_bombs(kind, options):
    bomb = encoded(Image.new("L", (2_100, 2_100)), kind, **options)
    assert refused(bomb).code is ErrorCode.IMAGE_BOMB


@pytest.mark.parametrize("size", [(1, 60_000), (4_000_000, 1)])
def test_lines_are_bombs_for_an_encoder_that_looks_at_squares(size):
    assert refused(encoded(Image.new("L", size), "PNG")).code is ErrorCode.IMAGE_BOMB


def test_pictures_that_wait_for_the_encoder_are_small():
    noise = Image.effect_noise((2_600, 2_000), 90)
    (image,) = decode_all([encoded(noise, "PNG", compress_level=1)], 64)
    assert image.size == (174, 134)  # the fifteenth part, rounded up: not below twice 64


def test_a_blank_screenshot_is_no_bomb():
    blank = Image.new("RGB", (1920, 1080), "white")
    assert HARMLESS_PIXELS > 1920 * 1080
    for kind in ("PNG", "JPEG", "WEBP"):
        assert decode_all([encoded(blank, kind)], 2000)[0].size == (1920, 1080)


def test_an_all_black_jpeg_of_a_camera_is_no_bomb():
    black = encoded(Image.new("RGB", (6_000, 4_000)), "JPEG")
    assert decode_all([black], 300)[0].size == (1500, 1000)


def test_the_broken_one_is_named():
    good = encoded(scene(), "PNG")
    with pytest.raises(WorkError) as caught:
        decode_all([good, good, good[:50], good], 32)
    assert caught.value.index == 2


SEEDS = [encoded(scene(), kind) for kind in ("JPEG", "PNG", "WEBP")]


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255))))
@settings(max_examples=300, deadline=None)
def test_damaged_bytes_give_a_picture_or_a_named_error(data, changes):
    damaged = bytearray(data)
    for at, value in changes:
        damaged[at % len(damaged)] = value
    with suppress(WorkError):
        (image,) = decode_all([bytes(damaged)], 32)
        assert image.mode == "RGB"
