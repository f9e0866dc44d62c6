"""The contract that every site fulfils, and the words of a match as the bot knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.tactics.duel import Duel


@dataclass(frozen=True, slots=True)
class Match:
    """One sitting at a site: several rounds."""

    site: str
    id: str
    """The site's own name for it."""
    rounds: int
    """How many it has, 0 where the site does not say."""
    url: str
    """Where a person can see it; without secrets."""
    player: str = "Homing"
    """What the bot is called there."""
    seat: int | None = None
    """Its place, from 0, where several have one: other bots may sit there, too."""


@dataclass(frozen=True, slots=True)
class Round:
    """One panorama to be placed."""

    number: int
    """From 1."""
    headings: tuple[float, ...] = (0.0, 90.0, 180.0, 270.0)
    """The headings worth capturing: the published four, or the only one there is to see."""
    time_left_s: float | None = None
    """Until the clock ends the round; None without a clock."""
    duel: Duel | None = None
    """Where the duel stands; None: every point counts the same."""


@dataclass(frozen=True, slots=True)
class View:
    """One perspective picture of a panorama: 90 degrees wide where the site allows to choose."""

    heading: float
    """Degrees clockwise from north in [0, 360)."""
    pitch: float
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Guess:
    """Where a seat thinks it is."""

    lat: float
    lng: float


@dataclass(frozen=True, slots=True)
class RoundResult:
    """How a round ended, as the site shows it."""

    round: int
    guess: Guess
    """As the site recorded it: where the pin really landed."""
    location: Guess
    """The truth, known only now."""
    distance_km: float
    score: int


class GameError(Exception):
    """A site did not behave as its adapter expects; names site, thing and what was found."""


class RoundOver(GameError):  # noqa: N818  read as a sentence
    """The round ended before there was a guess: by the clock, which another seat may shorten."""


class Game(Protocol):
    """A match being played at a site, through what a player sees and can do.

    The order is law: `next_round`, any number of `view`s, one `place_guess`, and again.
    Calling out of order raises `GameError`, as does a site that changed its page.
    """

    @property
    def match(self) -> Match:
        """What is being played."""

    async def next_round(self) -> Round | None:
        """Go on to the next round and wait until its panorama is there; None: the match is over."""

    async def view(self, heading: float, pitch: float = 0.0) -> bytes:
        """JPEG of the panorama in that direction: interface hidden, surely rendered, this round."""

    async def place_guess(self, lat: float, lng: float) -> RoundResult:
        """Put the pin on the map as a player would, submit it, and read the result."""

    async def time_left_s(self) -> float | None:
        """What the round's clock has left; another seat's guess may shorten it. None: no clock."""
