"""The words of a study's logs: one log of the study, one of each person.

Orders, opponents and seats stand in them: they leave the server only when the study is unblinded.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from server.experiments.assignment import Opponent
from server.experiments.plan import Frozen
from server.protocol import Km, Lat, Lng, Word


class _Event(Word):
    at: float
    """Unix time, seconds, of the server's clock."""


class StudyOpened(_Event):
    """The first event of a study's log."""

    type: Literal["study_opened"] = "study_opened"
    frozen: Frozen
    secret: str
    """Draws all orders, sets, seats and names; its SHA-256 is shown from the start."""
    invite_sha256: str
    experimenter_sha256: str
    runner_sha256: str
    """Of the token by which the bot gets its seats."""
    consent: str
    """Markdown."""
    debrief: str
    """Markdown."""


class Admitted(_Event):
    """A person came in as the `number`-th one, from 0."""

    type: Literal["admitted"] = "admitted"
    person: str
    number: int


class Ticked(_Event):
    """Whoever wrote this makes the matches of that tick."""

    type: Literal["ticked"] = "ticked"
    tick: int


class Looked(_Event):
    """A planned look was taken."""

    type: Literal["looked"] = "looked"
    number: int
    decided: bool


class Closed(_Event):
    """Nobody new comes in, no match begins; what was who may be told."""

    type: Literal["closed"] = "closed"
    why: str


class Joined(_Event):
    """The first event of a person's log: they have consented."""

    type: Literal["joined"] = "joined"
    nickname: str
    token_sha256: str
    consent_sha256: str
    """Of the text that they consented to."""
    number: int


class PracticeOpened(_Event):
    """A match of one round, alone."""

    type: Literal["practice_opened"] = "practice_opened"
    match: str
    seat_token: str


class Ready(_Event):
    """They want a match and wait for it."""

    type: Literal["ready"] = "ready"


class Met(_Event):
    """A match was opened for them."""

    type: Literal["met"] = "met"
    match: str
    seat_token: str
    seat: int
    alias: str
    avatar: int
    rival_alias: str
    rival_avatar: int
    set: int
    opponent: Opponent
    rival: str | None
    """The other person."""
    bot_seat_token: str | None
    swapped: bool
    """Their order said the other kind: they yielded, or were alone."""


class PlayedRound(Word):
    """A round of a match that is over, both halves of it where the opponent is a bot."""

    number: int
    panorama: str
    lat: Lat
    lng: Lng
    score: int
    distance_km: Km | None
    time_s: float
    timed_out: bool
    bot_score: int | None = None
    bot_distance_km: Km | None = None
    bot_time_s: float | None = None


class MatchOver(_Event):
    """The match that they were in is over."""

    type: Literal["match_over"] = "match_over"
    won: float
    """1, 0, or 0.5 for a draw."""
    rounds: tuple[PlayedRound, ...]


class Answered(_Event):
    """What they took the opponent for."""

    type: Literal["answered"] = "answered"
    said_bot: bool
    sure: int


class GaveUp(_Event):
    """The study is over: the matches that are left fall out."""

    type: Literal["gave_up"] = "gave_up"


StudyEvent = StudyOpened | Admitted | Ticked | Looked | Closed
PersonEvent = Joined | PracticeOpened | Ready | Met | MatchOver | Answered | GaveUp
Event = Annotated[StudyEvent | PersonEvent, Field(discriminator="type")]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and writes events."""
