"""The show as a function of time: what is told and what is not yet, and the operator's clock."""

from __future__ import annotations

from functools import partial

import pytest

from server.arena.rules import RuleBroken
from server.arena.words import Pin
from server.live.chat.words import ChatSummary
from server.live.director import Director, order, queued, show_time, stands
from server.live.inbox import (
    MAX_BELIEFS,
    MAX_HEAT_BYTES,
    MAX_VIEW_BYTES,
    Inbox,
    Sent,
    SentBelief,
    SentHeat,
    SentView,
)
from server.live.show import REVEAL_S, SUSPENSE_S, show
from server.live.timeline import Timeline
from server.live.words import Belief, Order, ShowSettings, ShowWord
from server.protocol import RankedGeocell
from tests.server.arena.table import HERE, Table, shared

FAR = Pin(lat=0, lng=180)
"""Half round the Earth from the truth 0, 0: worth no point."""


@pytest.fixture
def timeline() -> Timeline:
    """A duel of two rounds: started at 0, round 1 from 10 to 21, round 2 from 30 to 41; A wins."""
    table = Table(shared(rounds=2, mode="duels_a", seats=2, pause_s=None))
    table.play(1, 10, HERE, FAR)
    table.play(2, 30, HERE, FAR)
    timeline = Timeline()
    timeline.add(table.log[:4])
    timeline.add(table.log[4:])
    return timeline


def at(timeline: Timeline, time: float, **settings: object) -> ShowWord:
    chosen = ShowSettings.model_validate(settings)
    return show(timeline.moment(time), [Sent(), Sent()], chosen)


def test_phases_by_the_clock(timeline: Timeline) -> None:
    told = [
        (-5.0, "lobby", 0),
        (5.0, "ready", 0),
        (10.0, "round", 1),
        (11.0, "suspense", 1),
        (11.0 + SUSPENSE_S, "reveal", 1),
        (29.9, "reveal", 1),
        (30.0, "round", 2),
        (31.0 + SUSPENSE_S - 0.01, "suspense", 2),
        (31.0 + SUSPENSE_S + REVEAL_S - 0.01, "reveal", 2),
        (31.0 + SUSPENSE_S + REVEAL_S, "over", 2),
    ]
    for time, phase, number in told:
        word = at(timeline, time)
        # Table sits everybody down at 0; before that nobody is there.
        assert (word.phase, word.round) == (phase, number), time
    assert at(timeline, 31 + SUSPENSE_S + 1).phase_s == pytest.approx(1)


def test_nothing_of_a_round_before_its_reveal(timeline: Timeline) -> None:
    suspense = at(timeline, 11 + SUSPENSE_S / 2)
    assert suspense.reveal is None
    assert suspense.history == []
    assert [side.health for side in suspense.sides] == [6000, 6000]
    assert [side.score for side in suspense.sides] == [0, 0]
    assert [seat.locked for seat in suspense.seats] == [True, True]
    second = at(timeline, 31 + SUSPENSE_S / 2)
    assert [past.number for past in second.history] == [1]
    assert second.winner is None


def test_the_reveal_tells_before_and_after(timeline: Timeline) -> None:
    word = at(timeline, 11 + SUSPENSE_S)
    assert word.reveal is not None
    assert [turn.score for turn in word.reveal.turns] == [5000, 0]
    # duels_a: round 1 counts once, so that B keeps 6000 - 5000.
    assert [(side.health_before, side.health) for side in word.sides] == [
        (6000, 6000),
        (6000, 1000),
    ]
    over = at(timeline, 100)
    assert (over.winner, [past.damages for past in over.history]) == (0, [[0, 5000], [0, 5000]])


def test_streamer_mode_hides_names_and_the_pack(timeline: Timeline) -> None:
    word = at(timeline, 100, streamer=True)
    assert [seat.name for seat in word.seats] == ["Player 1", "Player 2"]
    assert [side.name for side in word.sides] == ["Player 1", "Player 2"]
    assert word.pack == ""
    assert at(timeline, 100).seats[0].name == "A"


def test_what_seats_sent_comes_by_the_shows_clock() -> None:
    cell = RankedGeocell(name="x", probability=0.5, lat=47.37694, lng=8.54171)
    sent = Sent(
        (SentView(5, 1, 0, b"one"), SentView(7, 2, 90, b"two")),
        (SentBelief(6, Belief(views=1, cells=[cell])),),
    )
    assert [len(sent.until(t).views) for t in (4.9, 5, 7)] == [0, 1, 2]
    assert [len(sent.until(t).beliefs) for t in (5.9, 6)] == [0, 1]
    told = sent.beliefs[0].belief.cells[0]
    assert (told.lat, told.lng) == (47.4, 8.5)


