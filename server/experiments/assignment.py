"""Who meets a bot and who a person, and on which panoramas. Pure; chance comes from a secret.

People come in twos: the first gets an order that is drawn from all balanced ones, the second its
mirror image. So each meets bots and people equally often (give or take one where the number is
odd), and at every place of the order half of the people meet a bot.

Nobody who does not have the secret can tell an order; its SHA-256 is shown from the start, the
secret itself at the end, so that anybody can check that the orders were drawn and not chosen.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

Opponent = Literal["bot", "person"]

_OTHER: dict[Opponent, Opponent] = {"bot": "person", "person": "bot"}


def order(secret: str, person: int, matches: int) -> tuple[Opponent, ...]:
    """Whom the `person`-th one, from 0, meets in each match."""
    pair, second = divmod(person, 2)
    few = matches // 2
    choices = sorted(combinations(range(matches), few))
    kind: Opponent = "bot" if chance(secret, "kind", pair) < 0.5 else "person"
    places = choices[int(chance(secret, "order", pair) * len(choices))]
    drawn = [kind if at in places else _OTHER[kind] for at in range(matches)]
    return tuple(_OTHER[one] for one in drawn) if second else tuple(drawn)


def chance(secret: str, *keys: object) -> float:
    """A number in [0, 1) that the keys determine and only the secret tells."""
    text = "/".join(map(str, keys))
    digest = hmac.digest(secret.encode(), text.encode(), "sha256")
    return int.from_bytes(digest[:8], "big") / 2**64


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for a match."""

    person: str
    left: tuple[Opponent, ...]
    """Whom they are still to meet, in order; never empty."""
    seen: frozenset[int] = frozenset()
    """Sets they have played."""
    met: frozenset[str] = frozenset()
    """People they have played."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """A match to be opened."""

    people: tuple[str, ...]
    """One, who meets a bot, or two; in the order of their seats where there are two."""
    set: int
    swapped: frozenset[str] = frozenset()
    """Whose next opponent was brought forward from later in their order."""

    @property
    def opponent(self) -> Opponent:
        """Whom the people of it meet."""
        return "bot" if len(self.people) == 1 else "person"


def pair(
    secret: str, tick: int, waiting: Sequence[Waiting], used: Mapping[tuple[Opponent, int], int]
) -> list[Pairing]:
    """Matches for those who wait at a tick; all begin at once, so that waiting tells nothing.

    Two who have met meet again, under other names, only where there is nobody else. Who is to meet
    a person and finds none takes a bot of later in the order, or somebody else takes a person of
    later; only where neither is possible does one wait on.

    Args:
        secret: of the study.
        tick: its number: a new one draws anew.
        waiting: in the order of their coming.
        used: how often each set was played against each kind; the least used come first.
    """
    counts = dict(used)
    people = [one for one in waiting if one.left[0] == "person"]
    bots = [one for one in waiting if one.left[0] == "bot"]
    found, alone = _couples(people)
    swapped: set[str] = set()
    for one in alone:
        partner = next((b for b in bots if "person" in b.left), None)
        if "bot" in one.left:
            bots.append(one)
            swapped.add(one.person)
        elif partner:
            bots.remove(partner)
            found.append((one, partner))
            swapped.add(partner.person)
    matches = [*found, *((one,) for one in bots)]
    return [_placed(secret, tick, match, swapped, counts) for match in matches]


def _couples(people: Iterable[Waiting]) -> tuple[list[tuple[Waiting, ...]], list[Waiting]]:
    """Couples, first come first, new to each other where possible; and who is left over."""
    found: list[tuple[Waiting, ...]] = []
    alone: list[Waiting] = []
    for one in people:
        other = next((a for a in alone if one.person not in a.met), None)
        if other:
            alone.remove(other)
            found.append((other, one))
        else:
            alone.append(one)
    again = list(zip(alone[::2], alone[1::2], strict=False))
    return [*found, *again], alone[2 * len(again) :]


def _placed(
    secret: str,
    tick: int,
    match: tuple[Waiting, ...],
    swapped: Iterable[str],
    counts: dict[tuple[Opponent, int], int],
) -> Pairing:
    """The match on the set that is played least, among those that nobody of it has seen."""
    names = tuple(one.person for one in match)
    kind: Opponent = "bot" if len(match) == 1 else "person"
    seen = frozenset[int]().union(*(one.seen for one in match))
    sets = sorted({number for _, number in counts} - seen)
    if not sets:
        raise ValueError(f"sets: expected one that none of {len(match)} has seen, got: none")
    chosen = min(
        sets, key=lambda s: (counts.get((kind, s), 0), chance(secret, "set", tick, *names, s))
    )
    counts[kind, chosen] = counts.get((kind, chosen), 0) + 1
    turn = chance(secret, "seats", tick, *names) < 0.5
    return Pairing(names[::-1] if turn else names, chosen, frozenset(swapped) & {*names})


def never_used(sets: int) -> dict[tuple[Opponent, int], int]:
    """What `pair` wants to know before the first match, for so many sets."""
    kinds: tuple[Opponent, ...] = ("bot", "person")
    return {(kind, number): 0 for kind in kinds for number in range(sets)}
