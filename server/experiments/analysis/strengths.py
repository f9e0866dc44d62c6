"""Where the bot is better: by country, in town and country. Exploratory: many groups are looked at.

Assumption: as `paired`'s, in each group alone; groups of few people are left out. The p values are
Holm's (Scand. J. Statistics 6, 1979, 65-70) over all groups, so that one of many is not found by
chance alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from server.experiments.analysis.data import Data, RoundRow
from server.experiments.analysis.paired import Difference, in_points

LEAST_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Strength:
    """Points a round that the bot is better by, in a group of places."""

    group: str
    difference: Difference
    p: float
    """Holm's."""


def by_country(data: Data) -> list[Strength]:
    """Countries by their codes, most rounds first."""
    found = _by(data, lambda row: row.country or None)
    return sorted(found, key=lambda one: (-one.difference.rounds, one.group))


def by_setting(data: Data) -> list[Strength]:
    """Town (urban) and country (rural)."""
    return _by(data, lambda row: None if row.urban is None else ("rural", "urban")[row.urban])


def _by(data: Data, key: Callable[[RoundRow], str | None]) -> list[Strength]:
    names = sorted({name for row in data.rounds if (name := key(row)) is not None})
    found = []
    for name in names:
        rows = tuple(row for row in data.rounds if key(row) == name)
        difference = in_points(replace(data, rounds=rows)).difference()
        if difference and difference.people >= LEAST_PEOPLE:
            found.append((name, difference))
    # Within one country there may be one place only, so people's p is the one that is corrected.
    ps = holm([difference.p_people for _, difference in found])
    return [Strength(name, one, p) for (name, one), p in zip(found, ps, strict=True)]


def holm(ps: list[float]) -> list[float]:
    """Adjusted p values, in the order of `ps`."""
    adjusted = [0.0] * len(ps)
    highest = 0.0
    for rank, at in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[at]))
        adjusted[at] = highest
    return adjusted
