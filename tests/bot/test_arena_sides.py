"""How a duel stands, as read from the page's sides."""

from __future__ import annotations

from bot.arena_sides import read_duel
from bot.tactics.duel import INDIVIDUAL, SHARED, Duel


def side(health: float, multiplier: float = 1.0, *, own: bool = False) -> dict[str, object]:
    return {"own": own, "health": health, "multiplier": multiplier}


def test_a_classic_match_and_one_alone_are_no_duel() -> None:
    assert read_duel(None, 1) is None
    assert read_duel({"mode": "classic", "sides": [side(0, own=True), side(0)]}, 1) is None


def test_both_rule_sets() -> None:
    sides = [side(4000, 1.5), side(6000, 2, own=True)]
    a = read_duel({"mode": "duels_a", "sides": sides}, 6)
    assert a == Duel(SHARED, 6, 6000, 4000, 2, 1.5)
    b = read_duel({"mode": "duels_b", "sides": sides}, 6)
    assert b == Duel(INDIVIDUAL, 6, 6000, 4000, 2, 1.5)


def test_of_several_rivals_the_strongest_counts() -> None:
    sides = [side(100), side(6000, own=True), side(5000)]
    duel = read_duel({"mode": "duels_a", "sides": sides}, 2)
    assert duel
    assert duel.their_health == 5000


def test_a_watcher_has_no_duel() -> None:
    assert read_duel({"mode": "duels_a", "sides": [side(1), side(2)]}, 2) is None
