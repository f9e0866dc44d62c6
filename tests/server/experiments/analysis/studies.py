"""Rows by hand, and simulated studies of a kind."""

from __future__ import annotations

from typing import Any

import numpy as np

from server.experiments.analysis.data import Data, MatchRow, RoundRow
from server.experiments.simulation import Truth, simulate
from tests.server.experiments.conftest import plan_of


def match(person: str, won: float = 0, opponent: str = "bot", **fields: Any) -> MatchRow:
    given = {"match": f"m-{person}", "number": 1, "set": 0, "opponent": opponent, "won": won}
    return MatchRow(person=person, **(given | fields))


def round_(person: str, score: int = 0, bot_score: int | None = 0, **fields: Any) -> RoundRow:
    given: dict[str, Any] = {
        "match": f"m-{person}",
        "number": 1,
        "opponent": "bot",
        "place": "p",
        "lat": 0.0,
        "lng": 0.0,
        "score": score,
        "distance_km": 10.0,
        "time_s": 9.0,
        "bot_score": bot_score,
        "bot_distance_km": 1.0,
        "bot_time_s": 8.0,
    }
    return RoundRow(person=person, **(given | fields))


def studies(count: int, people: int = 20, seed: int = 1, **truth: Any) -> list[Data]:
    """Studies of the plan of `plan_of`, drawn anew, in which `truth` holds."""
    rng = np.random.default_rng(seed)
    return [simulate(Truth(**truth), plan_of(), people, rng) for _ in range(count)]
