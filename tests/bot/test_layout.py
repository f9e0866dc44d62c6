"""What sites write, in numbers."""

from __future__ import annotations

import pytest

from bot.layout import clock_s, distance_km, points, round_and_count, things_of
from bot.sites import geoguessr


@pytest.mark.parametrize(
    ("text", "km"),
    [
        ("Your guess was 1131.5mi away", 1820.97),
        ("1,131.5 miles", 1820.97),
        ("850 m", 0.85),
        ("12 345 km", 12345),
        ("4,562.90 km from the spot", 4562.9),
        ("300 ft", 0.09144),
        ("nothing", None),
    ],
)
def test_distances(text: str, km: float | None) -> None:
    assert distance_km(text) == (None if km is None else pytest.approx(km, rel=1e-5))


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("4,711 points", 4711),
        ("Your guess was 31.5mi away You got 2012 points", 2012),
        ("PERFECT 5K", 5000),
        ("0", 0),
        ("-", None),
    ],
)
def test_points(text: str, score: int | None) -> None:
    assert points(text) == score


def test_clocks_and_rounds() -> None:
    assert [clock_s(t) for t in ("0:57", "1:02:03", "15", "")] == [57, 3723, 15, None]
    assert round_and_count("Round 2 / 5") == (2, 5)
    assert round_and_count("Round 7") == (7, None)
    assert round_and_count("") == (None, None)


def test_a_layout_names_each_thing_once() -> None:
    things = things_of(geoguessr.CLASSIC)
    assert len(things) == len(set(things))
    assert {geoguessr.TRUTH_PIN, geoguessr.TILES, geoguessr.MODAL.closer} <= set(things)
