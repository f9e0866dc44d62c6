"""A simulated study in a store, as if its people had come through the doors."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from server.experiments.analysis.data import Data, MatchRow
from server.experiments.events import Answered, Event, Joined, MatchOver, Met, PlayedRound, Ready
from server.experiments.opening import Keys, digest, open_study
from server.experiments.plan import Plan, freeze
from server.experiments.simulation import Truth, simulate
from server.experiments.store import Studies

PLACES = ((48.8566, 2.3522), (-31.5, 119.0), (35.68, 139.69))
"""Paris, a field in Western Australia, Tokyo: two towns in three."""


def fill(store: Studies, plan: Plan, people: int, truth: Truth, seed: int = 1) -> Keys:
    """A study in which so many have come to the end, one a minute."""
    frozen = freeze(plan, datetime(2026, 11, 21, tzinfo=UTC))
    keys = open_study(store, frozen, "Do you?", "It was a bot.", 0.0)
    data = simulate(truth, plan, people, np.random.default_rng(seed))
    for person in data.people:
        store.append(keys.study, f"p{person}", 0, _log(data, person))
    return keys


def token(person: int) -> str:
    return f"p{person}.key"


def _log(data: Data, person: str) -> list[Event]:
    joined = Joined(
        at=0, nickname="N", token_sha256=digest("key"), consent_sha256="", number=int(person)
    )
    log: list[Event] = [joined]
    mine = sorted((row for row in data.matches if row.person == person), key=lambda r: r.number)
    for row in mine:
        assert row.said_bot is not None
        assert row.sure is not None
        at = 60.0 * (int(person) + 1)
        over = MatchOver(at=at, won=row.won, rounds=tuple(_rounds(data, row)))
        answer = Answered(at=at, said_bot=row.said_bot, sure=row.sure)
        log += [Ready(at=at), _met(row, at), over, answer]
    return log


def _met(row: MatchRow, at: float) -> Met:
    return Met(
        at=at,
        match=row.match,
        seat_token="",
        seat=0,
        alias="A",
        avatar=0,
        rival_alias="B",
        rival_avatar=1,
        set=row.set,
        opponent=row.opponent,
        rival=f"p{row.rival}" if row.rival else None,
        bot_seat_token=None,
        swapped=False,
    )


def _rounds(data: Data, match: MatchRow) -> list[PlayedRound]:
    rows = [r for r in data.rounds if (r.person, r.match) == (match.person, match.match)]
    return [
        PlayedRound(
            number=row.number,
            panorama=row.place,
            lat=PLACES[row.number % 3][0],
            lng=PLACES[row.number % 3][1],
            score=row.score,
            distance_km=row.distance_km,
            time_s=row.time_s,
            timed_out=False,
            bot_score=row.bot_score,
            bot_distance_km=row.bot_distance_km,
            bot_time_s=row.bot_time_s,
        )
        for row in rows
    ]
