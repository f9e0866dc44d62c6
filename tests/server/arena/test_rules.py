"""The game's rules, without a clock, a store or a wire."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.geo import WORLD_DIAGONAL_KM, destination
from server.arena.events import (
    EVENT,
    Event,
    GuessMade,
    MatchCreated,
    Planned,
    RoundStarted,
    RoundTimedOut,
)
from server.arena.fold import fold
from server.arena.rules import (
    Command,
    MakeGuess,
    MatchOver,
    OutOfOrder,
    PlacePin,
    RoundOver,
    RuleBroken,
    StartRound,
    decide,
    settle,
)
from server.arena.state import State
from server.arena.words import Pin, Rules

ORACLE = Path(__file__).parents[4] / "shared" / "data" / "meta" / "osv5m_select.csv"
PARIS = (48.8566, 2.3522)
PIN = Pin(lat=10, lng=20)
OTHER = Pin(lat=-10, lng=-20)


def created(
    rounds: int = 3,
    limit_s: int | None = None,
    diagonal_km: float = WORLD_DIAGONAL_KM,
    at: tuple[float, float] = PARIS,
) -> MatchCreated:
    planned = Planned(
        panorama="p",
        lat=at[0],
        lng=at[1],
        heading=0,
        hfov_deg=360,
        licence="",
        attribution="",
        place="",
    )
    return MatchCreated(
        at=0,
        pack="tiny",
        diagonal_km=diagonal_km,
        rules=Rules(rounds=rounds, time_limit_s=limit_s),
        seed=1,
        name="Player",
        token_sha256="",
        rounds=(planned,) * rounds,
    )


class Table:
    """A match whose log grows by what is decided, as the store's does."""

    def __init__(self, first: MatchCreated) -> None:
        self.log: list[Event] = [first]

    @property
    def state(self) -> State:
        return fold(self.log)

    def do(self, command: Command, now: float) -> list[Event]:
        events = decide(self.state, command, now)
        self.log += events
        return events


def score_of(guess: tuple[float, float], first: MatchCreated) -> int:
    table = Table(first)
    table.do(StartRound(1), 1)
    table.do(MakeGuess(1, Pin(lat=guess[0], lng=guess[1])), 2)
    return table.state.ended[0].turns[0].score


@pytest.mark.parametrize(
    ("distance_km", "diagonal_km", "points"),
    [
        (0, WORLD_DIAGONAL_KM, 5000),
        (0.0249, WORLD_DIAGONAL_KM, 5000),
        (0.0249, 1.0, 5000),  # the 25 m of every map, however small
        (0.0251, 1.0, 3890),  # 5000 exp(-0.251)
        (1491.6862, WORLD_DIAGONAL_KM, 1839),  # a tenth of the diagonal: 5000 / e
        (1492.7, WORLD_DIAGONAL_KM, 1838),
        (149.0, WORLD_DIAGONAL_KM, 4525),
        (20015.0, WORLD_DIAGONAL_KM, 0),
    ],
)
def test_score(distance_km: float, diagonal_km: float, points: int) -> None:
    lat, lng = destination(PARIS, 37.0, distance_km)
    assert score_of((lat, lng), created(diagonal_km=diagonal_km)) == points


@pytest.mark.skipif(not ORACLE.exists(), reason="the shared data is not beside the checkout")
def test_scores_of_published_predictions() -> None:
    with ORACLE.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 50
    for row in rows:
        place = (float(row["true_lat"]), float(row["true_lon"]))
        guess = (float(row["pred_lat"]), float(row["pred_lon"]))
        # Their decay is 1492.7 km, and their scores are not rounded.
        points = score_of(guess, created(diagonal_km=14927.0, at=place))
        assert points == pytest.approx(float(row["score"]), abs=0.51)


def test_rounds_come_in_order_and_only_once() -> None:
    table = Table(created(rounds=2))
    with pytest.raises(OutOfOrder, match="round 1 to be started"):
        table.do(MakeGuess(1, PIN), 1)
    with pytest.raises(OutOfOrder):
        table.do(StartRound(2), 1)
    table.do(StartRound(1), 1)
    assert table.do(StartRound(1), 5) == []  # the clock does not start anew
    with pytest.raises(OutOfOrder, match="round 1, which is running"):
        table.do(StartRound(2), 6)
    table.do(MakeGuess(1, PIN), 7)
    for command in (MakeGuess(1, OTHER), PlacePin(1, OTHER), StartRound(1)):
        with pytest.raises(RoundOver, match="has been guessed"):
            table.do(command, 8)
    table.do(StartRound(2), 9)
    table.do(MakeGuess(2, PIN), 10)
    assert table.state.phase == "over"
    with pytest.raises(MatchOver):
        table.do(StartRound(3), 11)
    assert [ended.turns[0].time_s for ended in table.state.ended] == [6, 1]


