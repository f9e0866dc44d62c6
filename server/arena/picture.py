"""Pictures as a player may have them: a JPEG and nothing beside it."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, JpegImagePlugin

QUALITY = 92

_HARMLESS_BYTES = {"APP0": 14, "APP14": 12}
"""JFIF's version and density; Adobe's colour transform, without which colours turn. Longer ones
carry more than that."""

_END = b"\xff\xd9"


def clean_jpeg(data: bytes) -> bytes:
    """`data` itself where it is a JPEG without metadata, else its pixels encoded anew.

    Raises:
        OSError: it is no picture, or a truncated one that would have to be encoded anew.
    """
    try:
        with Image.open(BytesIO(data)) as image:
            if isinstance(image, JpegImagePlugin.JpegImageFile) and _is_bare(image, data):
                return data
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (Image.DecompressionBombError, SyntaxError, ValueError) as error:
        raise OSError(f"expected a picture, got: {error}") from error
    pixels = Image.frombytes("RGB", upright.size, upright.tobytes())  # leaves all `info` behind
    clean = BytesIO()
    pixels.save(clean, "JPEG", quality=QUALITY)
    return clean.getvalue()


def _is_bare(image: JpegImagePlugin.JpegImageFile, data: bytes) -> bool:
    """No segment of metadata, no comment, and nothing after the first end of image."""
    harmless = (len(body) <= _HARMLESS_BYTES.get(name, -1) for name, body in image.applist)
    return all(harmless) and data.find(_END) == len(data) - len(_END)
