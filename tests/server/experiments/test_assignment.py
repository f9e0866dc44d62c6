"""Balanced for everybody and at every place, and nobody's guess."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from server.experiments.assignment import (
    ALONE_S,
    Opponent,
    Waiting,
    after,
    never_used,
    order,
    pair,
)
from server.experiments.names import ALIASES, AVATARS, drawn


@pytest.mark.parametrize("matches", [1, 2, 3, 4, 5, 8])
def test_balanced(matches: int) -> None:
    orders = [order("secret", person, matches) for person in range(40)]
    for one in orders:
        assert abs(one.count("bot") - one.count("person")) == matches % 2
    for place in range(matches):
        assert Counter(one[place] for one in orders) == {"bot": 20, "person": 20}


def test_all_balanced_orders_come() -> None:
    found = Counter(order("secret", person, 4) for person in range(600))
    assert len(found) == 6
    assert min(found.values()) > 60


def test_another_secret_another_order() -> None:
    drawn_by = [tuple(order(s, p, 4) for p in range(12)) for s in ("a", "b")]
    assert drawn_by[0] != drawn_by[1]
    assert drawn_by[0] == tuple(order("a", p, 4) for p in range(12))


def waiting(person: str, *left: str, seen=(), met=(), waited_s=0.0) -> Waiting:
    return Waiting(person, left, frozenset(seen), frozenset(met), waited_s)  # type: ignore[arg-type]


def paired(*all_waiting: Waiting, sets: int = 7, tick: int = 1):
    return pair("secret", tick, all_waiting, never_used(sets))


def who(found) -> list[tuple[str, ...]]:
    return sorted(tuple(sorted(match.people)) for match in found)


def test_a_couple_that_wants_the_same_gets_it() -> None:
    met = paired(waiting("a", "person"), waiting("b", "person"))
    assert who(met) == [("a", "b")]
    bots = paired(waiting("a", "bot"), waiting("b", "bot"))
    assert who(bots) == [("a",), ("b",)]
    assert [match.opponent for match in (*met, *bots)] == ["person", "bot", "bot"]
    assert not any(match.swapped for match in (*met, *bots))


def test_whoever_can_yields() -> None:
    (met,) = paired(waiting("a", "person"), waiting("b", "bot", "person"))
    assert (sorted(met.people), met.swapped) == (["a", "b"], {"b"})
    bots = paired(waiting("a", "person", "bot"), waiting("b", "bot"))
    assert (who(bots), [m.swapped for m in bots]) == ([("a",), ("b",)], [{"a"}, frozenset()])


@pytest.mark.parametrize("left", [("person", "bot"), ("person",)])
def test_else_the_coin_falls(left: tuple[str, ...]) -> None:
    """Where both can, and where neither can: five standard deviations of a fair coin."""
    couple = waiting("a", *left), waiting("b", *left[::-1] if len(left) > 1 else ["bot"])
    all_found = [paired(*couple, tick=tick) for tick in range(400)]
    assert abs(sum(len(found) == 1 for found in all_found) - 200) < 50
    assert all(len(frozenset().union(*(m.swapped for m in found))) == 1 for found in all_found)


def test_an_odd_one_waits_for_a_minute() -> None:
    first, second = waiting("a", "person"), waiting("b", "person")
    assert who(paired(first, second, waiting("c", "bot"))) == [("a", "b")]
    assert paired(waiting("c", "bot", waited_s=ALONE_S - 1)) == []
    (found,) = paired(waiting("c", "person", waited_s=ALONE_S))
    assert (found.people, found.opponent, found.swapped) == (("c",), "bot", {"c"})


def test_new_people_meet_rather_than_old_ones() -> None:
    found = paired(
        waiting("a", "person", met="b"),
        waiting("b", "person", met="a"),
        waiting("c", "person"),
        waiting("d", "person"),
    )
    assert who(found) == [("a", "c"), ("b", "d")]
    (again,) = paired(waiting("a", "person", met="b"), waiting("b", "person", met="a"))
    assert sorted(again.people) == ["a", "b"]


def test_partners_are_exchanged_and_the_odd_one_chosen_so_that_none_meet_again() -> None:
    """Taken as they come the first two would leave c and d, and b and c would be left to a."""
    four = [waiting("a", "person"), waiting("b", "person")]
    four += [waiting("c", "person", met="d"), waiting("d", "person", met="c")]
    assert who(paired(*four)) in ([("a", "c"), ("b", "d")], [("a", "d"), ("b", "c")])
    three = [waiting("a", "person", met="b"), waiting("b", "person", met="a")]
    assert who(paired(*three, waiting("c", "person"))) == [("a", "c")]


@pytest.mark.parametrize("people", [4, 7, 8])
def test_no_couples_of_which_fewer_have_met(people: int) -> None:
    rng = Random(people)
    names = "abcdefgh"[:people]
    for _ in range(100):
        met: dict[str, set[str]] = {name: set() for name in names}
        for one, other in (rng.sample(names, 2) for _ in range(people)):
            if max(len(met[one]), len(met[other])) < 3:
                met[one].add(other)
                met[other].add(one)
        found = paired(*(waiting(name, "person", met=met[name]) for name in names))
        assert sum(b in met[a] for a, b in who(found)) == fewest(names, met)


def fewest(names: str, met: dict[str, set[str]]) -> int:
    """Of all ways to make couples; an odd one of them is left out."""
    if len(names) < 2:
        return 0
    one, others = names[0], names[1:]
    with_one = ((o in met[one]) + fewest(others.replace(o, ""), met) for o in others)
    return min([*with_one, *([fewest(others, met)] if len(names) % 2 else [])])


@pytest.mark.parametrize(
    ("left", "met", "then"),
    [
        ("bpp", "b", "pp"),
        ("bppb", "p", "pbb"),  # the last person is brought forward, the bot goes there
        ("bp", "p", "b"),
        ("bb", "p", "b"),  # one more than the order has
        ("b", "p", ""),
    ],
)
def test_what_is_brought_forward_changes_places(left: str, met: str, then: str) -> None:
    kinds: dict[str, Opponent] = {"b": "bot", "p": "person"}
    assert after(tuple(kinds[k] for k in left), kinds[met]) == tuple(kinds[k] for k in then)


def test_sets_are_new_to_both_and_used_evenly() -> None:
    (found,) = paired(
        waiting("a", "person", seen=range(3)), waiting("b", "person", seen=range(3, 6))
    )
    assert found.set == 6
    used = never_used(4)
    for tick in range(40):
        (match,) = pair("secret", tick, [waiting("a", "bot", waited_s=ALONE_S)], used)
        used["bot", match.set] += 1
    assert {used["bot", number] for number in range(4)} == {10}


def test_seats_tell_nothing() -> None:
    """Who came first sits first half of the time."""
    couple = [waiting("a", "person"), waiting("b", "person")]
    first = Counter(pair("s", tick, couple, never_used(3))[0].people[0] for tick in range(400))
    assert abs(first["a"] - 200) < 50  # five standard deviations


def test_names_are_one_list_for_all_seats() -> None:
    assert len(set(ALIASES)) == len(ALIASES) > 60
    seats = [drawn("secret", f"m{match}", 2) for match in range(1000)]
    assert all(a != b and x != y for (a, x), (b, y) in seats)
    for seat in range(2):
        names = Counter(match[seat][0].split()[0] for match in seats)
        assert len(names) == len(ALIASES)
        assert max(names.values()) < 5 * 1000 / len(ALIASES)
        assert set(Counter(match[seat][1] for match in seats)) == set(range(AVATARS))
