"""People who do not exist, with a planted truth: for the power of a plan and for the tests.

A guess's error is lognormal: log10 km = typical + place + person + luck. The bot guesses the same
at a place whoever sits opposite. How much people, places and luck differ is an assumption from
general knowledge of such games, not a measurement: replace it by a pilot's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import hypot

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from models.geo import WORLD_DIAGONAL_KM, expected_points
from server.experiments.analysis.data import Data, MatchRow, RoundRow
from server.experiments.assignment import (
    ALONE_S,
    Opponent,
    Waiting,
    never_used,
    order,
    pair,
)
from server.experiments.plan import Plan

Array = NDArray[np.float64]

MOST_KM = 20_000.0


@dataclass(frozen=True, slots=True)
class Truth:
    """What is planted."""

    edge: float = 0.0
    """log10 of people's typical error over the bot's: 0.3 is half the error."""
    d_prime: float = 0.0
    """How well people tell the bot."""
    leaning: float = 0.0
    """Criterion; above 0 people say "bot" less often."""
    typical_km: float = 300.0
    person_sd: float = 0.25
    place_sd: float = 0.5
    luck_sd: float = 0.5

    @property
    def bot_sd(self) -> float:
        """Of the bot from place to place: as spread as people are, so edge 0 is no difference."""
        return hypot(self.person_sd, self.luck_sd)


@dataclass(frozen=True, slots=True)
class _World:
    """A drawn study: all that would be guessed, whoever meets whom on whichever set."""

    truth: Truth
    rng: np.random.Generator
    people_km: Array
    """(people, sets, rounds)"""
    people_points: Array
    bot_km: Array
    """(sets, rounds)"""
    bot_points: Array
    matches: list[MatchRow] = field(default_factory=list)
    played: list[RoundRow] = field(default_factory=list)


def simulate(truth: Truth, plan: Plan, people: int, rng: np.random.Generator) -> Data:
    """A study of `people` who finished it, as `plan` wants it, where `truth` holds.

    They are assigned as real people are, and come in another order to each match. All play at once,
    so an odd one is alone for longer than `ALONE_S`.
    """
    world = _drawn(truth, plan, people, rng)
    secret = str(rng.integers(2**53))
    waiting = {
        str(i): Waiting(str(i), order(secret, i, plan.matches), waited_s=ALONE_S)
        for i in range(people)
    }
    used = never_used(len(plan.sets))
    for number in range(1, plan.matches + 1):
        _tick(world, secret, number, waiting, used)
    return Data(tuple(world.matches), tuple(world.played))


def _tick(
    world: _World,
    secret: str,
    number: int,
    people: dict[str, Waiting],
    used: dict[tuple[Opponent, int], int],
) -> None:
    """Everybody's match of that number."""
    coming = [people[str(i)] for i in world.rng.permutation(len(people))]
    for match in pair(secret, number, coming, used):
        used[match.opponent, match.set] += 1
        _play(world, match.people, match.set, number)
        for p in match.people:
            people[p] = people[p].played(match.opponent, match.set, match.people)


def _drawn(truth: Truth, plan: Plan, people: int, rng: np.random.Generator) -> _World:
    shape = (len(plan.sets), plan.rules.rounds)
    places = np.log10(truth.typical_km) + truth.place_sd * rng.standard_normal(shape)
    bot_km = _km(places - truth.edge + truth.bot_sd * rng.standard_normal(shape))
    skills = truth.person_sd * rng.standard_normal((people, 1, 1))
    people_km = _km(places + skills + truth.luck_sd * rng.standard_normal((people, *shape)))
    return _World(truth, rng, people_km, _points(people_km), bot_km, _points(bot_km))


def _km(logs: Array) -> Array:
    return np.asarray(np.minimum(10.0**logs, MOST_KM))


def _points(km: Array) -> Array:
    return np.asarray(np.rint(expected_points(km, WORLD_DIAGONAL_KM)))


def _play(world: _World, people: tuple[str, ...], set_: int, number: int) -> None:
    """A match, of one person and the bot or of two people."""
    name = f"m{len(world.matches)}"
    for person in people:
        rival = next((p for p in people if p != person), None)
        theirs = world.people_points[int(rival)] if rival else world.bot_points
        lead = float((world.people_points[int(person), set_] - theirs[set_]).sum())
        said_bot, sure = _answer(world, rival is None)
        world.matches.append(
            MatchRow(
                person=person,
                match=name,
                number=number,
                set=set_,
                opponent="person" if rival else "bot",
                won=0.5 + 0.5 * float(np.sign(lead)),
                rival=rival,
                said_bot=said_bot,
                sure=sure,
            )
        )
        world.played.extend(_rounds(world, name, person, set_, met_bot=rival is None))


def _answer(world: _World, is_bot: bool) -> tuple[bool, int]:
    """Bot or not, and how sure; the two kinds lie d' standard deviations apart."""
    lean = world.truth.d_prime * (is_bot - 0.5) - world.truth.leaning
    evidence = world.rng.standard_normal() + lean
    return bool(evidence > 0), round(100 * (2 * float(ndtr(abs(evidence))) - 1))


def _rounds(world: _World, match: str, person: str, set_: int, met_bot: bool) -> Iterator[RoundRow]:
    own = zip(
        world.people_km[int(person), set_], world.people_points[int(person), set_], strict=True
    )
    bots = zip(world.bot_km[set_].tolist(), world.bot_points[set_].tolist(), strict=True)
    for number, ((km, points), (bot_km, bot_points)) in enumerate(zip(own, bots, strict=True), 1):
        yield RoundRow(
            person=person,
            match=match,
            number=number,
            opponent="bot" if met_bot else "person",
            place=f"{set_}/{number}",
            lat=0.0,
            lng=0.0,
            score=int(points),
            distance_km=float(km),
            time_s=20.0,
            bot_score=int(bot_points) if met_bot else None,
            bot_distance_km=bot_km if met_bot else None,
            bot_time_s=20.0 if met_bot else None,
        )
