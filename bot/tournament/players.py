"""The contract of who plays in a tournament, and the players who never look."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from PIL import Image

from bot.game import Guess, View
from bot.tournament.sittings import Sitting, Turn
from models.geo import haversine_km, score

Due = Collection[tuple[str, int]]
"""Sittings to be played, by player and seed."""

Hear = Callable[[Sitting], None]
"""Told of each sitting as it ends."""

CONSTANT = Guess(47.6, 14.8)
"""The best point to name unseen, of 20,000 places of the rendered world
(`models.hardness.constant.best_constant_point` of `draw_places(20_000, seed=1)`)."""


class Scene(Protocol):
    """A panorama as players may see it: nothing says where it is."""

    @property
    def seed(self) -> int:
        """Of its match."""

    @property
    def number(self) -> int:
        """Of its round, from 1."""

    @property
    def key(self) -> str | None:
        """Equal for equal panoramas, so that nobody looks twice; None: not known to be equal."""

    def squares(self, side_px: int) -> list[Image.Image]:
        """Its views for an encoder that looks at squares of that size. Slow."""

    def views(self) -> list[View]:
        """Its views as JPEG, as a browser captures them. Slow."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a player says of one scene."""

    guess: Guess | None
    """None: the round is lost."""
    answer_ms: float
    failure: str = ""
    """Why there is no guess."""


class Player(Protocol):
    """Answers scenes; asked again and again, also by several at once."""

    @property
    def name(self) -> str:
        """Its own in the tournament."""

    @property
    def spec(self) -> str:
        """What it was made from."""

    async def answers(self, scenes: Sequence[Scene]) -> list[Answer]:
        """One for each; whatever befalls the player is an answer, too."""


class Constant:
    """Always the same place."""

    def __init__(self, name: str, guess: Guess, spec: str) -> None:
        self.name = name
        self.spec = spec
        self._guess = guess

    async def answers(self, scenes: Sequence[Scene]) -> list[Answer]:
        """See `Player`."""
        return [Answer(self._guess, 0.0)] * len(scenes)


class Random:
    """Anywhere on Earth, all places alike; in the same round always the same."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.spec = "random"

    async def answers(self, scenes: Sequence[Scene]) -> list[Answer]:
        """See `Player`."""
        return [Answer(anywhere(f"{scene.seed}/{scene.number}"), 0.0) for scene in scenes]


def anywhere(key: str) -> Guess:
    """A place drawn uniformly from the sphere, by a key."""
    digest = sha256(key.encode()).digest()
    up, round_ = (int.from_bytes(part) / 2**64 for part in (digest[:8], digest[8:16]))
    return Guess(math.degrees(math.asin(2 * up - 1)), 360 * round_ - 180)


_NAMED = re.compile(r"(?:(?P<name>[\w.-]+)=)?(?P<spec>.+)", re.DOTALL)


def named(text: str) -> tuple[str | None, str]:
    """`NAME=SPEC`, or a spec alone.

    Raises:
        ValueError: it is empty.
    """
    found = _NAMED.fullmatch(text)
    if found is None:
        raise ValueError(f"player: expected [NAME=]SPEC, got: {text!r}")
    return found["name"], found["spec"]


def blind(name: str | None, spec: str) -> Player | None:
    """The player of a spec that needs no model; None: it needs one.

    Raises:
        ValueError: `constant:` without a place.
    """
    kind, _, rest = spec.partition(":")
    if spec == "random":
        return Random(name or spec)
    if kind == "constant":
        return Constant(name or kind, _place(rest) if rest else CONSTANT, spec)
    return None


def _place(text: str) -> Guess:
    try:
        lat, lng = map(float, text.split(","))
    except ValueError:
        lat, lng = math.nan, math.nan
    if not (abs(lat) <= 90 and abs(lng) <= 180):
        raise ValueError(f"constant: expected constant:LAT,LNG in degrees, got: {text!r}")
    return Guess(lat, lng)


def check_names(players: Sequence[Player]) -> None:
    """Two at least, and of each name one.

    Raises:
        ValueError: it is not so.
    """
    names = [player.name for player in players]
    if len(names) < 2:
        raise ValueError(f"players: expected 2 or more, got: {', '.join(names) or 'none'}")
    for name in names:
        if names.count(name) > 1:
            raise ValueError(
                f"players: expected names of their own, got: {name} twice; write NAME={name}"
            )


def turn(location: Guess, answer: Answer, diagonal_km: float) -> Turn:
    """A round as it counts on a map of that size."""
    if answer.guess is None:
        return Turn(location, None, None, 0, answer.answer_ms, answer.failure)
    guess = answer.guess
    distance_km = float(haversine_km((location.lat, location.lng), (guess.lat, guess.lng)))
    return Turn(location, guess, distance_km, score(distance_km, diagonal_km), answer.answer_ms)


def sitting(player: Player, seed: int, turns: Sequence[Turn]) -> Sitting:
    """What a player has played."""
    return Sitting(player.name, player.spec, seed, tuple(turns))
