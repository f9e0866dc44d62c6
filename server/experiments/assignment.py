"""Who meets a bot and who a person, and on which panoramas. Pure; chance comes from a secret.

People come in twos: the first gets an order that is drawn from all balanced ones, the second its
mirror image. At every place of the orders half of the people meet a bot, and each meets bots and
people equally often (give or take one where the number is odd). So it would be if nobody had to
wait; where two who wait want different things, one of them yields.

Nobody who does not have the secret can tell an order; its SHA-256 is shown from the start, the
secret itself at the end, so that anybody can check that the orders were drawn and not chosen.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

Opponent = Literal["bot", "person"]

ALONE_S = 60.0
"""Who has found nobody for so long plays the bot."""

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
    waited_s: float = 0.0
    """While the bot was there."""
    strayed: int = 0
    """Matches against a kind of which their order had none left."""

    def played(self, opponent: Opponent, set_: int, people: Iterable[str]) -> Waiting:
        """Once they have played against that kind on that set, `people` being all in the match."""
        return replace(
            self,
            left=after(self.left, opponent),
            seen=self.seen | {set_},
            met=self.met | {one for one in people if one != self.person},
            strayed=self.strayed + (opponent not in self.left),
        )


Couple = tuple[Waiting, Waiting]


@dataclass(frozen=True, slots=True)
class Pairing:
    """A match to be opened."""

    people: tuple[str, ...]
    """One, who meets a bot, or two; in the order of their seats where there are two."""
    set: int
    swapped: frozenset[str] = frozenset()
    """Who meets another kind than their order says next."""

    @property
    def opponent(self) -> Opponent:
        """Whom the people of it meet."""
        return "bot" if len(self.people) == 1 else "person"


def after(left: tuple[Opponent, ...], met: Opponent) -> tuple[Opponent, ...]:
    """Whom one is still to meet after a match.

    What was brought forward comes from the end of the order, and what stood first goes there: if it
    stayed first, the next opponent would tell this one.
    """
    first, *rest = left
    if met != first and met in rest:
        rest[len(rest) - 1 - rest[::-1].index(met)] = first
    return tuple(rest)


def pair(
    secret: str, tick: int, waiting: Sequence[Waiting], used: Mapping[tuple[Opponent, int], int]
) -> list[Pairing]:
    """Matches for those who wait at a tick; all begin at once.

    Bots are always at hand and people are not, so nobody waits for the kind that they are to meet:
    people are taken in twos as they come, and both of a couple play now, each other or the bot. An
    odd one, the last to come, waits, and plays the bot after `ALONE_S`.

    Args:
        secret: of the study.
        tick: its number: a new one draws anew.
        waiting: in the order of their coming.
        used: how often each set was played against each kind; the least used come first.
    """
    counts = dict(used)
    couples, odd = _couples(waiting)
    matches = [match for couple in couples for match in _seated(secret, tick, *couple)]
    matches += [(one,) for one in odd if one.waited_s >= ALONE_S]
    return [_placed(secret, tick, match, counts) for match in matches]


def _couples(waiting: Sequence[Waiting]) -> tuple[list[Couple], list[Waiting]]:
    """All in twos, and who is left over, if they are an odd number.

    First come, first served; two who have met only where the one has met all who are left, and no
    exchange of partners with another couple helps.
    """
    queue, couples = list(waiting), list[Couple]()
    while len(queue) > 1:
        one = queue.pop(0)
        other = next((who for who in queue if not _met(one, who)), queue[0])
        queue.remove(other)
        couples.append((one, other))
    for first, second in combinations(range(len(couples)), 2):
        couples[first], couples[second] = _exchanged(couples[first], couples[second])
    return couples, queue


def _exchanged(first: Couple, second: Couple) -> tuple[Couple, Couple]:
    """The same four in couples of which fewer have met, or as they are."""
    (a, b), (c, d) = first, second
    ways = (first, second), ((a, c), (b, d)), ((a, d), (b, c))
    return min(ways, key=lambda way: sum(_met(*couple) for couple in way))


def _met(one: Waiting, other: Waiting) -> bool:
    return other.person in one.met


def _seated(secret: str, tick: int, one: Waiting, other: Waiting) -> list[tuple[Waiting, ...]]:
    """A couple against each other, or each against the bot.

    Where their orders differ, chance says who yields: one who has the other kind in their order, if
    there is one; else one who has strayed least from theirs.
    """
    kind = one.left[0]
    if kind != other.left[0]:
        couple, least = (one, other), min(one.strayed, other.strayed)
        able = [who for who in couple if len({*who.left}) == 2]
        able = able or [who for who in couple if who.strayed == least]
        coin = chance(secret, "yields", tick, one.person, other.person)
        kind = _OTHER[able[int(coin * len(able))].left[0]]
    return [(one, other)] if kind == "person" else [(one,), (other,)]


def _placed(
    secret: str,
    tick: int,
    match: tuple[Waiting, ...],
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
    swapped = frozenset(one.person for one in match if one.left[0] != kind)
    return Pairing(names[::-1] if turn else names, chosen, swapped)


def never_used(sets: int) -> dict[tuple[Opponent, int], int]:
    """What `pair` wants to know before the first match, for so many sets."""
    kinds: tuple[Opponent, ...] = ("bot", "person")
    return {(kind, number): 0 for kind in kinds for number in range(sets)}
