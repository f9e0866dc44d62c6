"""The truth from a drawn result, against places whose pixels the published formula gives."""

from __future__ import annotations

import pytest
from geopy.distance import great_circle

from bot.game import Guess
from bot.guess_map import MapView, to_pixel
from bot.placement.truth import DrawnResult, seen_location
from bot.sight import Box

BOX = Box(20, 30, 900, 500)
PAIRS = [
    (Guess(48.86, 2.29), Guess(-33.86, 151.21), 1.1),
    (Guess(10.0, 20.0), Guess(12.0, 18.0), 5.5),
    (Guess(60.0, -120.0), Guess(59.99, -119.97), 11.0),
]


def pin(view: MapView, point: Guess) -> Box:
    x, y = to_pixel(view, point)
    return Box(BOX.left + x - 12, BOX.top + y - 36, 24, 36)


@pytest.mark.parametrize("known", [True, False], ids=["tiles", "no tiles"])
@pytest.mark.parametrize(("guess", "truth", "zoom"), PAIRS)
def test_where_the_truth_is(guess: Guess, truth: Guess, zoom: float, known: bool) -> None:
    middle = (guess.lat + truth.lat) / 2, (guess.lng + truth.lng) / 2
    view = MapView(*middle, zoom, BOX.width, BOX.height)
    far_km = great_circle((guess.lat, guess.lng), (truth.lat, truth.lng)).km
    drawn = DrawnResult(pin(view, guess), pin(view, truth), BOX, view if known else None)
    seen = seen_location(guess, far_km, drawn)
    assert great_circle((seen.lat, seen.lng), (truth.lat, truth.lng)).km < 0.02 * far_km
    assert great_circle((seen.lat, seen.lng), (guess.lat, guess.lng)).km == pytest.approx(
        far_km, rel=1e-5
    )
