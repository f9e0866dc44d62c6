"""Where a location is, in words; places looked up in an atlas."""

from __future__ import annotations

import pytest

from server.arena.place_words import describe


@pytest.mark.parametrize(
    ("lat", "lng", "words"),
    [
        (44.6600, -1.1680, ("Arcachon", "France")),
        (1.2899, 103.8519, ("Singapore",)),
        (-13.1631, -72.5450, ("km from", "Peru")),
        (0.0, -30.0, (" km from", ",")),  # the middle of the Atlantic
    ],
)
def test_nearest_place_and_country(lat: float, lng: float, words: tuple[str, ...]) -> None:
    for word in words:
        assert word in describe(lat, lng)
