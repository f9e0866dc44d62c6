"""The panoramas of a study's sets, which have none in common: a result tells where a place is.

The sets are drawn in the plan's order, the practice round last; each has what its seed draws of its
pack without what those before it took. So plan and packs alone decide them.

Unplayable    the packs do not have what the plan needs
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from models.world.pack import Pack, Panorama
from server.arena.shelf import TooFewPanoramas, UnknownPack, draw
from server.arena.words import NewMatch
from server.experiments.plan import PanoramaSet, Plan

Find = Callable[[str], Pack]
"""A pack by its name; raises UnknownPack."""
Panoramas = tuple[Panorama, ...]


class Unplayable(ValueError):  # noqa: N818  the thing, as in LookupError
    """The packs do not have what a plan needs; the message names the set."""


def drawn(plan: Plan, find: Find) -> list[Panoramas | Unplayable]:
    """Of each set, then of the practice round, in the order of play; or why it has none."""
    found: list[Panoramas | Unplayable] = []
    taken: list[Panorama] = []
    for name, one, rounds in _wanted(plan):
        rules = plan.rules.model_copy(update={"rounds": rounds})
        wish = NewMatch(pack=one.pack, split=one.split, rules=rules)
        try:
            panoramas = tuple(draw(find(one.pack), wish, one.seed, taken))
        except UnknownPack as error:
            found.append(Unplayable(f"{name}: {error}"))
        except TooFewPanoramas as error:
            found.append(Unplayable(f"{name}: {error}; the study takes {_all_of(plan, one)}"))
        else:
            found.append(panoramas)
            taken += panoramas
    return found


def playable(found: Panoramas | Unplayable) -> Panoramas:
    """`found` itself; raises it where it is Unplayable."""
    if isinstance(found, Unplayable):
        raise found
    return found


class Drawings:
    """The sets of studies, each drawn once while the server runs: that takes whole packs."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._kept: dict[str, list[Panoramas | Unplayable]] = {}

    def of(self, study: str, plan: Plan) -> list[Panoramas | Unplayable]:
        """What `drawn` finds; drawn again while something is missing."""
        if study in self._kept:
            return self._kept[study]
        found = drawn(plan, self._find)
        if not any(isinstance(one, Unplayable) for one in found):
            self._kept[study] = found
        return found


def _wanted(plan: Plan) -> Iterator[tuple[str, PanoramaSet, int]]:
    """Name, where from, and rounds."""
    for number, one in enumerate(plan.sets, start=1):
        yield f"set {number}", one, plan.rules.rounds
    yield "practice", plan.practice, 1


def _all_of(plan: Plan, like: PanoramaSet) -> int:
    """Panoramas that all sets of this pack and split take together."""
    where = like.pack, like.split
    return sum(rounds for _, one, rounds in _wanted(plan) if (one.pack, one.split) == where)
