"""From sittings to games and tables."""

from __future__ import annotations

from bot.game import Guess
from bot.tournament.duel import Rules
from bot.tournament.pairing import BYE
from bot.tournament.plan import Form, Plan
from bot.tournament.sittings import Sitting, Turn
from bot.tournament.standings import Record, by_key, games, record, standings

HERE = Guess(0.0, 0.0)
SCORES = {"good": [5000, 4000], "fair": [4000, 4000], "poor": [100, 0]}


def plan(form: Form = Form.ROUND_ROBIN, matches: int = 2) -> Plan:
    return Plan("tiny", None, 2, matches, 5, Rules.DUELS_A, form)


def turn(score: int) -> Turn:
    if not score:
        return Turn(HERE, None, None, 0, 9.0, "garbage")
    return Turn(HERE, HERE, float(5000 - score), score, 4.0)


def played(matches: int = 2) -> dict[tuple[str, int], Sitting]:
    return by_key(
        Sitting(name, f"spec of {name}", seed, tuple(map(turn, scores)))
        for name, scores in SCORES.items()
        for seed in range(5, 5 + matches)
    )


def test_everyone_plays_everyone_in_each_match() -> None:
    found = games(plan(), list(SCORES), played())
    assert [(g.seed, g.first, g.second, g.outcome.result) for g in found] == [
        (5, "good", "fair", 1.0),
        (5, "good", "poor", 1.0),
        (5, "fair", "poor", 1.0),
        (6, "good", "fair", 1.0),
        (6, "good", "poor", 1.0),
        (6, "fair", "poor", 1.0),
    ]
    # 6000 - 4900 - 4000 is below nothing, in the second round.
    assert (found[1].outcome.second, found[1].outcome.rounds) == (0, 2)
    assert record("fair", found) == Record(won=2, lost=2)
    assert record("fair", found, "poor") == Record(won=2)


def test_the_table_names_what_was_lost() -> None:
    found = games(plan(), list(SCORES), played())
    rows = standings(list(SCORES), found, played())
    assert [row.player for row in rows] == ["good", "fair", "poor"]
    good, _, poor = rows
    assert (good.mean_score, good.median_km, good.answer_ms) == (4500, 500, 4)
    assert (poor.spec, poor.failures) == ("spec of poor", {"garbage": 2})
    assert poor.record.points == 0


def test_a_swiss_tournament_rests_everyone_once() -> None:
    found = games(plan(Form.SWISS, 3), list(SCORES), played(3))
    rested = [game.first for game in found if game.second == BYE]
    assert sorted(rested) == sorted(SCORES)
    assert sum(game.second != BYE for game in found) == 3
    rows = standings(list(SCORES), found, played(3))
    assert [(row.player, row.record.points + row.byes) for row in rows] == [
        ("good", 3.0),
        ("fair", 2.0),
        ("poor", 1.0),
    ]
