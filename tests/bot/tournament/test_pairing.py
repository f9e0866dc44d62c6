"""Who meets whom."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from bot.tournament.pairing import BYE, count_meetings, round_robin, swiss


def test_everyone_meets_everyone() -> None:
    assert round_robin("abc") == [("a", "b"), ("a", "c"), ("b", "c")]


def test_equal_points_meet_each_other() -> None:
    points = {"a": 2.0, "b": 0.0, "c": 2.0, "d": 0.0, "e": 1.0, "f": 1.0}
    pairs = {frozenset(pair) for pair in swiss("abcdef", points, {})}
    assert pairs == {frozenset("ac"), frozenset("ef"), frozenset("bd")}


def test_nobody_meets_again_while_there_is_another() -> None:
    """Six players have five stages without a repetition, however the games end."""
    players, met = "abcdef", Counter[frozenset[str]]()
    points = dict.fromkeys(players, 0.0)
    for _ in range(3):
        pairs = swiss(players, points, met)
        assert sorted(name for pair in pairs for name in pair) == list(players)
        met += count_meetings(pairs)
        for first, _second in pairs:
            points[first] += 1
    assert set(met.values()) == {1}


def test_of_an_odd_number_the_last_has_a_bye_but_once() -> None:
    points = {"a": 2.0, "b": 1.0, "c": 0.0}
    assert ("c", BYE) in swiss("abc", points, {})
    assert ("b", BYE) in swiss("abc", points, {frozenset(("c", BYE)): 1})


def test_three_players_all_meet_and_all_rest_once() -> None:
    met = Counter[frozenset[str]]()
    for _ in range(3):
        met += count_meetings(swiss("abc", dict.fromkeys("abc", 0.0), met))
    assert met == Counter(frozenset(pair) for pair in combinations(["a", "b", "c", BYE], 2))
