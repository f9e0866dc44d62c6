"""The words of `/api/locate`: photos in, where they were taken and why out."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.protocol import Image, Km, Lat, Lng, Neighbour, PointWord, Prediction, Timings, Word

MAX_PHOTOS = 4
"""Of one place: as many as a panorama has views."""
MAX_PHOTO_BYTES = 32 * 2**20
MAX_UPLOAD_BYTES = 64 * 2**20
"""Of a whole request, base64 included."""


class LocatePhotos(Word):
    """Photos of one place, to be located together. None of them is kept."""

    photos: list[Image] = Field(
        min_length=1, max_length=MAX_PHOTOS, description="JPEG, PNG, WebP or HEIC"
    )
    panorama: bool | None = Field(
        default=None,
        description="Whether the one photo is an equirectangular panorama; null: if it is 2:1",
    )
    bundle: str | None = Field(default=None, max_length=256, description="Null: the server's own")
    look: bool = Field(default=True, description="Draw heat maps of what spoke for the guess")


class BundleWord(Word):
    """A bundle that can be asked."""

    name: str
    about: str = Field(description="What it was trained on or indexed from, for people")
    caveat: str = Field(description="What it cannot know, for people; may be ''")


class BelievedPlace(Word):
    """A place where the photo may have been taken, of the posterior."""

    lat: Lat
    lng: Lng
    probability: float = Field(ge=0, le=1)
    spread_km: Km = Field(description="Root mean square distance of what it stands for")


class NeighbourTile(Neighbour):
    """A retrieved neighbour, to be shown."""

    place: str = Field(description="In words: nearest place and country")
    distance_km: Km = Field(description="From the guess")
    group: Literal["retrieval", "classification"] = Field(
        description="retrieval: the refined guess is where it is; classification: the best match "
        "in another of the probable geocells"
    )
    thumbnail: Image | None = Field(description="JPEG; null: its pack is not at hand")


class LocatedPhotos(Word):
    """Where photos were taken, and why."""

    bundle: BundleWord
    panorama: bool = Field(description="Whether the photo was read as a panorama")
    views: int = Field(ge=1, description="How many the prediction rests on")
    place: str = Field(description="Of the guess, in words: nearest place and country")
    prediction: Prediction
    belief: list[BelievedPlace] = Field(description="The posterior, most probable first")
    neighbours: list[NeighbourTile] = Field(description="The prediction's, most similar first")
    heat: list[Image] = Field(description="JPEG, one a view; empty: the bundle does not look")
    taken_at: PointWord | None = Field(
        description="What the first photo's EXIF says; read after the guess, for comparison only"
    )
    timings: Timings
