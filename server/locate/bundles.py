"""The models behind `/api/locate`: the one file of this room that knows them.

They are imported inside the functions, because torch and faiss cost seconds.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.geolocator import Geolocator, Neighbour
from models.world.pack import Pack
from server.inference.served import ImageEncoder, Served
from server.locate.words import BundleWord

RENDERED = "Trained on a rendered world: knows nothing of real streets."

THUMBNAIL_PX = 192
SAME_PLACE_DEG = 1e-4
"""A pack's panorama further than this from a neighbour of that id is of another pack."""


@dataclass(frozen=True, slots=True)
class Described:
    """A bundle as its `bundle.json` describes it."""

    spec: str
    """What `load_models` takes."""
    word: BundleWord


def load_served(bundle: str) -> Served:
    """A bundle, ready to be served; raises as `load_models`."""
    return Served(*load_models(bundle))


def load_models(bundle: str) -> tuple[ImageEncoder, Geolocator]:
    """A bundle's encoder and geolocator.

    Raises:
        BundleError, EncoderError: there is none, or it is broken.
    """
    from models.bundle import load_bundle

    loaded = load_bundle(bundle)
    return loaded.load_encoder(), loaded.geolocator


def catalogue(*own: str) -> list[Described]:
    """The bundles that may be asked: `own`, then the shipped ones. Broken ones are left out."""
    return [found for name in dict.fromkeys([*own, *shipped()]) for found in _read(name)]


def shipped() -> list[str]:
    """Names of the bundles that come with the program, whole or broken."""
    from models.bundle import SHIPPED

    return sorted(path.parent.name for path in SHIPPED.glob("*/bundle.json"))


def _read(spec: str) -> Iterator[Described]:
    from models.bundle import BundleError, bundle_path, read_about

    try:
        about = read_about(bundle_path(spec))
        yield Described(spec, describe(about))
    except (BundleError, OSError):
        return


def describe(about: Mapping[str, Any]) -> BundleWord:
    """What a `bundle.json` tells people."""
    from models.render import BY_US

    kind, data = str(about["kind"]).replace("_", " "), about["data"]
    count, pack = data.get("panoramas"), data.get("pack")
    learnt = [f"{count:,} panoramas"] if count else []
    said = [data.get("about", ""), *data.get("licences", [])]
    return BundleWord(
        name=about["name"],
        about=" of ".join([", ".join([kind, *learnt]), *([pack] if pack else [])]),
        caveat=RENDERED if any(str(text).startswith(BY_US) for text in said) else "",
    )


def panorama_views(panorama: Image.Image, size_px: int) -> list[Image.Image]:
    """The views `size_px` square that a bot would see of an equirectangular panorama."""
    from models.embed import HEADINGS
    from models.world.views import perspective_views

    views = perspective_views(np.asarray(panorama), HEADINGS, size_px=size_px)
    return [Image.fromarray(view) for view in views]


def heat_maps(
    encoder: ImageEncoder,
    geolocator: Geolocator,
    embedding: NDArray[np.float32],
    views: Sequence[Image.Image],
) -> list[Image.Image]:
    """The views under what in them spoke for the guess; none where the geolocator cannot say."""
    from models.attribution import AttributionError, attribution, overlay, towards
    from models.encoder import Encoder

    if not isinstance(encoder, Encoder):
        return []
    try:
        direction = towards(geolocator, embedding)
        return [overlay(view, attribution(encoder, direction, view)) for view in views]
    except AttributionError:
        return []


def thumbnail(packs: Sequence[Pack], neighbour: Neighbour) -> Image.Image | None:
    """A look at a neighbour's panorama; None where none of the packs has it."""
    looks = (_look(pack, neighbour) for pack in packs)
    return next((look for look in looks if look), None)


def _look(pack: Pack, neighbour: Neighbour) -> Image.Image | None:
    from models.world.pictures import read_panorama
    from models.world.views import perspective_views

    try:
        found = pack[neighbour.panorama]
        offset = max(abs(found.lat - neighbour.lat), abs(found.lng - neighbour.lng))
        if offset > SAME_PLACE_DEG:
            return None
        view = perspective_views(read_panorama(pack, found), [0], size_px=THUMBNAIL_PX)[0]
        return Image.fromarray(view)
    except (KeyError, OSError, ValueError):
        return None
