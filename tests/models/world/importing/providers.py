"""Panoramax and Mapillary on a web of loopback: their documented protocols."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from models.world.importing.web import Web
from tests.models.world.importing.online import Answer, Asked, StandIn


@dataclass(frozen=True)
class Shot:
    """A picture at a provider."""

    id: str
    lat: float
    lng: float
    heading: float | None = 10.0
    hfov_deg: float | None = 360.0
    drive: str = "drive"


def shots(count: int, **more: Any) -> list[Shot]:
    """Along the diagonal of the box 2,48,2.09,48.09."""
    return [
        Shot(f"{1000 + i}", 48.0 + 0.09 * (i + 0.5) / count, 2.0 + 0.09 * (i + 0.5) / count, **more)
        for i in range(count)
    ]


def jpeg_of(shot: Shot) -> bytes:
    size = (64, 32) if shot.hfov_deg == 360 else (48, 32)
    hue = int(shot.id) % 7 * 30
    data = io.BytesIO()
    Image.new("RGB", size, (hue, 200 - hue, 90)).save(data, "JPEG")
    return data.getvalue()


def inside(shot: Shot, bbox: str) -> bool:
    west, south, east, north = map(float, bbox.split(","))
    return south <= shot.lat <= north and west <= shot.lng <= east


@dataclass
class Provider:
    """What the contract needs of one: its pictures, and what belongs to it."""

    stand_in: StandIn
    shots: list[Shot]
    broken: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Put its routes on the stand-in."""
        raise NotImplementedError

    def picture(self, shot_id: str) -> Answer:
        shot = next(shot for shot in self.shots if shot.id == shot_id)
        if shot_id in self.gone:
            return Answer(404)
        body = jpeg_of(shot)
        return Answer(body=body[: len(body) // 2] if shot_id in self.broken else body)

    def fetched(self) -> list[str]:
        """Ids of the pictures asked for, in order."""
        raise NotImplementedError

    def search_answer(self, shots: list[Shot]) -> Answer:
        raise NotImplementedError

    def find(self, web: Web, area: Any, wanted: int, *, photos: bool = False) -> Iterator[Any]:
        raise NotImplementedError


class Panoramax(Provider):
    """`/api/search` as the federation answers it: one page, no match count, no next link."""

    paged = False
    licensed = True

    def open(self) -> None:
        routes = self.stand_in.routes
        routes["/api/search"] = self.search
        routes["/api/pictures/"] = lambda asked: self.picture(asked.path.split("/")[3])
        routes["/api/collections/"] = lambda asked: self.collection(asked.path.split("/")[3])

    def search(self, asked: Asked) -> Answer:
        start, limit = int(asked.query.get("token", 0)), int(asked.query["limit"])
        hits = [shot for shot in self.shots if inside(shot, asked.query["bbox"])]
        answer = {
            "type": "FeatureCollection",
            "features": [self.item(shot) for shot in hits[start : start + limit]],
            "links": [],
        }
        if self.paged and start + limit < len(hits):
            box = f"bbox={asked.query['bbox']}&limit={limit}&token={start + limit}"
            answer["links"] = [{"rel": "next", "href": f"{self.stand_in.url}/api/search?{box}"}]
        return Answer(body=json.dumps(answer).encode())

    def search_answer(self, shots: list[Shot]) -> Answer:
        return Answer(body=json.dumps({"features": [self.item(shot) for shot in shots]}).encode())

    def item(self, shot: Shot) -> dict[str, Any]:
        says: dict[str, Any] = {
            "datetime": "2024-08-09T16:00:00+00:00",
            "geovisio:producer": "ada",
            "view:azimuth": shot.heading,
            "pers:interior_orientation": {
                "camera_manufacturer": "GoPro",
                "field_of_view": shot.hfov_deg,
            },
        }
        if self.licensed:
            says["license"] = "CC-BY-SA-4.0"
        hrefs = {q: f"{self.stand_in.url}/api/pictures/{shot.id}/{q}.jpg" for q in ("hd", "sd")}
        return {
            "type": "Feature",
            "id": shot.id,
            "collection": shot.drive,
            "geometry": {"type": "Point", "coordinates": [shot.lng, shot.lat]},
            "properties": says,
            "providers": [{"name": "Ada L.", "roles": ["producer"]}],
            "assets": {q: {"href": href, "type": "image/jpeg"} for q, href in hrefs.items()},
        }

    def collection(self, drive: str) -> Answer:
        return Answer(body=json.dumps({"id": drive, "license": "etalab-2.0"}).encode())

    def fetched(self) -> list[str]:
        return [a.path.split("/")[3] for a in self.stand_in.asked if "/pictures/" in a.path]

    def find(self, web: Web, area: Any, wanted: int, *, photos: bool = False) -> Iterator[Any]:
        from models.world.importing.panoramax import find_in_panoramax

        api = f"{self.stand_in.url}/api"
        return find_in_panoramax(web, area, wanted, api=api, photos=photos)


class Mapillary(Provider):
    """The graph as documented: small boxes only, a token, and addresses that expire."""

    token = "MLY|test"
    expired = False

    def open(self) -> None:
        routes = self.stand_in.routes
        routes["/"] = self.entity
        routes["/images"] = self.search
        routes["/thumb/"] = self.thumb

    def allowed(self, asked: Asked) -> bool:
        return asked.headers.get("Authorization") == f"OAuth {self.token}"

    def search(self, asked: Asked) -> Answer:
        if not self.allowed(asked):
            return Answer(401, b'{"error": {"type": "OAuthException", "code": 190}}')
        west, south, east, north = map(float, asked.query["bbox"].split(","))
        if (east - west) * (north - south) >= 0.01:
            return Answer(400, b'{"error": {"message": "bbox too large"}}')
        hits = [shot for shot in self.shots if inside(shot, asked.query["bbox"])]
        if asked.query.get("is_pano") == "true":
            hits = [shot for shot in hits if shot.hfov_deg == 360]
        return self.search_answer(hits[: int(asked.query.get("limit", 2000))])

    def search_answer(self, shots: list[Shot]) -> Answer:
        sig = "old" if self.expired else "new"
        return Answer(body=json.dumps({"data": [self.item(shot, sig) for shot in shots]}).encode())

    def item(self, shot: Shot, sig: str) -> dict[str, Any]:
        is_pano = shot.hfov_deg == 360
        focal = 0.5 / math.tan(math.radians((shot.hfov_deg or 90) / 2))
        return {
            "id": shot.id,
            "geometry": {"type": "Point", "coordinates": [shot.lng + 1, shot.lat]},
            "computed_geometry": {"type": "Point", "coordinates": [shot.lng, shot.lat]},
            "compass_angle": 1.0,
            "computed_compass_angle": shot.heading,
            "captured_at": 1723219200000,
            "is_pano": is_pano,
            "sequence": shot.drive,
            "creator": {"username": "Ada L.", "id": "7"},
            "camera_type": "spherical" if is_pano else "perspective",
            "camera_parameters": [] if is_pano else [focal, 0.0, 0.0],
            "width": 4000,
            "height": 2000 if is_pano else 3000,
            "thumb_2048_url": f"{self.stand_in.url}/thumb/{shot.id}?sig={sig}",
        }

    def entity(self, asked: Asked) -> Answer:
        if not self.allowed(asked):
            return Answer(401)
        url = f"{self.stand_in.url}/thumb{asked.path}?sig=new"
        body = {"id": asked.path[1:], asked.query["fields"]: url}
        return Answer(body=json.dumps(body).encode())

    def thumb(self, asked: Asked) -> Answer:
        if asked.query["sig"] != "new":
            return Answer(403, b"URL signature expired")
        return self.picture(asked.path.split("/")[2])

    def fetched(self) -> list[str]:
        return [a.path.split("/")[2] for a in self.stand_in.asked if "/thumb/" in a.path]

    def find(self, web: Web, area: Any, wanted: int, *, photos: bool = False) -> Iterator[Any]:
        from models.world.importing import mapillary

        there = mapillary.Mapillary(web, self.token, self.stand_in.url)
        return there.find(area, wanted, photos=photos)
