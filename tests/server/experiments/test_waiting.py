"""How long somebody waits does not tell whom they meet then.

People come in, play, and come again, as the clock has it; only matches and waits are simulated.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

import pytest
from scipy.stats import ks_2samp

from server.experiments.assignment import (
    ALONE_S,
    Opponent,
    Waiting,
    never_used,
    order,
    pair,
)
from server.experiments.matching import TICK_S

MATCHES = 4
STUDIES = 100
CHANCE = 1e-3
DENSITIES = {"dense": (20.0, 60.0), "thin": (300.0, 200.0)}
"""Seconds within which all come in, and of a match."""


@dataclass
class Crowd:
    """The people of one study: what each waits for, since when, and whom each met."""

    secret: str
    rng: Random
    match_s: float
    people: dict[str, Waiting]
    wants: dict[str, float]
    met: dict[str, list[Opponent]] = field(default_factory=dict)
    waits: list[tuple[Opponent, float]] = field(default_factory=list)
    used: dict[tuple[Opponent, int], int] = field(default_factory=lambda: never_used(12))

    def tick(self, tick: int) -> None:
        now = tick * TICK_S
        coming = [p for p in self.people.values() if p.left and self.wants[p.person] <= now]
        coming.sort(key=lambda one: self.wants[one.person])
        waiting = [replace(one, waited_s=now - self.wants[one.person]) for one in coming]
        for match in pair(self.secret, tick, waiting, self.used):
            self.used[match.opponent, match.set] += 1
            ends = now + self.match_s * self.rng.lognormvariate(0, 0.2)
            for name in match.people:
                self._play(name, match.opponent, match.people, match.set, now)
                self.wants[name] = ends + 8 * self.rng.lognormvariate(0, 0.5)

    def _play(
        self, name: str, kind: Opponent, people: tuple[str, ...], set_: int, now: float
    ) -> None:
        one = self.people[name]
        self.waits.append((kind, now - self.wants[name]))
        self.met.setdefault(name, []).append(kind)
        self.people[name] = one.played(kind, set_, people)


def crowd(number: int, size: int, come_s: float, match_s: float) -> Crowd:
    """A study of so many, played to its end."""
    rng, secret = Random(number), f"secret {number}"
    names = [f"p{at}" for at in range(size)]
    people = {name: Waiting(name, order(secret, at, MATCHES)) for at, name in enumerate(names)}
    found = Crowd(secret, rng, match_s, people, {name: rng.uniform(0, come_s) for name in names})
    for tick in range(1, 1000):
        found.tick(tick)
    assert not any(one.left for one in found.people.values())
    return found


@cache
def crowds(density: str) -> list[Crowd]:
    return [crowd(number, 6, *DENSITIES[density]) for number in range(STUDIES)]


@pytest.mark.parametrize("density", DENSITIES)
def test_who_meets_a_bot_waits_as_long_as_who_meets_a_person(density: str) -> None:
    waits = [wait for one in crowds(density) for wait in one.waits]
    bot, person = (
        [wait_s for kind, wait_s in waits if kind == k and wait_s < ALONE_S]
        for k in ("bot", "person")
    )
    assert min(len(bot), len(person)) > 3 * STUDIES
    assert ks_2samp(bot, person, method="asymp").pvalue > CHANCE


@pytest.mark.parametrize("density", DENSITIES)
def test_each_meets_both_about_equally_often(density: str) -> None:
    bots = [kinds.count("bot") for one in crowds(density) for kinds in one.met.values()]
    assert sum(1 <= count <= 3 for count in bots) > 0.95 * len(bots)
    assert sum(bots) / len(bots) == pytest.approx(MATCHES / 2, abs=0.2)


def test_nobody_waits_much_longer_than_a_minute() -> None:
    assert max(wait_s for one in crowds("thin") for _, wait_s in one.waits) < ALONE_S + TICK_S


def test_who_has_waited_for_a_minute_meets_the_bot() -> None:
    """But where somebody comes at the very tick: that waiting does tell."""
    long = [kind for one in crowds("thin") for kind, wait_s in one.waits if wait_s >= ALONE_S]
    assert long.count("bot") > 0.9 * len(long) > 0
