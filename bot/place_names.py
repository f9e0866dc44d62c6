"""What places are called, asked online when somebody wants it: Nominatim, through geopy.

Nothing is asked by itself: a guess is nobody else's business unless its owner says so.
"""

from __future__ import annotations

from collections.abc import Callable

from geopy.exc import GeocoderServiceError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim

from bot.game import Guess

Name = Callable[[Guess], str]
"""A place's name, or '' where it has none or nobody answers."""

REGION_ZOOM = 8
"""Nominatim's level of detail: county or region."""

MIN_DELAY_S = 1.0
"""Between questions, as Nominatim's usage policy asks."""


def nameless(_: Guess) -> str:
    """The default: asks nobody."""
    return ""


def online_names(
    domain: str = "nominatim.openstreetmap.org",
    scheme: str = "https",
    min_delay_s: float = MIN_DELAY_S,
) -> Name:
    """Names by a Nominatim server; slow by design, one question a second."""
    nominatim = Nominatim(user_agent="homing", domain=domain, scheme=scheme, timeout=10)
    ask = RateLimiter(
        nominatim.reverse,
        min_delay_seconds=min_delay_s,
        max_retries=0,
        swallow_exceptions=False,
    )

    def name(point: Guess) -> str:
        try:
            found = ask((point.lat, point.lng), zoom=REGION_ZOOM, language="en")
        except GeocoderServiceError:
            return ""
        return str(found.address) if found else ""

    return name
