"""Balanced for everybody and at every place, and nobody's guess."""

from __future__ import annotations

from collections import Counter

import pytest

from server.experiments.assignment import Waiting, never_used, order, pair
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


def waiting(person: str, *left: str, seen=(), met=()) -> Waiting:
    return Waiting(person, left, frozenset(seen), frozenset(met))  # type: ignore[arg-type]


def paired(*all_waiting: Waiting, sets: int = 7):
    return pair("secret", 1, all_waiting, never_used(sets))


def test_people_meet_people_and_bots_meet_the_others() -> None:
    found = paired(waiting("a", "person"), waiting("b", "bot"), waiting("c", "person"))
    assert sorted(tuple(sorted(m.people)) for m in found) == [("a", "c"), ("b",)]
    assert {m.opponent for m in found} == {"bot", "person"}
    assert not any(m.swapped for m in found)


def test_whoever_finds_nobody_takes_a_bot_of_later() -> None:
    (found,) = paired(waiting("a", "person", "bot"))
    assert (found.people, found.opponent, found.swapped) == (("a",), "bot", {"a"})


def test_or_somebody_else_takes_a_person_of_later() -> None:
    (found,) = paired(waiting("a", "person"), waiting("b", "bot", "person"))
    assert (sorted(found.people), found.swapped) == (["a", "b"], {"b"})


def test_or_waits() -> None:
    (found,) = paired(waiting("a", "person"), waiting("b", "bot"))
    assert found.people == ("b",)


def test_new_people_meet_rather_than_old_ones() -> None:
    found = paired(
        waiting("a", "person", met="b"),
        waiting("b", "person", met="a"),
        waiting("c", "person"),
        waiting("d", "person"),
    )
    assert sorted(tuple(sorted(match.people)) for match in found) == [("a", "c"), ("b", "d")]
    (again,) = paired(waiting("a", "person", met="b"), waiting("b", "person", met="a"))
    assert sorted(again.people) == ["a", "b"]


def test_sets_are_new_to_both_and_used_evenly() -> None:
    (found,) = paired(
        waiting("a", "person", seen=range(3)), waiting("b", "person", seen=range(3, 6))
    )
    assert found.set == 6
    used = never_used(4)
    for tick in range(40):
        (match,) = pair("secret", tick, [waiting("a", "bot")], used)
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
