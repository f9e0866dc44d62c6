"""A study's plan, and its frozen form: what was promised before anybody played.

PlanError             a plan that cannot be used; the message names what is wrong
`- PlanChanged        a frozen plan is not what it was when it was frozen
"""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from server.arena.words import Rules
from server.protocol import Word

Measure = Literal["score", "distance", "wins", "detection"]
Spending = Literal["obrien_fleming", "pocock"]
Line = Annotated[str, Field(min_length=1, max_length=500)]

MAX_PEOPLE = 10_000
MAX_MATCHES = 20

NO_EFFECT: dict[Measure, float] = {"score": 0.0, "distance": 1.0, "wins": 0.5, "detection": 0.0}
"""What the null hypothesis says."""


class PlanError(ValueError):
    """A plan that cannot be used."""


class PlanChanged(PlanError):  # noqa: N818  what happened
    """A frozen plan is not what it was when it was frozen."""


class PanoramaSet(Word):
    """The panoramas of one match: the same seed draws the same ones."""

    pack: str = Field(min_length=1)
    split: Literal["train", "validation", "test", "holdout"] | None = None
    seed: int


class Stopping(Word):
    """When the study ends."""

    people: int = Field(ge=2, le=MAX_PEOPLE, description="Who have finished; then it ends")
    looks: tuple[int, ...] = Field(
        default=(), description="People finished at each look before the end, rising"
    )
    spending: Spending = "obrien_fleming"

    @model_validator(mode="after")
    def _rising(self) -> Self:
        steps = (1, *self.looks, self.people)
        if any(b <= a for a, b in pairwise(steps)):
            raise ValueError(
                f"looks: expected rising numbers of people from 2 to {self.people - 1}, "
                f"got: {list(self.looks)}"
            )
        return self

    @property
    def fractions(self) -> tuple[float, ...]:
        """Shares of all people at each look and at the end."""
        return tuple(people / self.people for people in (*self.looks, self.people))


class Exclusions(Word):
    """Whose data are left out; decided before anybody plays."""

    least_matches: int = Field(default=1, ge=1, description="People with fewer finished are out")
    least_guessed: float = Field(
        default=0.5, ge=0, le=1, description="People who guessed in a smaller share of rounds are"
    )
    why: str = Field(default="", max_length=2000, description="Anything else, in words")


class Plan(Word):
    """Everything that is promised before anybody plays."""

    title: str = Field(min_length=1, max_length=80)
    hypothesis: Line
    primary: Measure = Field(description="Decides; all other measures are secondary")
    smallest_effect: float = Field(
        description="Worth finding. score: points a round that the bot is better by; distance: "
        "the bot's typical error over people's; wins: the bot's share; detection: d'"
    )
    alpha: float = Field(default=0.05, gt=0, lt=0.5, description="False alarms, two-sided")
    bundle: str = Field(min_length=1, description="Of the bot")
    rules: Rules
    mode: Literal["classic", "duels_a", "duels_b"] = "classic"
    after_first_guess_s: int | None = Field(
        default=15, ge=5, le=3600, description="Time for the other one; null: the clock stays"
    )
    matches: int = Field(ge=1, le=MAX_MATCHES, description="Of each person, practice not counted")
    sets: tuple[PanoramaSet, ...]
    practice: PanoramaSet
    stopping: Stopping
    exclusions: Exclusions = Exclusions()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.rules.time_limit_s is None:
            raise ValueError("rules.time_limit_s: expected a clock, got: none")
        least = 2 * self.matches - 1  # two people meet, and neither has seen the set
        if len(set(self.sets)) < least:
            raise ValueError(
                f"sets: expected at least {least} different ones for {self.matches} matches a "
                f"person, got: {len(set(self.sets))}"
            )
        if self.practice in self.sets:
            raise ValueError("practice: expected panoramas of its own, got: those of a match")
        if self.smallest_effect == NO_EFFECT[self.primary]:
            raise ValueError(f"smallest_effect: expected one, got: {self.smallest_effect:g}, none")
        if self.exclusions.least_matches > self.matches:
            raise ValueError(
                f"exclusions.least_matches: expected at most {self.matches}, "
                f"got: {self.exclusions.least_matches}"
            )
        return self


class Frozen(Word):
    """A plan, when it was frozen, and the digest of both."""

    plan: Plan
    frozen_at: datetime
    sha256: str

    @property
    def stamp(self) -> str:
        """What every report shows."""
        return f"SHA-256 {self.sha256}, frozen {self.frozen_at:%Y-%m-%d %H:%M} UTC"

    def text(self) -> str:
        """The file's contents, for people to read; `thaw` reads it."""
        return json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def freeze(plan: Plan, at: datetime) -> Frozen:
    """The plan as it is promised `at` a time with a zone."""
    at = at.astimezone(UTC).replace(microsecond=0)
    return Frozen(plan=plan, frozen_at=at, sha256=_digest(plan, at))


def thaw(text: str) -> Frozen:
    """A frozen plan read again.

    Raises:
        PlanChanged: it is not what was frozen; the message names the plan.
        PlanError: it is no frozen plan.
    """
    try:
        frozen = Frozen.model_validate_json(text)
    except ValidationError as error:
        raise PlanError(f"frozen plan: {first_fault(error)}") from error
    return unchanged(frozen)


def unchanged(frozen: Frozen) -> Frozen:
    """`frozen` itself.

    Raises:
        PlanChanged: plan or date are not what was frozen.
    """
    found = _digest(frozen.plan, frozen.frozen_at)
    if found != frozen.sha256:
        raise PlanChanged(
            f"plan {frozen.plan.title!r} was changed after it was frozen: "
            f"expected SHA-256 {frozen.sha256}, got: {found}"
        )
    return frozen


def read_plan(toml: str) -> Plan:
    """A plan of a TOML file's text.

    Raises:
        PlanError: with the first thing that is wrong.
    """
    try:
        return Plan.model_validate(tomllib.loads(toml))
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"plan: expected TOML, got: {error}") from error
    except ValidationError as error:
        raise PlanError(f"plan: {first_fault(error)}") from error


def canonical(plan: Plan, at: datetime) -> bytes:
    """What is hashed: JSON, UTF-8, keys sorted, no spaces, every default spelled out."""
    said = {"frozen_at": at.astimezone(UTC).isoformat(), "plan": plan.model_dump(mode="json")}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def _digest(plan: Plan, at: datetime) -> str:
    return sha256(canonical(plan, at)).hexdigest()


def first_fault(error: ValidationError) -> str:
    """Of what pydantic refused, for people."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    what = first["msg"].removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
