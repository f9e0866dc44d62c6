"""Mapillary, API v4: street imagery under CC BY-SA 4.0; needs a client token.

`GET {api}/images?bbox=W,S,E,N&fields=...` answers with `{"data": [...]}`, for boxes under 0.01
square degrees. The addresses of pictures expire; `GET {api}/{id}?fields=...` gives new ones.
https://www.mapillary.com/developer/api-documentation
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from pydantic import BaseModel, Field

from models.world.importing.area import Area, Item, Search, items_of, search
from models.world.importing.source import BadPictureError, Remote, Skipped, Source, checked_place
from models.world.importing.web import Web, WebError

API = "https://graph.mapillary.com"
LICENCE = "CC-BY-SA-4.0"
PAGE_SIZE = 100
"""Of up to 2,000."""
MAX_DEG2 = 0.01
"""Square degrees: a box must be smaller."""

Quality = Literal["sd", "hd"]
THUMBS: dict[Quality, str] = {"sd": "thumb_2048_url", "hd": "thumb_original_url"}
FIELDS = (
    "id,geometry,computed_geometry,compass_angle,computed_compass_angle,captured_at,is_pano,"
    "sequence,creator,camera_type,camera_parameters,width,height"
)
EXPIRED = frozenset({400, 403, 404, 410})


class _Point(BaseModel):
    coordinates: list[float] = Field(min_length=2)


class _Creator(BaseModel):
    username: str = ""


class _Picture(BaseModel):
    """What is read of an image. The computed values come from structure from motion: better."""

    id: str
    geometry: _Point
    computed_geometry: _Point | None = None
    compass_angle: float | None = None
    computed_compass_angle: float | None = None
    captured_at: float | None = None
    """Milliseconds since 1970."""
    is_pano: bool = False
    sequence: str = ""
    creator: _Creator = _Creator()
    camera_type: str = ""
    camera_parameters: list[float] = []
    """Of perspective cameras: focal length in units of the longer side, distortion k1, k2."""
    width: int = 0
    height: int = 0


class Mapillary:
    """Mapillary with somebody's token, which goes to the API's own addresses only."""

    def __init__(self, web: Web, token: str, api: str = API) -> None:
        self._web = web
        self._api = api.rstrip("/")
        self._headers = {"Authorization": f"OAuth {token}"}

    def find(
        self, area: Area, wanted: int, *, quality: Quality = "sd", photos: bool
    ) -> Iterator[Source | Skipped]:
        """Pictures in `area`, spread over it: panoramas, and with `photos` those of known angle.

        Raises:
            ValueError: `area` is too large.
            StoppedError: while iterating, the search fails.
        """
        thumb = THUMBS[quality]
        pages = partial(self._pages, thumb, photos)
        how = Search("mapillary", pages, PAGE_SIZE, partial(self._read, thumb, photos))
        return search(area.cells(wanted, MAX_DEG2), how)

    def _pages(self, thumb: str, photos: bool, cell: Area) -> Iterator[list[Item]]:
        query = {"bbox": str(cell), "fields": f"{FIELDS},{thumb}", "limit": str(PAGE_SIZE)}
        if not photos:
            query["is_pano"] = "true"
        try:
            answer = self._web.get_json(f"{self._api}/images", query, self._headers)
        except WebError as error:
            if error.status in {401, 403}:
                raise BadPictureError(f"{error}: expected a valid token") from error
            raise
        yield items_of(answer, "data")

    def _read(self, thumb: str, photos: bool, item: Item) -> Source | None:
        picture = _Picture.model_validate(item)
        hfov_deg = 360.0 if picture.is_pano else _photo_hfov_deg(picture)
        if hfov_deg is None or not (picture.is_pano or photos):
            return None
        lng, lat = (picture.computed_geometry or picture.geometry).coordinates[:2]
        checked_place(lat, lng)
        heading = picture.computed_compass_angle
        return Source(
            name=f"mapillary {picture.id}",
            kind="equirect" if picture.is_pano else "photo",
            files=(),
            lat=lat,
            lng=lng,
            heading=picture.compass_angle if heading is None else heading,
            hfov_deg=hfov_deg,
            date=_day(picture.captured_at),
            sequence=picture.sequence,
            licence=LICENCE,
            attribution=", ".join(filter(None, [picture.creator.username, "Mapillary"])),
            remote=Remote(
                f"mapillary {picture.id} {thumb}",
                partial(self._fetch, picture.id, thumb, str(item.get(thumb) or "")),
            ),
        )

    def _fetch(self, image_id: str, thumb: str, url: str) -> bytes:
        """The picture; where its address has expired, from a new one."""
        try:
            return self._web.get(url)
        except WebError as error:
            if url and error.status not in EXPIRED:
                raise
        answer = self._web.get_json(f"{self._api}/{image_id}", {"fields": thumb}, self._headers)
        fresh = answer.get(thumb) if isinstance(answer, dict) else None
        if not isinstance(fresh, str):
            raise BadPictureError(f"expected {thumb}, got none")
        return self._web.get(fresh)


def _photo_hfov_deg(picture: _Picture) -> float | None:
    """Horizontal angle of a perspective photo; None of others, and where nothing tells."""
    longer = max(picture.width, picture.height)
    if picture.camera_type != "perspective" or not picture.camera_parameters or not longer:
        return None
    focal = picture.camera_parameters[0]
    if focal <= 0:
        return None
    return math.degrees(2 * math.atan(picture.width / longer / 2 / focal))


def _day(captured_ms: float | None) -> str:
    if captured_ms is None:
        return ""
    try:
        return datetime.fromtimestamp(captured_ms / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
