"""What is analysed: matches and rounds that are over, unblinded, and who of them counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from server.experiments.assignment import Opponent
from server.experiments.plan import Exclusions

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A finished match as one person played it; a match of two people is two rows."""

    person: str
    match: str
    number: int
    """From 1, in the person's order."""
    set: int
    opponent: Opponent
    won: float
    """By the person: 1, 0, or 0.5 for a draw."""
    rival: str | None = None
    """The other person; None: a bot, or somebody whose data were deleted."""
    said_bot: bool | None = None
    """What the person took the opponent for; None: not asked or not answered."""
    sure: int | None = None
    """Of that, 0 to 100."""


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round as one person played it; the bot's half is there where the opponent was one."""

    person: str
    match: str
    number: int
    opponent: Opponent
    place: str
    """The panorama, by a name of its own."""
    lat: float
    lng: float
    score: int
    distance_km: float | None
    """None: no guess."""
    time_s: float
    timed_out: bool = False
    """The clock ended it."""
    bot_score: int | None = None
    bot_distance_km: float | None = None
    bot_time_s: float | None = None
    country: str = ""
    """ISO code; '' where nobody looked it up."""
    urban: bool | None = None


@dataclass(frozen=True, slots=True)
class Data:
    """A study's data."""

    matches: tuple[MatchRow, ...]
    rounds: tuple[RoundRow, ...]

    @property
    def people(self) -> list[str]:
        """Who finished a match."""
        return sorted({row.person for row in self.matches})


def kept(data: Data, exclusions: Exclusions) -> Data:
    """Without those whom the plan excludes; matches against them stay, since the rivals do."""
    matches: dict[str, int] = defaultdict(int)
    guesses: dict[str, list[bool]] = defaultdict(list)
    for match in data.matches:
        matches[match.person] += 1
    for one in data.rounds:
        guesses[one.person].append(one.distance_km is not None)
    good = {
        person
        for person, count in matches.items()
        if count >= exclusions.least_matches
        and np.mean(guesses[person] or [False]) >= exclusions.least_guessed
    }
    return only(data, sorted(good))


def only(data: Data, people: Sequence[str]) -> Data:
    """The data of some people."""
    wanted = {*people}
    return replace(
        data,
        matches=tuple(row for row in data.matches if row.person in wanted),
        rounds=tuple(row for row in data.rounds if row.person in wanted),
    )
