"""The step `homing look`: what in the views of a panorama spoke for the guess."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from models.artefact import written
from models.bundle import Bundle, load_bundle
from models.geolocator import RankedGeocell

GAP_PX = 8
"""Between two views."""

SMALL_PX = 256
"""The longer side of a small heat map."""

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
"""By the ending of a file."""


class Looker:
    """Makes heat maps with one bundle, whose encoder is loaded once."""

    def __init__(self, bundle: Bundle) -> None:
        """As `Bundle.load_encoder`, which imports torch and may raise."""
        self.bundle, self._encoder = bundle, bundle.load_encoder()

    def __call__(self, files: Sequence[Path], out: Path) -> str:
        """Write the views of one place side by side under their heat maps.

        Returns the geocell they speak for, its probability and the bundle, to be read.

        Raises:
            AttributionError: see `models.attribution`.
            ValueError: the ending of `out` is none of `FORMATS`.
            OSError: a picture cannot be read or written.
        """
        picture_format = format_of(out)
        sheet, geocell = self.look([_picture(file) for file in files])
        with written(out) as path:
            sheet.save(path, format=picture_format)
        return f"{geocell.name}, {geocell.probability:.0%}, by {self.bundle.name}"

    def look(self, views: Sequence[Image.Image]) -> tuple[Image.Image, RankedGeocell]:
        """The same for pictures, without a file."""
        heated, geocell = self._heated(views)
        return _side_by_side(heated), geocell

    def heats(self, jpegs: Sequence[bytes]) -> list[bytes]:
        """Small heat maps of the views of one place, pictures in files' bytes, as JPEGs.

        Raises:
            AttributionError: see `models.attribution`.
            OSError: one is no picture.
        """
        heated, _ = self._heated([_picture(BytesIO(jpeg)) for jpeg in jpegs])
        return [_small_jpeg(one) for one in heated]

    def _heated(self, views: Sequence[Image.Image]) -> tuple[list[Image.Image], RankedGeocell]:
        """The views under their heat maps, and the geocell they speak for."""
        from models.attribution import attribution, overlay, towards  # noqa: PLC0415  torch
        from models.encoder import mean_of_views  # noqa: PLC0415

        panorama = mean_of_views(self._encoder.embed(views))
        direction = towards(self.bundle.geolocator, panorama)
        heated = [overlay(view, attribution(self._encoder, direction, view)) for view in views]
        return heated, self.bundle.geolocator.locate(panorama[None])[0].geocells[0]


def format_of(out: Path) -> str:
    """Pillow's name of the format that a file's ending stands for.

    Raises:
        ValueError: it stands for none of `FORMATS`.
    """
    try:
        return FORMATS[out.suffix.lower()]
    except KeyError:
        endings = ", ".join(FORMATS)
        raise ValueError(f"picture: expected a file ending in {endings}, got: {out.name}") from None


def _picture(file: Path | BytesIO) -> Image.Image:
    with Image.open(file) as image:
        return image.convert("RGB")


def _small_jpeg(picture: Image.Image) -> bytes:
    picture.thumbnail((SMALL_PX, SMALL_PX))
    jpeg = BytesIO()
    picture.save(jpeg, "JPEG", quality=80)
    return jpeg.getvalue()


def _side_by_side(views: Sequence[Image.Image]) -> Image.Image:
    height = max(view.height for view in views)
    width = sum(view.width for view in views) + GAP_PX * (len(views) - 1)
    sheet = Image.new("RGB", (width, height), "white")
    left = 0
    for view in views:
        sheet.paste(view, (left, 0))
        left += view.width + GAP_PX
    return sheet


def main(argv: list[str]) -> int:
    """Run `homing look`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="homing look", description="Show what in a picture spoke for the guess."
    )
    parser.add_argument("views", type=Path, nargs="+", help="pictures of one place")
    parser.add_argument("--bundle", required=True, help="folder, or name of a shipped bundle")
    parser.add_argument(
        "--out", type=Path, required=True, help="file for the picture, .png or .jpg"
    )
    arguments = parser.parse_args(argv)
    try:
        format_of(arguments.out)  # before the encoder is loaded
        about = Looker(load_bundle(arguments.bundle))(arguments.views, arguments.out)
    except (ValueError, OSError) as error:
        print(f"homing look: {error}", file=sys.stderr)
        return 1
    print(f"{arguments.out}: {about}")
    return 0
