"""What analysts read: every field is there, and a player's name runs no formula."""

from __future__ import annotations

import csv
import json

from server.statistics.export import csv_lines, json_lines
from server.statistics.words import PhaseTimes, PlayedRound
from tests.server.statistics.conftest import finished

TIMES = PhaseTimes(capture_ms=1, locate_ms=2, place_ms=3)
FULL = PlayedRound(
    **finished(player='=HYPERLINK("x")', bundle="a,b", time_s=4.5, times=TIMES).model_dump(
        exclude={"id"}
    ),
    country="GH",
    distance_km=111.2,
)
BARE = PlayedRound(
    **finished(guess=None, score=0).model_dump(exclude={"id"}), country="", distance_km=None
)


def test_csv_is_read_again() -> None:
    full, bare = csv.DictReader("".join(csv_lines([FULL, BARE])).splitlines())
    assert full == {
        "site": "worldguessr",
        "match": "m1",
        "number": "1",
        "ended_at": "1700000000.0",
        "player": '\'=HYPERLINK("x")',
        "bundle": "a,b",
        "lat": "0.0",
        "lng": "0.0",
        "country": "GH",
        "guess_lat": "0.0",
        "guess_lng": "1.0",
        "distance_km": "111.2",
        "score": "4000",
        "time_s": "4.5",
        "capture_ms": "1.0",
        "locate_ms": "2.0",
        "place_ms": "3.0",
    }
    assert [bare[name] for name in ("guess_lat", "distance_km", "time_s", "place_ms")] == [""] * 4


def test_json_lines_are_read_again() -> None:
    lines = list(json_lines([FULL, BARE]))
    assert [PlayedRound.model_validate(json.loads(line)) for line in lines] == [FULL, BARE]
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)
