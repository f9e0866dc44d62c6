"""Rounds of several seats, without a clock, a store or a wire."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.geo import destination
from server.arena import lobby
from server.arena.events import GuessMade, MatchStarted, RoundStarted, RoundTimedOut, SeatReady
from server.arena.fold import fold
from server.arena.rules import (
    Command,
    Locked,
    LostSeat,
    MakeGuess,
    MatchOver,
    NoSeat,
    OutOfOrder,
    PlacePin,
    RoundOver,
    RuleBroken,
    StartRound,
    settle,
)
from server.arena.words import Pin, TakeSeat
from tests.server.arena.table import HERE, PLACE, Table, shared

FAR = Pin(lat=0, lng=180)
"""The antipode: 0 points, where `HERE` is worth 5000."""


def off(distance_km: float) -> Pin:
    lat, lng = destination(PLACE, 90.0, distance_km)
    return Pin(lat=lat, lng=lng)


def test_the_last_seat_starts_the_match() -> None:
    table = Table(shared(seats=3), seats=2)
    assert table.state.phase == "lobby"
    with pytest.raises(OutOfOrder, match="to be started first"):
        table.do(0, StartRound(1), 1)
    table.log += lobby.take(table.state, TakeSeat(name="C"), "2", None, 4)
    assert table.log[-1] == MatchStarted(at=4)
    with pytest.raises(NoSeat, match="not started yet"):
        lobby.take(table.state, TakeSeat(name="D"), "3", None, 5)
    assert lobby.start(table.state, 5) == []


def test_the_host_starts_with_fewer() -> None:
    table = Table(shared(seats=9, mode="duels_a"), seats=1)
    with pytest.raises(NoSeat, match="at least 2 taken, got: 1"):
        lobby.start(table.state, 1)
    table.log += lobby.take(table.state, TakeSeat(name="B"), "1", None, 2)
    assert lobby.start(table.state, 3) == [MatchStarted(at=3)]


def test_names_are_taken_once() -> None:
    table = Table(shared(seats=3), seats=1)
    with pytest.raises(NoSeat, match="like no other seat's, got: a"):
        lobby.take(table.state, TakeSeat(name="a"), "1", None, 1)


def test_teams_fill_up_evenly_and_none_stays_empty() -> None:
    table = Table(shared(seats=4, teams=2), seats=3)
    assert [seat.team for seat in table.state.seats] == [0, 1, 0]
    table = Table(shared(seats=3, teams=3), seats=1, teams=(2,))
    with pytest.raises(NoSeat, match="each other team"):
        lobby.take(table.state, TakeSeat(name="B", team=2), "1", None, 1)
    with pytest.raises(NoSeat, match="taken in each"):
        lobby.start(table.state, 1)
    with pytest.raises(NoSeat, match="0 to 2, got: 3"):
        lobby.take(table.state, TakeSeat(name="B", team=3), "1", None, 1)


def test_a_round_ends_when_the_last_seat_has_locked() -> None:
    table = Table(shared(pause_s=8), seats=2)
    table.begin(1, 3)
    assert [type(event) for event in table.log[-3:]] == [SeatReady, SeatReady, RoundStarted]
    table.do(1, MakeGuess(1, HERE), 10)
    assert table.state.phase == "round"
    with pytest.raises(Locked):
        table.do(1, MakeGuess(1, FAR), 11)
    with pytest.raises(Locked):
        table.do(1, PlacePin(1, FAR), 11)
    table.do(0, MakeGuess(1, FAR), 12)
    (ended,) = table.state.ended
    assert [turn.score for _, turn in sorted(ended.turns.items())] == [0, 5000]
    assert [turn.time_s for _, turn in sorted(ended.turns.items())] == [9, 7]
    assert (table.state.phase, ended.at, table.state.next_start) == ("ready", 12, 20)


def test_the_first_guess_shortens_the_clock() -> None:
    table = Table(shared(limit_s=60, after_first_guess_s=15, seats=3), seats=3)
    table.begin(1, 0)
    assert table.state.deadline == 60
    table.do(0, MakeGuess(1, HERE), 20)
    assert table.state.deadline == 35
    table.do(1, PlacePin(1, off(1)), 21)
    table.do(1, PlacePin(1, off(100)), 22)
    assert settle(table.state, 34.9) == []
    assert table.settle(500)[0] == RoundTimedOut(at=35, number=1)
    turns = table.state.ended[0].turns
    assert [turns[seat].guess for seat in range(3)] == [HERE, off(100), None]
    assert [turns[seat].timed_out for seat in range(3)] == [False, True, True]
    assert turns[2].score == 0


def test_a_late_first_guess_does_not_lengthen_the_clock() -> None:
    table = Table(shared(limit_s=60), seats=2)
    table.begin(1, 0)
    table.do(0, MakeGuess(1, HERE), 58)
    assert table.state.deadline == 60


def test_without_a_limit_only_the_first_guess_sets_one() -> None:
    table = Table(shared(after_first_guess_s=15), seats=2)
    table.begin(1, 0)
    assert settle(table.state, 1e9) == []
    table.do(1, MakeGuess(1, HERE), 1000)
    with pytest.raises(RoundOver, match="clock ran out"):
        table.do(0, MakeGuess(1, HERE), 1015)


def test_rounds_start_by_themselves_at_their_time() -> None:
    table = Table(shared(rounds=2, limit_s=10, pause_s=8), seats=2)
    assert table.settle(7.9) == []
    assert table.settle(1e6) == [
        RoundStarted(at=8, number=1),
        RoundTimedOut(at=18, number=1),
        RoundStarted(at=26, number=2),
        RoundTimedOut(at=36, number=2),
    ]
    assert table.state.phase == "over"


def test_without_a_pause_all_have_to_want_the_next_round() -> None:
    table = Table(shared(pause_s=None), seats=2)
    assert settle(table.state, 1e9) == []
    assert [type(event) for event in table.do(0, StartRound(1), 1)] == [SeatReady]
    assert table.do(0, StartRound(1), 2) == []
    assert [type(event) for event in table.do(1, StartRound(1), 3)] == [SeatReady, RoundStarted]
    assert table.do(0, StartRound(1), 4) == []


def test_the_best_guess_of_a_team_counts() -> None:
    table = Table(shared(seats=4, teams=2, mode="duels_a"), seats=4, teams=(0, 0, 1, 1))
    table.play(1, 0, FAR, off(1491.6862), off(2983.3724), FAR)
    # 5000/e = 1839.4 and 5000/e^2 = 676.7
    assert table.state.ended[0].scores == (1839, 677)
    assert [side.health for side in table.state.sides] == [6000, 6000 - (1839 - 677)]


def test_a_duel_ends_when_one_side_stands() -> None:
    table = Table(shared(rounds=9, mode="duels_a"), seats=2)
    table.play(1, 0, HERE, FAR)
    assert table.state.phase == "ready"
    table.play(2, 100, HERE, FAR)
    assert (table.state.phase, table.state.winner) == ("over", 0)
    assert [side.health for side in table.state.sides] == [6000, 0]
    with pytest.raises(MatchOver):
        table.do(0, StartRound(3), 200)


def test_who_has_no_health_looks_on() -> None:
    table = Table(shared(rounds=9, mode="duels_a", seats=3, health=4000), seats=3)
    table.play(1, 0, HERE, FAR, off(500))
    table.begin(2, 100)
    with pytest.raises(LostSeat):
        table.do(1, MakeGuess(2, HERE), 101)
    table.do(0, MakeGuess(2, FAR), 102)
    table.do(2, MakeGuess(2, HERE), 103)
    assert (table.state.phase, table.state.winner) == ("over", 2)
    assert list(table.state.ended[1].turns) == [0, 2]
    assert table.state.ranks[1] < table.state.ranks[0] < table.state.ranks[2]


@pytest.mark.parametrize(("guesses", "winner"), [((HERE, off(50)), 0), ((HERE, HERE), None)])
def test_after_the_last_round_more_health_wins(guesses: tuple[Pin, Pin], winner: Any) -> None:
    for mode in ("duels_b", "classic"):
        table = Table(shared(rounds=1, mode=mode), seats=2)
        table.play(1, 0, *guesses)
        assert (table.state.phase, table.state.winner) == ("over", winner)


def test_what_others_do_in_secret_does_not_show() -> None:
    table = Table(shared(), seats=2)
    table.begin(1, 0)
    before = [table.state.version(seat) for seat in (0, 1, None)]
    table.do(0, PlacePin(1, HERE), 1)
    assert [table.state.version(seat) for seat in (0, 1, None)] == [
        before[0] + 1,
        before[1],
        before[2],
    ]


pins = st.sampled_from([HERE, FAR, off(300), off(1500), off(5000)])
numbers = st.integers(1, 4)
commands = st.one_of(
    st.builds(StartRound, numbers),
    st.builds(PlacePin, numbers, pins),
    st.builds(MakeGuess, numbers, pins),
)
steps = st.lists(
    st.tuples(st.integers(0, 3), commands, st.sampled_from([0, 1, 7, 20])), max_size=50
)
matches = st.builds(
    lambda mode, teams, limit_s, pause_s: shared(
        rounds=4, limit_s=limit_s, mode=mode, teams=teams, pause_s=pause_s, seats=4
    ),
    st.sampled_from(["classic", "duels_a", "duels_b"]),
    st.sampled_from([0, 2, 3]),
    st.sampled_from([None, 30]),
    st.sampled_from([None, 0, 8]),
)


@settings(max_examples=150, deadline=None)
@given(matches, steps)
def test_any_match(first: Any, steps: list[tuple[int, Command, float]]) -> None:
    table = Table(first, seats=4)
    now = 0.0
    for seat, command, pause_s in steps:
        now += pause_s
        before = table.state
        try:
            table.do(seat, command, now)
        except RuleBroken:
            assert table.state == before
        check_step(before, table.state)
    check_log(table)


def check_step(before: Any, after: Any) -> None:
    assert after.ended[: len(before.ended)] == before.ended
    assert all(new.health <= old.health for new, old in zip(after.sides, before.sides, strict=True))
    assert all(
        after.version(seat) >= before.version(seat) for seat in (None, *range(len(after.seats)))
    )


def check_log(table: Table) -> None:
    """One outcome a round, one guess a seat, dates as the clock has them, whoever looked first."""
    state = table.state
    assert fold(table.log) == state
    guesses = [(e.number, e.seat) for e in table.log if isinstance(e, GuessMade)]
    assert len(guesses) == len(set(guesses))
    starts = [e.number for e in table.log if isinstance(e, RoundStarted)]
    assert starts == list(range(1, len(starts) + 1))
    ends = [e.number for e in table.log if isinstance(e, RoundTimedOut)]
    assert len(ends) == len(set(ends))
    assert len(starts) - len(state.ended) == (state.running is not None)
    assert all(
        (number, seat) in guesses or state.ended[number - 1].turns[seat].timed_out
        for number in range(1, len(state.ended) + 1)
        for seat in state.ended[number - 1].turns
    )
    assert [e.at for e in table.log] == sorted(e.at for e in table.log)
    # Whatever was due by an event's time stands before it: when somebody looked tells nothing.
    for known, event in enumerate(table.log[1:], start=1):
        due = settle(fold(table.log[:known]), event.at)
        assert due == table.log[known : known + len(due)]
