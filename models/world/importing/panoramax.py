"""Panoramax: a federation of open street imagery; STAC, no key.

`GET {api}/search?bbox=W,S,E,N&limit=N` answers with a STAC ItemCollection: one item a picture, its
collection the drive. The federation's search has no further pages, an instance's may link to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Literal

from pydantic import BaseModel, Field

from models.world.importing.area import Area, Item, Search, items_of, search
from models.world.importing.source import (
    BadPictureError,
    Remote,
    Skipped,
    Source,
    checked_place,
)
from models.world.importing.web import Web

API = "https://api.panoramax.xyz/api"
"""The federation: all instances at once."""

PAGE_SIZE = 100
Quality = Literal["sd", "hd"]
"""`sd` is 2048 px wide, `hd` the original."""


class _Interior(BaseModel):
    field_of_view: float | None = None


class _Properties(BaseModel):
    datetime: str | None = None
    license: str | None = None
    azimuth: float | None = Field(None, alias="view:azimuth")
    interior: _Interior | None = Field(None, alias="pers:interior_orientation")
    producer: str | None = Field(None, alias="geovisio:producer")


class _Point(BaseModel):
    coordinates: list[float] = Field(min_length=2)


class _Asset(BaseModel):
    href: str


class _Provider(BaseModel):
    name: str
    roles: list[str] = []


class _Picture(BaseModel):
    """What is read of a STAC item."""

    id: str
    geometry: _Point
    properties: _Properties
    assets: dict[str, _Asset]
    collection: str = ""
    providers: list[_Provider] = []


def find_in_panoramax(
    web: Web, area: Area, wanted: int, *, api: str = API, quality: Quality = "sd", photos: bool
) -> Iterator[Source | Skipped]:
    """Pictures in `area`, spread over it: panoramas, and with `photos` those of known angle too.

    Raises:
        StoppedError: while iterating, the search fails.
    """
    licence_of = cache(partial(_collection_licence, web, api))

    def read(item: Item) -> Source | None:
        return _source(web, _Picture.model_validate(item), quality, photos, licence_of)

    how = Search("panoramax", partial(_pages, web, api), PAGE_SIZE, read)
    return search(area.cells(wanted), how)


def _pages(web: Web, api: str, cell: Area) -> Iterator[list[Item]]:
    url, query = f"{api.rstrip('/')}/search", {"bbox": str(cell), "limit": str(PAGE_SIZE)}
    visited: set[str] = set()
    while url and url not in visited:
        visited.add(url)
        answer = web.get_json(url, query)
        yield items_of(answer, "features")
        url, query = _next(answer), {}


def _next(answer: object) -> str:
    links = items_of(answer, "links") if isinstance(answer, dict) and answer.get("links") else []
    return next((str(link.get("href", "")) for link in links if link.get("rel") == "next"), "")


def _source(
    web: Web, picture: _Picture, quality: Quality, photos: bool, licence_of: Callable[[str], str]
) -> Source | None:
    says = picture.properties
    hfov_deg = says.interior.field_of_view if says.interior else None
    if hfov_deg is None or (hfov_deg < 360 and not photos):
        return None
    lng, lat = picture.geometry.coordinates[:2]
    checked_place(lat, lng)
    asset = picture.assets.get(quality) or picture.assets.get("hd")
    if asset is None:
        raise BadPictureError(f"expected an asset {quality}, got: {', '.join(picture.assets)}")
    return Source(
        name=f"panoramax {picture.id}",
        kind="equirect" if hfov_deg >= 360 else "photo",
        files=(),
        lat=lat,
        lng=lng,
        heading=says.azimuth,
        hfov_deg=min(hfov_deg, 360.0),
        date=(says.datetime or "")[:10],
        sequence=picture.collection,
        licence=says.license or licence_of(picture.collection),
        attribution=_attribution(picture),
        remote=Remote(f"panoramax {picture.id} {quality}", partial(web.get, asset.href)),
    )


def _attribution(picture: _Picture) -> str:
    """Who took it, and Panoramax."""
    makers = [maker.name for maker in picture.providers if "producer" in maker.roles]
    return ", ".join([*(makers or filter(None, [picture.properties.producer])), "Panoramax"])


def _collection_licence(web: Web, api: str, collection: str) -> str:
    """Of the drive, where the picture itself names none; empty where that does not, either."""
    if not collection:
        return ""
    try:
        answer = web.get_json(f"{api.rstrip('/')}/collections/{collection}")
    except BadPictureError:
        return ""
    licence = answer.get("license") if isinstance(answer, dict) else None
    return licence if isinstance(licence, str) else ""
