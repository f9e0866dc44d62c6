"""Google Street View Static: what is where, and nothing more.

`GET {api}/metadata?location=LAT,LNG&key=...` is free of charge and answers with a `status`. The
Google Maps Platform terms (3.2.3) forbid bulk download, caching of anything but panorama ids, and
derived content such as training data. So there is no import: this answers whether and when Street
View was at a place, for a person who asks.
https://developers.google.com/maps/documentation/streetview/metadata
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from models.world.importing.source import StoppedError
from models.world.importing.web import Web, WebError

API = "https://maps.googleapis.com/maps/api/streetview"
TERMS = (
    "Google's terms forbid bulk download, storing anything but panorama ids, and training on "
    "Street View; nothing is stored here."
)
NOWHERE = frozenset({"ZERO_RESULTS", "NOT_FOUND"})
REFUSED = frozenset({"OVER_QUERY_LIMIT", "REQUEST_DENIED", "INVALID_REQUEST"})
TRIES = 3
"""For a status that says to try again."""


class _Location(BaseModel):
    lat: float
    lng: float


class _Answer(BaseModel):
    status: str
    pano_id: str = ""
    location: _Location | None = None
    date: str = ""
    copyright: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The panorama nearest to a place."""

    pano_id: str
    lat: float
    lng: float
    date: str
    """YYYY-MM or YYYY; empty where unknown."""
    attribution: str


def street_view_at(
    web: Web, key: str, place: tuple[float, float], *, api: str = API
) -> Coverage | None:
    """The outdoor panorama within 50 m of `place`, or None.

    Raises:
        StoppedError: the service refuses, or cannot be had; the message has no key in it.
    """
    lat, lng = place
    query = {"location": f"{lat:.7f},{lng:.7f}", "source": "outdoor", "key": key}
    answer = _Answer(status="")
    for _ in range(TRIES):
        answer = _asked(web, f"{api.rstrip('/')}/metadata", query)
        if answer.status == "OK" and answer.location:
            at = answer.location
            return Coverage(answer.pano_id, at.lat, at.lng, answer.date, answer.copyright)
        if answer.status in NOWHERE:
            return None
        if answer.status in REFUSED:
            break
    raise StoppedError(f"Street View: expected OK or ZERO_RESULTS, got: {answer.status}")


def _asked(web: Web, url: str, query: dict[str, str]) -> _Answer:
    try:
        return _Answer.model_validate(web.get_json(url, query))
    except ValidationError as error:
        raise StoppedError("Street View: expected an object with a status, got another") from error
    except WebError as error:
        raise StoppedError(f"Street View: {error}") from error
