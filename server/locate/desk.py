"""Where photos are taken in, located and explained. Synchronous: to be run where models run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.geo import haversine_km
from models.geolocator import Neighbour, Point, Prediction
from models.world.pack import Pack
from server import protocol
from server.arena.place_words import describe
from server.arena.shelf import Shelf
from server.inference.served import ImageEncoder, Served
from server.locate.bundles import Described, heat_maps, panorama_views, thumbnail
from server.locate.photos import SHOWN_PX, Photo, read_photos
from server.locate.words import (
    BelievedPlace,
    BundleWord,
    LocatedPhotos,
    LocatePhotos,
    NeighbourTile,
)

AGREES_KM = 25.0
"""A neighbour within a city's size of the refined guess is what retrieval rests on."""

QUALITY = 85
"""Of JPEGs to look at."""


class UnknownBundle(LookupError):  # noqa: N818  the thing, as in LookupError
    """No bundle that may be asked has this name, or the one that has cannot be used."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Photos as the models are shown them."""

    photos: list[Photo]
    panorama: bool
    views: list[Image.Image]
    """As people would look at them."""
    fitted: list[Image.Image]
    """As the encoder does."""
    decode_ms: float


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What the models say of them."""

    embedding: NDArray[np.float32]
    """`(d,)`: the mean of the views'."""
    prediction: Prediction
    embed_ms: float
    locate_ms: float


class Desk:
    """Locates photos with one of several bundles; each is loaded when first asked, and kept."""

    def __init__(
        self, own: Served, load: Callable[[str], Served], bundles: Sequence[Described], packs: Shelf
    ) -> None:
        """The first of `bundles` is `own`'s; without any, `own` is described by its name alone."""
        alone = Described("", BundleWord(name=own.name, about="", caveat=""))
        self._bundles = {one.word.name: one for one in reversed(bundles or [alone])}
        self._own = (bundles or [alone])[0].word.name
        self._loaded = {self._own: own}
        self._load = load
        self._packs = packs

    def words(self) -> list[BundleWord]:
        """The bundles that may be asked, the server's own first."""
        names = sorted(self._bundles, key=lambda name: (name != self._own, name))
        return [self._bundles[name].word for name in names]

    def put(self, spec: str, served: Served) -> None:
        """A bundle has been loaded, or loaded anew."""
        for one in self._bundles.values():
            if one.spec == spec:
                self._loaded[one.word.name] = served

    def locate(self, wish: LocatePhotos) -> LocatedPhotos:
        """The answer to a wish, all at once; its steps are for who has threads of their own.

        Raises:
            UnknownBundle: with the names there are, or why it cannot be used.
            WorkError: a photo cannot be taken.
        """
        word, served = self.chosen(wish.bundle)
        reading = read(wish, served)
        found = found_by(reading, served)
        heat = looked_at(reading, found, served) if wish.look else []
        return self.answer(word, reading, found, heat)

    def chosen(self, name: str | None) -> tuple[BundleWord, Served]:
        """The bundle of this name, None: the own one. Slow where it has yet to be loaded.

        Raises:
            UnknownBundle: with the names there are, or why it cannot be used.
        """
        bundle = self._bundle(name)
        return bundle.word, self._models(bundle)

    def answer(
        self, word: BundleWord, reading: Reading, found: Found, heat: Sequence[Image.Image]
    ) -> LocatedPhotos:
        """All that is said of photos, for people."""
        prediction, packs = found.prediction, self._packs.packs()
        return LocatedPhotos(
            bundle=word,
            panorama=reading.panorama,
            views=len(reading.views),
            place=describe(*prediction.guess),
            prediction=protocol.Prediction.model_validate(prediction),
            belief=_belief(prediction),
            neighbours=[tile(one, prediction, packs) for one in prediction.neighbours],
            heat=[_jpeg(picture) for picture in heat],
            taken_at=_point(reading.photos[0].taken_at),
            timings=protocol.Timings(
                decode_ms=reading.decode_ms, embed_ms=found.embed_ms, locate_ms=found.locate_ms
            ),
        )

    def _bundle(self, name: str | None) -> Described:
        wanted = self._own if name is None else name
        if wanted not in self._bundles:
            names = ", ".join(word.name for word in self.words())
            raise UnknownBundle(f"bundle: expected one of {names}, got: {wanted}")
        return self._bundles[wanted]

    def _models(self, bundle: Described) -> Served:
        name = bundle.word.name
        if name not in self._loaded:
            try:
                self._loaded[name] = self._load(bundle.spec)
            except (ValueError, OSError) as error:
                raise UnknownBundle(f"bundle {name} cannot be used: {error}") from error
        return self._loaded[name]


def read(wish: LocatePhotos, served: Served) -> Reading:
    """Photos decoded and brought to size.

    Raises:
        WorkError: a photo cannot be taken.
    """
    started = perf_counter()
    photos = read_photos(wish.photos)
    panorama = is_panorama(photos, wish.panorama)
    views = _views(photos, panorama)
    fitted = [encoder_of(served).fit(view) for view in views]
    return Reading(photos, panorama, views, fitted, (perf_counter() - started) * 1000)


def found_by(reading: Reading, served: Served) -> Found:
    """What the models say, called here and now."""
    started = perf_counter()
    embedding = mean(encoder_of(served).embed(reading.fitted))
    embedded = perf_counter()
    prediction = served.geolocator.locate(embedding[np.newaxis])[0]
    embed_ms, locate_ms = (embedded - started) * 1000, (perf_counter() - embedded) * 1000
    return Found(embedding, prediction, embed_ms, locate_ms)


def looked_at(reading: Reading, found: Found, served: Served) -> list[Image.Image]:
    """Heat maps over the views; asks the encoder."""
    shown = [_shown(view) for view in reading.views]
    return heat_maps(encoder_of(served), served.geolocator, found.embedding, shown)


def encoder_of(served: Served) -> ImageEncoder:
    """The encoder of a bundle that looks at photos.

    Raises:
        UnknownBundle: it takes only embeddings.
    """
    if served.encoder is None:
        raise UnknownBundle(f"bundle {served.name} takes no photos, only embeddings")
    return served.encoder


def mean(embeddings: Sequence[NDArray[np.float32]] | NDArray[np.float32]) -> NDArray[np.float32]:
    """The embedding `(d,)` of photos of one place, from theirs."""
    return np.asarray(np.mean(embeddings, axis=0), dtype=np.float32)


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
