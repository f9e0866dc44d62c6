"""The words of `/api/statistics`: rounds that are over in, sums and rows out."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from server.protocol import Km, PointWord, Word

MAX_NUMBER = 10_000
"""Of a round in its match: some sites play on without an end."""

Ms = Annotated[float, Field(ge=0, description="Milliseconds")]
Text = Annotated[str, Field(max_length=128)]
RoundId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9._:~%-]{1,200}$",
        description="Chosen by whoever played; said again, the round is not recorded again",
    ),
]


class PhaseTimes(Word):
    """The phases of a round as they follow one another."""

    capture_ms: Ms = Field(description="From the panorama's being there to the last view")
    locate_ms: Ms = Field(description="From the last view to the final prediction")
    place_ms: Ms = Field(description="From the prediction to the result")


class _Round(Word):
    site: str = Field(min_length=1, max_length=40, description="Where it was played: arena, ...")
    match: str = Field(min_length=1, max_length=128, description="The site's own name for it")
    number: int = Field(ge=1, le=MAX_NUMBER)
    ended_at: float = Field(ge=0, description="Unix time, seconds, by the clock of who says so")
    player: Text = Field(default="", description="Who guessed")
    bundle: Text | None = Field(default=None, description="Whose guess it was; null: unknown")
    location: PointWord = Field(description="The truth")
    guess: PointWord | None = Field(description="Null: the round went by without one")
    score: int = Field(ge=0, le=5000, description="As the site gave it")
    time_s: float | None = Field(
        default=None,
        ge=0,
        description="From its start to its end by the site's clock; null: unknown",
    )
    times: PhaseTimes | None = Field(default=None, description="Null: not measured")


class FinishedRound(_Round):
    """A round that is over, as whoever played it tells."""

    id: RoundId

    @model_validator(mode="after")
    def _no_points_for_nothing(self) -> Self:
        if self.guess is None and self.score:
            raise ValueError(f"score: expected 0 without a guess, got: {self.score}")
        return self


class PlayedRound(_Round):
    """A round as it is kept and exported."""

    distance_km: Km | None = Field(description="From guess to truth; null: no guess")
    country: str = Field(description="Of the truth: ISO code of the nearest place's")


class Recorded(Word):
    """A round is recorded."""

    id: str
    new: bool = Field(description="False: it was already")


class Sums(Word):
    """Several rounds together."""

    rounds: int
    guessed: int = Field(description="How many of them have a guess")
    mean_score: float
    median_km: Km | None = Field(description="Of those with a guess; null: none has")


class Percentiles(Word):
    """Of a time, milliseconds."""

    rounds: int = Field(description="How many measured it")
    p50_ms: float
    p90_ms: float
    p99_ms: float


class Statistics(Word):
    """Everything that was played, except what would give a running round away."""

    total: Sums
    by_bundle: dict[str, Sums] = Field(description="'': unknown, people among them")
    by_site: dict[str, Sums]
    by_country: dict[str, Sums] = Field(description="By ISO code of the truth's country")
    times: dict[str, Percentiles] = Field(description="By phase: round, capture, locate, place")