def test_deadline_submits_the_pin() -> None:
    table = Table(created(limit_s=60))
    table.do(StartRound(1), 100)
    table.do(PlacePin(1, OTHER), 110)
    table.do(PlacePin(1, PIN), 120)
    assert settle(table.state, 159.999) == []
    assert settle(table.state, 5000) == [RoundTimedOut(at=160, number=1, guess=PIN)]
    with pytest.raises(RoundOver, match="clock ran out"):
        decide(table.state, MakeGuess(1, OTHER), 160)


def test_deadline_without_a_pin_scores_nothing() -> None:
    table = Table(created(limit_s=60, at=(0, 0)))
    table.do(StartRound(1), 100)
    events = table.do(StartRound(2), 900)
    assert [type(event) for event in events] == [RoundTimedOut, RoundStarted]
    ended = table.state.ended[0].turns[0]
    assert (ended.guess, ended.distance_km, ended.score, ended.time_s) == (None, None, 0, 60)
    assert table.state.deadline == 960


def test_guess_counts_not_the_pin() -> None:
    table = Table(created(limit_s=60))
    table.do(StartRound(1), 0)
    assert len(table.do(PlacePin(1, PIN), 1)) == 1
    assert table.do(PlacePin(1, PIN), 2) == []
    table.do(MakeGuess(1, OTHER), 59.9)
    assert table.state.ended[0].turns[0].guess == OTHER


def test_no_clock_waits_for_ever() -> None:
    table = Table(created())
    table.do(StartRound(1), 0)
    assert settle(table.state, 1e12) == []


def test_a_log_in_disorder_is_refused() -> None:
    start = RoundStarted(at=1, number=1)
    guess = GuessMade(at=2, number=2, guess=PIN)
    for log in ([start], [created(), guess], [created(), start, guess], [created(), start, start]):
        with pytest.raises(ValueError, match="log: expected"):
            fold(log)


def test_logs_of_matches_without_shared_seats() -> None:
    """As they were written before seats could be several; still on people's disks."""
    first = created(limit_s=60).model_dump(mode="json", exclude={"shared"})
    rest = [
        {"type": "round_started", "at": 1, "number": 1},
        {"type": "pin_placed", "at": 2, "number": 1, "pin": {"lat": 10, "lng": 20}},
        {"type": "guess_made", "at": 3, "number": 1, "guess": {"lat": 10, "lng": 20}},
        {"type": "round_started", "at": 4, "number": 2},
        {"type": "round_timed_out", "at": 64, "number": 2, "guess": None},
    ]
    state = fold(EVENT.validate_python(event) for event in (first, *rest))
    assert [ended.turns[0].guess for ended in state.ended] == [PIN, None]


pins = st.builds(Pin, lat=st.floats(-90, 90), lng=st.floats(-180, 180))
numbers = st.integers(1, 5)
commands = st.one_of(
    st.builds(StartRound, numbers),
    st.builds(PlacePin, numbers, pins),
    st.builds(MakeGuess, numbers, pins),
)


@given(st.lists(st.tuples(commands, st.floats(0, 40)), max_size=40), st.sampled_from([None, 30]))
def test_any_commands_at_any_times(steps: list[tuple[Command, float]], limit_s: int | None) -> None:
    table = Table(created(rounds=3, limit_s=limit_s))
    now = 0.0
    for command, pause_s in steps:
        now += pause_s
        before = table.state
        try:
            table.do(command, now)
        except RuleBroken:
            assert table.state == before
        after = table.state
        # What is over stays as it was; a step ends at most the running round.
        assert after.ended[: len(before.ended)] == before.ended
        assert len(after.ended) - len(before.ended) <= (before.running is not None)
        assert not (after.running and len(after.ended) >= after.running.number)
        assert after.scores == [sum(ended.turns[0].score for ended in after.ended)]
        assert (after.phase == "over") == (len(after.ended) == 3)
        assert all(
            limit_s is None or ended.turns[0].time_s <= limit_s + 1e-6 for ended in after.ended
        )
