"""The arena's words on the wire: what a seat may send and see.

Nothing here holds the truth of a running round: `Outcome` exists only once a round is over.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from server.arena.names import Name
from server.protocol import Heading, Km, Lat, Lng, PointWord, Prediction, Word

ARENA_SUBPROTOCOL = "homing.arena.v1"
"""Of the WebSocket that pushes a match."""

MAX_ROUNDS = 50
MAX_SEATS = 64
MAX_HEALTH = 100_000

Split = Literal["train", "validation", "test", "holdout"]
Mode = Literal["classic", "duels_a", "duels_b"]


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
    split: Split | None = Field(
        default=None, description="Play only this split; null: all panoramas"
    )
    seed: int | None = Field(default=None, description="Same seed, same panoramas; null: any")
    name: Name = Field(default="Player", description="Of the seat")
    rules: Rules = Rules()


class SharedRules(Word):
    """How several seats play the same rounds."""

    mode: Mode = Field(
        default="classic",
        description="classic: points add up. duels: the worse side loses health, and at 0 the "
        "match; duels_a: one multiplier for all, duels_b: who wins a round raises its own",
    )
    seats: int = Field(
        default=2, ge=1, le=MAX_SEATS, description="With so many taken, the match starts by itself"
    )
    teams: int = Field(
        default=0, ge=0, le=MAX_SEATS, description="The best guess of a team counts; 0: no teams"
    )
    after_first_guess_s: int | None = Field(
        default=15, ge=1, le=3600, description="Time for the others; null: they keep the clock"
    )
    pause_s: int | None = Field(
        default=8,
        ge=0,
        le=600,
        description="Before each round, unless all are ready earlier; null: until all are",
    )
    health: int = Field(default=6000, ge=1, le=MAX_HEALTH, description="Of a side, at first")
    rated: bool = Field(
        default=True, description="Whether a duel changes the ratings of those who keep their names"
    )

    @model_validator(mode="after")
    def _sides(self) -> Self:
        if self.teams == 1 or self.teams > self.seats:
            raise ValueError(f"teams: expected 0 or 2 to {self.seats}, got: {self.teams}")
        if self.mode != "classic" and self.seats < 2:
            raise ValueError(f"seats: expected at least 2 for {self.mode}, got: {self.seats}")
        return self


class NewSharedMatch(Word):
    """Wish for a match that seats are invited to. Who opens it takes none by that."""

    pack: str
    split: Split | None = Field(
        default=None, description="Play only this split; null: all panoramas"
    )
    seed: int | None = Field(default=None, description="Same seed, same panoramas; null: any")
    rules: Rules = Rules()
    shared: SharedRules = SharedRules()


class Opened(Word):
    """A new shared match and what opens it. Each is a bearer token, kept nowhere on the server."""

    match: str
    host_token: str = Field(description="Starts the match; sees what a watcher sees")
    invite: str = Field(description="Takes a seat, while there is one; for those who shall play")
    watch_token: str = Field(description="Sees what all seats may see; for spectators")


class TakeSeat(Word):
    """Wish for a seat; the invite goes with it as bearer token."""

    name: Name = Field(description="As the others see it; no two seats of a match share one")
    team: int | None = Field(
        default=None, ge=0, lt=MAX_SEATS, description="From 0; null: the smallest one"
    )
    player_token: str | None = Field(
        default=None,
        min_length=16,
        max_length=128,
        description="Of the player's own making: whoever came first keeps the name by it, and has "
        "a rating; null: a name that nobody keeps, not rated",
    )


class Seated(Word):
    """A match and the caller's seat in it."""

    match: str
    seat: int = Field(ge=0, description="Its place in `seats`")
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
    guess: PointWord | None = Field(description="The caller's own, submitted: wait for the others")


class SeatWord(Word):
    """A seat as all may see it: not whether a person or a program sits there."""

    name: str
    side: int = Field(ge=0, description="Its place in `sides`")
    locked: bool = Field(description="Has guessed in the running round")
    ready: bool = Field(description="Wants the next round")


class SideWord(Word):
    """A seat, or a team of them."""

    score: int = Field(ge=0, description="Points so far; of a team, its best guess of each round")
    health: int | None = Field(ge=0, description="Null: classic")
    multiplier: float | None = Field(
        ge=1, description="Of damage that it deals, in this round or the next; null: classic"
    )


