"""The step `homing convert geoclip`: GeoCLIP's published files in, a bundle out. Torch."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from models.bundle import BundleError, load_bundle, save_bundle
from models.embed import ENCODER_HELP, encoder_of, spec_of
from models.geoclip.geolocator import Gallery, GeoClip
from models.geoclip.location_encoder import embed_places
from models.geoclip.weights import GeoClipError, Published, read_published

ENCODER = "ViT-L-14-quickgelu/openai"
"""The image tower under GeoCLIP's head, frozen (arXiv 2309.16020): OpenAI's CLIP at 224 px."""


def convert(source: Path, encoder: str, folder: Path) -> Path:
    """Write a bundle of the files in `source` to `folder`, which it is called like; return that.

    The gallery's embeddings are taken from the bundle that lies there, if it was made of the same
    weights and places.

    Raises:
        GeoClipError: see `models.geoclip.weights.read_published`.
        BundleError: the encoder cannot be had or is of another size, or `folder` is taken.
    """
    published = read_published(source)
    images = encoder_of(encoder)
    if images.dim != published.head.dim:
        raise BundleError(
            f"encoder {images.name}: expected embeddings of {published.head.dim} numbers, "
            f"got: {images.dim}"
        )
    key = published.gallery_key()
    gallery = known_gallery(folder, key) or new_gallery(published)
    return save_bundle(
        folder,
        GeoClip(
            gallery,
            published.head,
            published.logit_scale,
            encoder=images.name,
            bundle=folder.name,
        ),
        encoder_spec=spec_of(encoder),
        data={"gallery": key, "places": len(gallery.points), "panoramas": 0},
        metrics={},
    )


def known_gallery(folder: Path, key: str) -> Gallery | None:
    """The gallery of the whole bundle at `folder` whose `gallery_key` is that."""
    try:
        bundle = load_bundle(folder)
    except BundleError:
        return None
    match bundle.geolocator:
        case GeoClip(gallery=gallery) if bundle.data.get("gallery") == key:
            return gallery
    return None


def new_gallery(published: Published) -> Gallery:
    """The published places with their embeddings: a minute or two for 100,000 on two cores."""
    return Gallery(published.points, embed_places(published.location, published.points))


def main(argv: list[str]) -> int:
    """Run `homing convert geoclip`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="homing convert geoclip",
        description="Make a bundle of GeoCLIP's published weights and gallery.",
    )
    parser.add_argument("source", type=Path, help="folder with their weights and gps_gallery")
    parser.add_argument("--encoder", default=ENCODER, help=ENCODER_HELP)
    parser.add_argument("--out", type=Path, required=True, help="folder of the new bundle")
    arguments = parser.parse_args(argv)
    try:
        print(convert(arguments.source, arguments.encoder, arguments.out))
    except (GeoClipError, BundleError, OSError) as error:
        print(f"homing convert geoclip: {error}", file=sys.stderr)
        return 1
    return 0
