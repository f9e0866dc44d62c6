"""What the chat did in a round, on the wire: told after the reveal only."""

from __future__ import annotations

from pydantic import Field

from server.live.chat.room import MAX_NAME
from server.protocol import Km, PointWord, Word

MAX_CLOSEST = 5


class ViewerTurn(Word):
    """One viewer's guess."""

    name: str = Field(max_length=MAX_NAME)
    guess: PointWord
    distance_km: Km
    score: int = Field(ge=0, le=5000)


class CombinedTurn(Word):
    """All viewers' guesses as one: their spherical median."""

    guess: PointWord
    distance_km: Km
    score: int = Field(ge=0, le=5000)


class ChatSummary(Word):
    """A round of the chat's, for the overlay to show once the truth is out."""

    match: str
    number: int = Field(ge=1)
    viewers: int = Field(ge=0, description="How many guessed")
    closest: list[ViewerTurn] = Field(max_length=MAX_CLOSEST, description="Nearest first")
    mean_score: float = Field(ge=0, le=5000, description="0: nobody guessed")
    combined: CombinedTurn | None = Field(description="Null: nobody guessed")