class TurnWord(Word):
    """What one seat did in a round that is over."""

    seat: int = Field(ge=0)
    guess: PointWord | None = Field(description="Null: the clock ran out without a pin")
    distance_km: Km | None
    score: int = Field(ge=0, le=5000)
    time_s: float = Field(ge=0, description="From the round's start")
    timed_out: bool = Field(description="The clock submitted the pin, if there was one")


class BlowWord(Word):
    """What a duel's round did to one side."""

    score: int = Field(ge=0, le=5000, description="Its best guess's")
    multiplier: float = Field(ge=1, description="Of damage that it dealt or would have dealt")
    damage: int = Field(ge=0, description="That it took")
    health: int = Field(ge=0, description="After the round")


class Outcome(Word):
    """A round that is over. `guess` to `time_s` are the caller's own; see `turns` for all."""

    number: int = Field(ge=1)
    location: PointWord = Field(description="The truth")
    guess: PointWord | None = Field(
        description="Null: the clock ran out without a pin, or the caller did not play"
    )
    distance_km: Km | None
    score: int = Field(ge=0, le=5000)
    time_s: float = Field(ge=0, description="From the round's start to the guess or the end")
    licence: str
    attribution: str
    place: str = Field(description="Where that is, in words: nearest place and country; may be ''")
    turns: list[TurnWord] = Field(description="Of all seats that played it")
    blows: list[BlowWord] = Field(description="Of all sides, in their order; empty: classic")


class MatchWord(Word):
    """A match as one seat, or a watcher, may see it now."""

    match: str
    version: int = Field(ge=1, description="Higher when anything else in here but clocks changed")
    name: str = Field(description="Of the caller's seat; '': a watcher")
    seat: int | None = Field(description="The caller's place in `seats`; null: a watcher")
    pack: str
    rules: Rules
    diagonal_km: Km = Field(description="The map's size: score decays by e per tenth of it")
    shared: SharedRules | None = Field(description="Null: a match of one seat, played at its pace")
    phase: Literal["lobby", "ready", "round", "over"] = Field(
        description="lobby: seats may be taken. ready: the next round may be started"
    )
    starts_in_s: float | None = Field(
        ge=0, description="Until the next round starts by itself; null: it waits, or none is next"
    )
    round: RoundWord | None = Field(description="The running round")
    seats: list[SeatWord] = Field(description="In the order in which they were taken")
    sides: list[SideWord] = Field(description="Empty in the lobby")
    winner: int | None = Field(description="A side, once the match is over; null then: a draw")
    outcomes: list[Outcome] = Field(description="Rounds that are over, in order")
    total_score: int = Field(ge=0, description="Of the caller's side; a watcher's is 0")


class Placed(Word):
    """Where a seat came in in a duel."""

    name: str
    side: int
    place: int = Field(ge=0, description="Of its side: 0 is the best, equal ones drew")


class DuelResult(Word):
    """How a duel ended."""

    seats: list[Placed]


class Rating(Word):
    """A name's Glicko-2 rating from its duels in this arena."""

    name: str
    rating: float = Field(description="1500: nothing is known")
    deviation: float = Field(gt=0, description="True strength is within twice this, 19 of 20 times")
    volatility: float = Field(gt=0)
    duels: int = Field(ge=1)


class ReplayedPin(Word):
    """A move of a seat's pin."""

    seat: int
    time_s: float = Field(ge=0, description="From the round's start")
    pin: PointWord


class ReplayedPrediction(Word):
    """What a geolocator told a seat."""

    seat: int
    time_s: float = Field(ge=0, description="From the round's start")
    prediction: Prediction


class ReplayedRound(Word):
    """All that happened in a round."""

    outcome: Outcome = Field(description="As the caller sees it in a `MatchWord`")
    image: str = Field(description="Path of the equirectangular JPEG, for the same token")
    heading: Heading = Field(description="Of the picture's centre column")
    hfov_deg: float = Field(gt=0, le=360)
    length_s: float = Field(ge=0, description="From its start to its end")
    pins: list[ReplayedPin] = Field(description="In order")
    predictions: list[ReplayedPrediction] = Field(description="In order")
    sides: list[SideWord] = Field(description="After the round")


class Replay(Word):
    """A match to be watched again. Seats get it when it is over, watchers round by round."""

    match: MatchWord
    rounds: list[ReplayedRound]


class Pin(Word):
    """A place on the guess map, for the running round."""

    lat: Lat
    lng: Lng


class Refusal(Word):
    """Why the arena refused; the body of every 4xx answer."""

    detail: str
