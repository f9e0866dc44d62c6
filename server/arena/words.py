"""The arena's words on the wire: what a seat may send and see.

Nothing here holds the truth of a running round: `Outcome` exists only once a round is over.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.protocol import Heading, Km, Lat, Lng, PointWord, Word

MAX_ROUNDS = 50


class Rules(Word):
    """How rounds are played. Moving is never possible: a panorama is one place."""

    rounds: int = Field(default=5, ge=1, le=MAX_ROUNDS)
    time_limit_s: int | None = Field(
        default=None, ge=5, le=3600, description="Per round; null: no clock"
    )
    pan: bool = Field(default=True, description="False: the view stays where it starts")
    zoom: bool = Field(default=True, description="False: the view keeps its field of view")


class NewMatch(Word):
    """Wish for a match on the panoramas of one pack."""

    pack: str
    split: Literal["train", "validation", "test", "holdout"] | None = Field(
        default=None, description="Play only this split; null: all panoramas"
    )
    seed: int | None = Field(default=None, description="Same seed, same panoramas; null: any")
    name: str = Field(default="Player", min_length=1, max_length=40, description="Of the seat")
    rules: Rules = Rules()


class Seated(Word):
    """A new match and the caller's seat in it."""

    match: str
    seat_token: str = Field(description="Bearer token of this seat; keep it to come back")


class PackWord(Word):
    """A pack that can be played."""

    name: str
    about: str
    panoramas: int = Field(description="How many")
    by_split: dict[str, int] = Field(description="How many in each split")


class RoundWord(Word):
    """A running round: the picture and the clock, nothing of the place."""

    number: int = Field(ge=1)
    image: str = Field(description="Path of the equirectangular JPEG, for this seat's token")
    heading: Heading = Field(description="Of the picture's centre column")
    hfov_deg: float = Field(gt=0, le=360, description="What the picture covers; 360: all round")
    time_left_s: float | None = Field(ge=0, description="Null: no clock")
    pin: PointWord | None = Field(description="Placed but not submitted; guessed at the deadline")


class Outcome(Word):
    """A round that is over."""

    number: int = Field(ge=1)
    location: PointWord = Field(description="The truth")
    guess: PointWord | None = Field(description="Null: the clock ran out without a pin")
    distance_km: Km | None
    score: int = Field(ge=0, le=5000)
    time_s: float = Field(ge=0, description="From the round's start to its end")
    licence: str
    attribution: str
    place: str = Field(description="Where that is, in words: nearest place and country; may be ''")


class MatchWord(Word):
    """A match as one seat may see it now."""

    match: str
    name: str = Field(description="Of the seat")
    pack: str
    rules: Rules
    diagonal_km: Km = Field(description="The map's size: score decays by e per tenth of it")
    phase: Literal["ready", "round", "over"] = Field(
        description="ready: the next round may be started"
    )
    round: RoundWord | None = Field(description="The running round")
    outcomes: list[Outcome] = Field(description="Rounds that are over, in order")
    total_score: int = Field(ge=0)


class Pin(Word):
    """A place on the guess map, for the running round."""

    lat: Lat
    lng: Lng


class Refusal(Word):
    """Why the arena refused; the body of every 4xx answer."""

    detail: str
