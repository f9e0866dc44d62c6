"""Bytes from a stranger to RGB pictures: checked from the header before they are decoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO

from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from server.inference.containers import bare_jpeg, bare_png
from server.inference.work import WorkError
from server.protocol import MAX_IMAGE_BYTES, ErrorCode

MAX_PIXELS = 64 * 10**6
"""More than any camera's single picture; 192 MB as RGB."""

HARMLESS_PIXELS = 4 * 10**6
"""So few that no ratio makes them a bomb: a blank screenshot packs very well."""

MAX_PIXELS_PER_BYTE = 200
"""Photographs have under 30, an all-black baseline JPEG under 200; bombs have thousands."""


MAX_ASPECT = 50
"""Sides of a picture. Encoders bring the shorter one to their size: the longer one becomes that
many times as long, so that a line of 4 million pixels would unfold to terabytes."""


HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
"""Of phones' photos (ISO/IEC 23008-12, annex B), after `ftyp`."""


REFUSED = {
    b"gif8": "GIF",
    b"bm": "BMP",
    b"ii*\0": "TIFF",
    b"mm\0*": "TIFF",
    b"<svg": "SVG",
    b"<?xml": "SVG",
    b"\0\0\1\0": "ICO",
    b"8bps": "PSD",
    b"%pdf": "PDF",
    b"\xff\x0a": "JPEG XL",
}
"""Kinds with decoders that nobody has to meet; by their first bytes, in lower case."""


def decode_all(
    images: Sequence[bytes], target_px: int, max_bytes: int = MAX_IMAGE_BYTES
) -> list[Image.Image]:
    """Each picture as RGB, for an encoder that looks at squares of `target_px`.

    Large JPEGs are decoded smaller, but not below twice that, which leaves the last halving to
    the encoder's better resampling: decoding 512 px for 224 px right away saves 0.1 ms and costs
    1.4 grey levels. Other kinds are made smaller likewise once they are decoded, where they have
    more than `HARMLESS_PIXELS`. EXIF is ignored, rotation included: views are what they look like.
    Transparency is dropped.

    Raises:
        WorkError: naming the first that is too large, broken, a bomb, or of another kind.
    """
    for index, data in enumerate(images):
        if len(data) > max_bytes:
            text = f"expected at most {max_bytes} bytes, got: {len(data)}"
            raise WorkError(ErrorCode.IMAGE_TOO_LARGE, text, index)
    return [_decode(data, target_px, index) for index, data in enumerate(images)]


def _decode(data: bytes, target_px: int, index: int) -> Image.Image:
    try:
        with _opened(data) as image:
            _check_pixels(image.size, len(data))
            return _rgb(image, target_px)
    except WorkError as error:
        error.index = index
        raise
    except Image.DecompressionBombError as error:
        raise WorkError(ErrorCode.IMAGE_BOMB, str(error), index) from error
    except Exception as error:  # Pillow's decoders raise a dozen kinds on broken bytes
        raise WorkError(ErrorCode.IMAGE_BROKEN, f"cannot be decoded: {error}", index) from error


def _opened(data: bytes) -> ImageFile:
    """Its header is read. `Image.open` would warn of bombs and try every kind there is."""
    if data.startswith(b"\xff\xd8\xff"):
        return JpegImageFile(BytesIO(bare_jpeg(data)))
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImageFile(BytesIO(bare_png(data)))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WebPImageFile(BytesIO(data))
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return _heic(BytesIO(data))
    got = _name(data) or f"bytes that begin {data[:12].hex(' ')}"
    text = f"expected JPEG, PNG, WebP or HEIC, got: {got}"
    raise WorkError(ErrorCode.IMAGE_BROKEN, text)


def _name(data: bytes) -> str | None:
    """Of a kind that is known, but not taken."""
    if data[4:8] == b"ftyp":
        return {b"avif": "AVIF", b"avis": "AVIF"}.get(data[8:12], "a video")
    head = data[:256].lstrip().lower()
    return next((kind for start, kind in REFUSED.items() if head.startswith(start)), None)


def _heic(file: BytesIO) -> ImageFile:
    try:
        from pillow_heif import HeifImageFile  # noqa: PLC0415  an extra, for who has such photos
    except ImportError as error:
        text = "expected JPEG, PNG or WebP, or a server with HEIC (pip install 'homing[heic]')"
        raise WorkError(ErrorCode.IMAGE_BROKEN, f"{text}, got: HEIC") from error
    opened: Callable[[BytesIO], ImageFile] = HeifImageFile  # its own is untyped
    return opened(file)


def _check_pixels(size: tuple[int, int], n_bytes: int) -> None:
    width, height = size
    pixels = width * height
    if pixels > max(HARMLESS_PIXELS, MAX_PIXELS_PER_BYTE * n_bytes):
        text = f"expected under {MAX_PIXELS_PER_BYTE} pixels a byte, got: {width}x{height} px"
        raise WorkError(ErrorCode.IMAGE_BOMB, f"{text} in {n_bytes} bytes")
    if max(size) > MAX_ASPECT * min(size):
        text = f"expected sides of at most {MAX_ASPECT} to 1, got: {width}x{height} px"
        raise WorkError(ErrorCode.IMAGE_BOMB, text)
    if pixels > MAX_PIXELS:
        text = f"expected at most {MAX_PIXELS} pixels, got: {width}x{height}"
        raise WorkError(ErrorCode.IMAGE_TOO_LARGE, text)


def _rgb(image: ImageFile, target_px: int) -> Image.Image:
    if isinstance(image, JpegImageFile):
        image.draft("RGB", (2 * target_px, 2 * target_px))
    # A palette with transparency has to go through RGBA, or Pillow warns.
    whole = image.convert("RGBA") if image.mode == "P" else image
    rgb = whole.convert("RGB")
    factor = min(rgb.size) // (2 * target_px)
    # Few such pictures would fill the memory while they wait for the encoder.
    return rgb.reduce(factor) if factor > 1 and rgb.width * rgb.height > HARMLESS_PIXELS else rgb
