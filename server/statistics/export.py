"""Rounds as lines of a file: JSON, or CSV for a spreadsheet. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from server.statistics.words import PlayedRound

COLUMNS = (
    "site",
    "match",
    "number",
    "ended_at",
    "player",
    "bundle",
    "lat",
    "lng",
    "country",
    "guess_lat",
    "guess_lng",
    "distance_km",
    "score",
    "time_s",
    "capture_ms",
    "locate_ms",
    "place_ms",
)

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run, if a player's name began with it."""


def json_lines(rounds: Iterable[PlayedRound]) -> Iterator[str]:
    """A `PlayedRound` a line."""
    return (one.model_dump_json() + "\n" for one in rounds)


def csv_lines(rounds: Iterable[PlayedRound]) -> Iterator[str]:
    """`COLUMNS`, then a line a round; what is unknown is empty."""
    yield _line(COLUMNS)
    for one in rounds:
        yield _line(_cells(one))


def _cells(one: PlayedRound) -> list[object]:
    guess, times = one.guess, one.times
    return [
        _text(one.site),
        _text(one.match),
        one.number,
        one.ended_at,
        _text(one.player),
        _text(one.bundle or ""),
        one.location.lat,
        one.location.lng,
        one.country,
        *((guess.lat, guess.lng) if guess else ("", "")),
        "" if one.distance_km is None else one.distance_km,
        one.score,
        "" if one.time_s is None else one.time_s,
        *((times.capture_ms, times.locate_ms, times.place_ms) if times else ("", "", "")),
    ]


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _line(cells: Iterable[object]) -> str:
    file = StringIO()
    csv.writer(file).writerow(cells)
    return file.getvalue()
