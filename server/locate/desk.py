"""Where photos are taken in, located and explained. Synchronous: to be run where models run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.geo import haversine_km
from models.geolocator import Geolocator, Neighbour, Point, Prediction
from models.world.pack import Pack
from server import protocol
from server.arena.place_words import describe
from server.arena.shelf import Shelf
from server.inference.service import ImageEncoder
from server.locate.bundles import Described, heat_maps, panorama_views, thumbnail
from server.locate.photos import SHOWN_PX, Photo, read_photos
from server.locate.words import (
    BelievedPlace,
    BundleWord,
    LocatedPhotos,
    LocatePhotos,
    NeighbourTile,
)

Models = tuple[ImageEncoder, Geolocator]

AGREES_KM = 25.0
"""A neighbour within a city's size of the refined guess is what retrieval rests on."""

QUALITY = 85
"""Of JPEGs to look at."""


class UnknownBundle(LookupError):  # noqa: N818  the thing, as in LookupError
    """No bundle that may be asked has this name, or the one that has cannot be used."""


class Desk:
    """Locates photos with one of several bundles; each is loaded when first asked, and kept."""

    def __init__(
        self, own: Models, load: Callable[[str], Models], bundles: Sequence[Described], packs: Shelf
    ) -> None:
        """The first of `bundles` is `own`'s; without any, `own` is described by its name alone."""
        alone = Described("", BundleWord(name=own[1].bundle, about="", caveat=""))
        self._bundles = {one.word.name: one for one in reversed(bundles or [alone])}
        self._own = (bundles or [alone])[0].word.name
        self._loaded = {self._own: own}
        self._load = load
        self._packs = packs

    def words(self) -> list[BundleWord]:
        """The bundles that may be asked, the server's own first."""
        names = sorted(self._bundles, key=lambda name: (name != self._own, name))
        return [self._bundles[name].word for name in names]

    def locate(self, wish: LocatePhotos) -> LocatedPhotos:
        """The answer to a wish.

        Raises:
            UnknownBundle: with the names there are, or why it cannot be used.
            WorkError: a photo cannot be taken.
        """
        bundle = self._bundle(wish.bundle)
        models = self._models(bundle)
        started = perf_counter()
        photos = read_photos(wish.photos)
        panorama = is_panorama(photos, wish.panorama)
        views = _views(photos, panorama)
        decode_ms = (perf_counter() - started) * 1000
        embedding, prediction, timings = _located(models, views)
        packs = self._packs.packs()
        heat = heat_maps(*models, embedding, [_shown(v) for v in views]) if wish.look else []
        return LocatedPhotos(
            bundle=bundle.word,
            panorama=panorama,
            views=len(views),
            place=describe(*prediction.guess),
            prediction=protocol.Prediction.model_validate(prediction),
            belief=_belief(prediction),
            neighbours=[tile(one, prediction, packs) for one in prediction.neighbours],
            heat=[_jpeg(picture) for picture in heat],
            taken_at=_point(photos[0].taken_at),
            timings=timings.model_copy(update={"decode_ms": decode_ms}),
        )

    def _bundle(self, name: str | None) -> Described:
        wanted = self._own if name is None else name
        if wanted not in self._bundles:
            names = ", ".join(word.name for word in self.words())
            raise UnknownBundle(f"bundle: expected one of {names}, got: {wanted}")
        return self._bundles[wanted]

    def _models(self, bundle: Described) -> Models:
        name = bundle.word.name
        if name not in self._loaded:
            try:
                self._loaded[name] = self._load(bundle.spec)
            except (ValueError, OSError) as error:
                raise UnknownBundle(f"bundle {name} cannot be used: {error}") from error
        return self._loaded[name]


def _located(
    models: Models, views: Sequence[Image.Image]
) -> tuple[NDArray[np.float32], Prediction, protocol.Timings]:
    """The views' mean embedding `(d,)`, what it says, and how long that took."""
    encoder, geolocator = models
    started = perf_counter()
    embedding = np.asarray(encoder.embed(views).mean(axis=0), dtype=np.float32)
    embedded = perf_counter()
    prediction = geolocator.locate(embedding[np.newaxis])[0]
    embed_ms, locate_ms = (embedded - started) * 1000, (perf_counter() - embedded) * 1000
    timings = protocol.Timings(decode_ms=0, embed_ms=embed_ms, locate_ms=locate_ms)
    return embedding, prediction, timings


def is_panorama(photos: Sequence[Photo], wished: bool | None) -> bool:
    """Whether the photos are one equirectangular panorama: as wished, or if twice as wide as high.

    Several never are.
    """
    if len(photos) > 1:
        return False
    width, height = photos[0].picture.size
    return abs(width - 2 * height) <= 2 if wished is None else wished


def tile(neighbour: Neighbour, prediction: Prediction, packs: Sequence[Pack]) -> NeighbourTile:
    """A neighbour as it is shown."""
    place = Point(neighbour.lat, neighbour.lng)
    agrees = haversine_km(place, prediction.refined_guess) <= AGREES_KM
    picture = thumbnail(packs, neighbour)
    return NeighbourTile(
        panorama=neighbour.panorama,
        lat=neighbour.lat,
        lng=neighbour.lng,
        similarity=neighbour.similarity,
        place=describe(*place),
        distance_km=float(haversine_km(place, prediction.guess)),
        group="retrieval" if agrees else "classification",
        thumbnail=_jpeg(picture) if picture else None,
    )


def _point(place: Point | None) -> protocol.PointWord | None:
    return protocol.PointWord(lat=place.lat, lng=place.lng) if place else None


def _belief(prediction: Prediction) -> list[BelievedPlace]:
    """The posterior; of geolocators that keep it to themselves, their geocells."""
    if prediction.belief:
        return [BelievedPlace(**place._asdict()) for place in prediction.belief]
    return [
        BelievedPlace(lat=cell.lat, lng=cell.lng, probability=cell.probability, spread_km=0)
        for cell in prediction.geocells
    ]


def _views(photos: Sequence[Photo], panorama: bool) -> list[Image.Image]:
    pictures = [photo.picture for photo in photos]
    return panorama_views(pictures[0], SHOWN_PX) if panorama else pictures


def _shown(view: Image.Image) -> Image.Image:
    factor = min(1.0, SHOWN_PX / min(view.size))
    return view.resize((round(view.width * factor), round(view.height * factor)))


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
