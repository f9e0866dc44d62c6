"""The step `homing look`: what in the views of a panorama spoke for the guess."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from models.artefact import written
from models.bundle import Bundle, load_bundle

GAP_PX = 8
"""Between two views."""


def look(bundle: Bundle, views: Sequence[Image.Image]) -> tuple[Image.Image, str]:
    """The views side by side under their heat maps, and the geocell they speak for.

    Raises:
        AttributionError: see `models.attribution`.
    """
    from models.attribution import attribution, overlay, towards  # noqa: PLC0415  torch
    from models.encoder import mean_of_views  # noqa: PLC0415

    encoder = bundle.load_encoder()
    panorama = mean_of_views(encoder.embed(views))
    direction = towards(bundle.geolocator, panorama)
    heated = [overlay(view, attribution(encoder, direction, view)) for view in views]
    best = bundle.geolocator.locate(panorama[None])[0].geocells[0]
    return _side_by_side(heated), f"{best.name}, {best.probability:.0%}"


def _picture(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


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
        views = [_picture(path) for path in arguments.views]
        sheet, about = look(load_bundle(arguments.bundle), views)
        with written(arguments.out) as path:
            sheet.save(path, format="PNG" if arguments.out.suffix == ".png" else "JPEG")
    except (ValueError, OSError) as error:
        print(f"homing look: {error}", file=sys.stderr)
        return 1
    print(f"{arguments.out}: {about}")
    return 0
