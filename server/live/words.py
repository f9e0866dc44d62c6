"""The show's words on the wire: what an overlay is told, what seats and the operator say.

No word tells which match it is, or a guess or the truth but in `Reveal`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from server.arena.words import MAX_SEATS, BlowWord, Mode, TurnWord
from server.protocol import MAX_VIEWS, Heading, Km, PointWord, RankedGeocell, Word

LIVE_SUBPROTOCOL = "homing.live.v1"
"""Of the WebSocket that pushes a show."""

MAX_DELAY_S = 600
MAX_QUEUE = 50
MAX_CANDIDATES = 64
GRID_DECIMALS = 1
"""Of degrees: some 10 km. A geocell's centroid may be the very guess; heat on a map needs less."""


def _coarse(cell: RankedGeocell) -> RankedGeocell:
    at = {"lat": round(cell.lat, GRID_DECIMALS), "lng": round(cell.lng, GRID_DECIMALS)}
    return cell.model_copy(update=at)


Candidate = Annotated[RankedGeocell, AfterValidator(_coarse)]


class Belief(Word):
    """What a seat's geolocator thinks possible, without what it will guess."""

    views: int = Field(ge=1, le=MAX_VIEWS, description="How many views it rests on")
    cells: list[Candidate] = Field(
        max_length=MAX_CANDIDATES, description="Most probable first; to a tenth of a degree"
    )


class ShownView(Word):
    """A picture that a seat's bot has captured; its JPEG has a path of its own."""

    number: int = Field(ge=1)
    heading: Heading
    heat: bool = Field(
        default=False, description="What spoke for its guess is to be had, at the view's path /heat"
    )


class ShownSeat(Word):
    """A player in the shown round."""

    name: str
    side: int = Field(ge=0, description="Its place in `sides`")
    locked: bool
    views: list[ShownView] = Field(description="In order; empty: it tells none")
    belief: Belief | None = Field(description="The newest; null: it tells none")
    said: str = Field(description="The commentary on it; '': nothing to say")


class ShownSide(Word):
    """A seat, or a team of them."""

    name: str
    score: int = Field(ge=0, description="After the shown round, once that is revealed")
    score_before: int = Field(ge=0)
    health: int | None = Field(ge=0, description="As `score`; null: classic")
    health_before: int | None = Field(ge=0)
    multiplier: float | None = Field(ge=1, description="Of damage that it deals; null: classic")


class Reveal(Word):
    """How the shown round ended."""

    location: PointWord = Field(description="The truth")
    place: str = Field(description="In words; may be ''")
    turns: list[TurnWord] = Field(description="Of all seats that played it")
    blows: list[BlowWord] = Field(description="Of all sides; empty: classic")
    licence: str
    attribution: str


class PastRound(Word):
    """A line of the history."""

    number: int = Field(ge=1)
    place: str
    scores: list[int] = Field(description="Of each side")
    damages: list[int] = Field(description="That each side took; empty: classic")


class ChatPlace(Word):
    """One viewer's guess, without where it was."""

    name: str
    distance_km: Km
    score: int = Field(ge=0)


class ShownChat(Word):
    """What the viewers guessed in the shown round."""

    viewers: int = Field(ge=1, description="How many guessed")
    closest: list[ChatPlace] = Field(description="Nearest first")
    mean_score: float = Field(ge=0)


Layout = Literal["full", "bar", "map"]
ShowPhase = Literal["lobby", "ready", "round", "suspense", "reveal", "over"]


class ShowWord(Word):
    """All that an overlay shows, as it stood when the show's clock was there."""

    phase: ShowPhase = Field(
        description="ready: before round 1. suspense: all have locked in. reveal: until the next "
        "round. over: the final"
    )
    phase_s: float = Field(ge=0, description="Since when, by the show's clock")
    round: int = Field(ge=0, description="Shown; 0: none yet")
    rounds: int = Field(ge=1, description="At most")
    mode: Mode
    pack: str = Field(description="Its name; '': streamer mode")
    time_left_s: float | None = Field(ge=0, description="Of the round; null: no clock")
    starts_in_s: float | None = Field(ge=0, description="Until the next round; null: not known")
    seats: list[ShownSeat]
    sides: list[ShownSide] = Field(description="Empty in the lobby")
    full_health: int
    reveal: Reveal | None = Field(description="Null before the reveal")
    chat: ShownChat | None = Field(
        default=None, description="Null before the reveal, or nobody guessed"
    )
    history: list[PastRound] = Field(description="Rounds that have been revealed")
    winner: int | None = Field(description="A side, in the final; null then: a draw")
    layout: Layout
    streamer: bool = Field(description="Names and codes are hidden")
    held: bool = Field(description="The show stands still")
    stage: int = Field(ge=0, description="Which match of the playlist, from 0")


class ShowSettings(Word):
    """What the operator chooses."""

    delay_s: float = Field(default=0, ge=0, le=MAX_DELAY_S, description="Everything is held back")
    layout: Layout = "full"
    streamer: bool = Field(default=False, description="Hide names and codes")


class Order(Word):
    """What the operator wants now."""

    do: Literal["hold", "go_on", "rewind", "go_live", "next_match"] = Field(
        description="hold: stop before the next round. go_on: from where it stopped. rewind: the "
        "last scoring again. go_live: skip what the show lags behind. next_match: of the queue"
    )


class QueueMatch(Word):
    """A match to be shown later."""

    match: str = Field(max_length=40)
    host_token: str = Field(max_length=256, description="Shows that the caller may; not kept")


class QueuedMatch(Word):
    """A match of the playlist."""

    match: str
    phase: Literal["lobby", "ready", "round", "over"]
    names: list[str] = Field(max_length=MAX_SEATS)


class DirectorWord(Word):
    """How the show stands, for its operator."""

    settings: ShowSettings
    hold: bool = Field(description="Wanted; `show.held`: it stands")
    lag_s: float = Field(description="How far the show is behind, beside its delay")
    playlist: list[QueuedMatch]
    stage: int = Field(ge=0, description="Which of them is shown, from 0")
    show: ShowWord


class OverlayToken(Word):
    """Opens the overlay and nothing else. The server keeps its digest only."""

    overlay_token: str
