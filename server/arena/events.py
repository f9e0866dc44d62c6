"""The words of a match's log. What happened, in order; everything else is computed from it.

The log holds the truth of rounds still to be played: it never leaves the server while they are.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from server.arena.words import Pin, Rules
from server.protocol import Heading, Km, Lat, Lng, Word


class Planned(Word):
    """The truth of one round, drawn when the match is made."""

    panorama: str
    """Its id in the pack."""
    lat: Lat
    lng: Lng
    heading: Heading
    hfov_deg: float
    licence: str
    attribution: str
    place: str
    """Where that is, in words; may be empty."""


class _Event(Word):
    at: float
    """Unix time, seconds, of the server's clock."""


class MatchCreated(_Event):
    """The first event of every log; all later ones are about its rounds."""

    type: Literal["match_created"] = "match_created"
    pack: str
    diagonal_km: Km
    rules: Rules
    seed: int
    """Draws the same panoramas from the same pack again."""
    name: str
    """Of the seat."""
    token_sha256: str
    """Of the seat's token, hexadecimal; the token itself is kept nowhere."""
    rounds: tuple[Planned, ...]


class RoundStarted(_Event):
    """The picture may be seen and the clock runs."""

    type: Literal["round_started"] = "round_started"
    number: int


class PinPlaced(_Event):
    """The pin that a deadline would submit."""

    type: Literal["pin_placed"] = "pin_placed"
    number: int
    pin: Pin


class GuessMade(_Event):
    """The seat submitted; the round is over."""

    type: Literal["guess_made"] = "guess_made"
    number: int
    guess: Pin


class RoundTimedOut(_Event):
    """The clock ran out; `at` is the deadline, not when someone noticed."""

    type: Literal["round_timed_out"] = "round_timed_out"
    number: int
    guess: Pin | None
    """The pin that lay there; None: no guess, no points."""


Event = Annotated[
    MatchCreated | RoundStarted | PinPlaced | GuessMade | RoundTimedOut,
    Field(discriminator="type"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and writes events."""
