"""Before a study: how likely it finds the smallest effect that is worth finding, by simulation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.geo import WORLD_DIAGONAL_KM, expected_points
from server.experiments.analysis.data import Data, only
from server.experiments.analysis.primary import bars, p_of
from server.experiments.plan import NO_EFFECT, Measure, Plan
from server.experiments.simulation import MOST_KM, Truth, simulate

Array = NDArray[np.float64]

EDGES = np.linspace(-1.5, 1.5, 31)
"""Among which the one of an effect is sought; 1.5 is thirty times the error."""

DRAWS = 4_000


@dataclass(frozen=True, slots=True)
class Power:
    """What so many simulated studies found."""

    runs: int
    found: float
    """Share that found the smallest effect: the power."""
    false_alarms: float
    """Share that found something where nothing was."""
    stops: tuple[float, ...]
    """Share of the studies with the effect that were decided at each look, the end among them."""
    people: float
    """Mean number of people that the studies with the effect took."""


def power(plan: Plan, runs: int = 400, seed: int = 0, spread: Truth | None = None) -> Power:
    """The power of `plan`; `spread` says how people and places differ.

    Raises:
        ValueError: no edge of the bot makes the effect.
    """
    base = spread or Truth()
    planted = with_effect(base, plan)
    nothing = replace(base, edge=0.0, d_prime=0.0)
    rng = np.random.default_rng(seed)
    stops = [stopped_at(plan, planted, rng) for _ in range(runs)]
    alarms = [stopped_at(plan, nothing, rng) is not None for _ in range(runs)]
    steps = (*plan.stopping.looks, plan.stopping.people)
    return Power(
        runs=runs,
        found=float(np.mean([stop is not None for stop in stops])),
        false_alarms=float(np.mean(alarms)),
        stops=tuple(stops.count(look) / runs for look in range(len(steps))),
        people=float(np.mean([steps[-1 if stop is None else stop] for stop in stops])),
    )


def stopped_at(plan: Plan, truth: Truth, rng: np.random.Generator) -> int | None:
    """The look, from 0, at which one simulated study is decided; None: never."""
    data = simulate(truth, plan, plan.stopping.people, rng)
    for at, (seen, bar) in enumerate(zip(_seen(plan, data), bars(plan), strict=True)):
        if p_of(plan.primary, seen) < bar:
            return at
    return None


def _seen(plan: Plan, data: Data) -> Iterator[Data]:
    people = sorted(data.people, key=int)
    for count in (*plan.stopping.looks, plan.stopping.people):
        yield only(data, people[:count])


def with_effect(base: Truth, plan: Plan) -> Truth:
    """`base` with the plan's smallest effect planted.

    Raises:
        ValueError: no edge of the bot makes it.
    """
    effect = plan.smallest_effect
    if plan.primary == "detection":
        return replace(base, edge=0.0, d_prime=effect)
    if plan.primary == "distance":
        return replace(base, edge=-float(np.log10(effect)), d_prime=0.0)
    reached = np.array([_effect(base, edge, plan.primary, plan.rules.rounds) for edge in EDGES])
    if not reached[0] <= effect <= reached[-1]:
        raise ValueError(
            f"smallest_effect: expected {reached[0]:.3g} to {reached[-1]:.3g}, got: {effect:g}"
        )
    return replace(base, edge=float(np.interp(effect, reached, EDGES)), d_prime=0.0)


def _effect(base: Truth, edge: float, measure: Measure, rounds: int) -> float:
    """Mean of the measure at an edge; the same draws for each edge, so it rises evenly."""
    rng = np.random.default_rng(1)
    places = np.log10(base.typical_km) + base.place_sd * rng.standard_normal((DRAWS, rounds))
    skill = base.person_sd * rng.standard_normal((DRAWS, 1))
    luck = base.luck_sd * rng.standard_normal((DRAWS, rounds))
    person = _points(places + skill + luck)
    bot = _points(places - edge + base.bot_sd * rng.standard_normal((DRAWS, rounds)))
    lead = (bot - person).sum(axis=1)
    if measure == "wins":
        return float(NO_EFFECT["wins"] + np.sign(lead).mean() / 2)
    return float(lead.mean() / rounds)


def _points(logs: Array) -> Array:
    return np.asarray(expected_points(np.minimum(10.0**logs, MOST_KM), WORLD_DIAGONAL_KM))
