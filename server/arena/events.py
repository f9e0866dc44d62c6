"""The words of a match's log. What happened, in order; everything else is computed from it.

The log holds the truth of rounds still to be played: it never leaves the server while they are.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from server.arena.words import Pin, Rules, SharedRules
from server.protocol import Heading, Km, Lat, Lng, Prediction, Word


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


class Shared(Word):
    """How a match is shared, and the SHA-256 of what opens it, hexadecimal."""

    rules: SharedRules
    host_sha256: str
    invite_sha256: str
    watch_sha256: str


class MatchCreated(_Event):
    """The first event of every log."""

    type: Literal["match_created"] = "match_created"
    pack: str
    diagonal_km: Km
    rules: Rules
    seed: int
    """Draws the same panoramas from the same pack again; a study's without those of other sets."""
    name: str = ""
    """Of the only seat; '' where the match is shared."""
    token_sha256: str = ""
    """Of its token, hexadecimal; the token itself is kept nowhere."""
    rounds: tuple[Planned, ...]
    shared: Shared | None = None


class SeatTaken(_Event):
    """Seats are numbered from 0 as they are taken."""

    type: Literal["seat_taken"] = "seat_taken"
    name: str
    token_sha256: str
    team: int | None
    player_sha256: str | None
    """Of the token by which the player keeps the name."""


class MatchStarted(_Event):
    """The lobby is closed; round 1 is next."""

    type: Literal["match_started"] = "match_started"


class SeatReady(_Event):
    """A seat wants the round to start before its time."""

    type: Literal["seat_ready"] = "seat_ready"
    number: int
    seat: int


class RoundStarted(_Event):
    """The picture may be seen and the clock runs."""

    type: Literal["round_started"] = "round_started"
    number: int


class PinPlaced(_Event):
    """The pin that a deadline would submit."""

    type: Literal["pin_placed"] = "pin_placed"
    number: int
    pin: Pin
    seat: int = 0


class PredictionMade(_Event):
    """What a geolocator told a seat; for replays."""

    type: Literal["prediction_made"] = "prediction_made"
    number: int
    prediction: Prediction
    seat: int = 0


class GuessMade(_Event):
    """The seat submitted; with the last of them the round is over."""

    type: Literal["guess_made"] = "guess_made"
    number: int
    guess: Pin
    seat: int = 0


class RoundTimedOut(_Event):
    """The clock ran out; `at` is the deadline, not when someone noticed.

    The pins that lie there are submitted; without a pin there is no guess and no points.
    """

    type: Literal["round_timed_out"] = "round_timed_out"
    number: int
    guess: Pin | None = None
    """The pin of the only seat; where seats are several, their pins stand in the log before."""


Event = Annotated[
    MatchCreated
    | SeatTaken
    | MatchStarted
    | SeatReady
    | RoundStarted
    | PinPlaced
    | PredictionMade
    | GuessMade
    | RoundTimedOut,
    Field(discriminator="type"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and writes events."""