def test_the_chats_round_is_told_at_the_reveal(timeline: Timeline) -> None:
    tom = {"name": "Tom", "guess": {"lat": 1, "lng": 2}, "distance_km": 249, "score": 4000}
    chat = ChatSummary.model_validate(
        {
            "match": "m",
            "number": 1,
            "viewers": 1,
            "closest": [tom],
            "mean_score": 4000,
            "combined": None,
        }
    )

    def told(time: float, **settings: object) -> ShowWord:
        chosen = ShowSettings.model_validate(settings)
        return show(timeline.moment(time), [Sent(), Sent()], chosen, chat=chat)

    for time in (5, 10.5, 11, 11 + SUSPENSE_S - 0.01):
        assert told(time).chat is None, time
    shown = told(11 + SUSPENSE_S).chat
    assert shown is not None
    assert [place.model_dump() for place in shown.closest] == [
        {"name": "Tom", "distance_km": 249, "score": 4000}
    ]
    hidden = told(11 + SUSPENSE_S, streamer=True).chat
    assert hidden is not None
    assert [place.name for place in hidden.closest] == ["Viewer 1"]


def test_heat_comes_by_the_shows_clock_and_for_told_views_only(timeline: Timeline) -> None:
    inbox = Inbox()
    with pytest.raises(RuleBroken, match="view 1"):
        inbox.add_heat("m", (1, 0), SentHeat(0, 1, b"heat"))
    for view in (1, 2):
        inbox.add_view("m", (1, 0), SentView(10.1, view, 0, b"view"))
    with pytest.raises(RuleBroken, match="65536 bytes"):
        inbox.add_heat("m", (1, 0), SentHeat(0, 1, bytes(MAX_HEAT_BYTES + 1)))
    inbox.add_heat("m", (1, 0), SentHeat(12, 2, b"heat"))
    inbox.add_heat("m", (1, 0), SentHeat(10, 2, b"another"))

    def heats(time: float) -> list[list[bool]]:
        sent = [one.until(time) for one in inbox.sent("m", 1, 2)]
        word = show(timeline.moment(time), sent, ShowSettings())
        return [[view.heat for view in seat.views] for seat in word.seats]

    assert heats(11.9) == [[False, False], []]
    assert heats(12) == [[False, True], []]


def test_the_inbox_forgets_old_rounds_and_takes_no_more_than_it_holds() -> None:
    inbox = Inbox()
    belief = SentBelief(0, Belief(views=1, cells=[]))
    for number in range(1, 6):
        inbox.add_view("m", (number, 0), SentView(0, 1, 0, b"x" * number))
    held = [len(inbox.sent("m", number, 1)[0].views) for number in range(1, 6)]
    assert held == [0, 0, 1, 1, 1]
    inbox.add_view("m", (5, 0), SentView(9, 1, 0, b"another"))
    assert inbox.sent("m", 5, 1)[0].views[0].jpeg == b"xxxxx"
    with pytest.raises(RuleBroken, match="262144 bytes"):
        inbox.add_view("m", (5, 0), SentView(0, 2, 0, bytes(MAX_VIEW_BYTES + 1)))
    for _ in range(MAX_BELIEFS):
        inbox.add_belief("m", (5, 1), belief)
    with pytest.raises(RuleBroken, match="beliefs"):
        inbox.add_belief("m", (5, 1), belief)
    for other in range(16):
        inbox.add_belief(f"m{other}", (1, 0), belief)
    assert inbox.sent("m", 5, 1)[0].views == ()


STARTS, ENDS = [110.0, 130.0, 150.0], [121.0, 141.0]


def test_the_clock_runs_behind() -> None:
    director = Director(playlist=("m",), settings=ShowSettings(delay_s=20), lag_s=5)
    assert show_time(director, 150, STARTS) == 125


def test_hold_stops_before_the_next_round_and_going_on_starts_there() -> None:
    told = partial(order, starts=STARTS, ends=ENDS)
    director = told(Director(playlist=("m",)), Order(do="hold"), 115)
    assert not stands(director, 125, STARTS)
    assert show_time(director, 125, STARTS) == 125
    assert show_time(director, 145, STARTS) == pytest.approx(130, abs=0.01)
    assert stands(director, 145, STARTS)
    after = told(director, Order(do="go_on"), 145)
    assert show_time(after, 145, STARTS) == pytest.approx(130, abs=0.01)
    assert show_time(after, 150, STARTS) == pytest.approx(135, abs=0.01)
    assert show_time(told(after, Order(do="go_live"), 150), 150, STARTS) == 150


def test_rewinding_goes_back_to_the_last_end() -> None:
    told = partial(order, starts=STARTS, ends=ENDS)
    first = Director(playlist=("m",))
    again = told(first, Order(do="rewind"), 128)
    assert show_time(again, 128, STARTS) == 121
    assert show_time(again, 131, STARTS) == 124
    held = told(told(first, Order(do="hold"), 128), Order(do="rewind"), 140)
    assert show_time(held, 140, STARTS) == 121
    assert stands(held, 160, STARTS)
    with pytest.raises(RuleBroken, match="rewind"):
        told(first, Order(do="rewind"), 119)


def test_the_queue() -> None:
    told = partial(order, starts=STARTS, ends=ENDS)
    director = queued(told(Director(playlist=("m",)), Order(do="hold"), 115), "n")
    after = told(director, Order(do="next_match"), 140)
    assert (after.match, after.held_since, after.lag_s) == ("n", None, 0)
    with pytest.raises(RuleBroken, match="next match"):
        told(after, Order(do="next_match"), 140)
    with pytest.raises(RuleBroken, match="queue"):
        queued(after, "m")
