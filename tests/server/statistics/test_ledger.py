"""All rounds that are over, once each, and none that someone is still to find."""

from __future__ import annotations

import pytest

from server.arena.events import (
    GuessMade,
    MatchCreated,
    MatchStarted,
    Planned,
    RoundStarted,
    RoundTimedOut,
    SeatTaken,
    Shared,
)
from server.arena.store import Store
from server.arena.words import Pin, Rules, SharedRules
from server.protocol import PointWord
from server.statistics.ledger import ABANDONED_S, Ledger
from server.statistics.posted import Posted
from server.statistics.words import PhaseTimes
from tests.server.statistics.conftest import finished, north_or_south

NOW = 1_700_000_000.0
PARIS, SYDNEY = (48.85837, 2.294481), (-33.856784, 151.215297)
TIMES = PhaseTimes(capture_ms=400, locate_ms=50, place_ms=300)


def created(*places: tuple[float, float], at: float = NOW) -> MatchCreated:
    planned = tuple(
        Planned(
            panorama=f"p{number}",
            lat=lat,
            lng=lng,
            heading=0,
            hfov_deg=360,
            licence="",
            attribution="",
            place="",
        )
        for number, (lat, lng) in enumerate(places)
    )
    return MatchCreated(
        at=at,
        pack="tiny",
        diagonal_km=14_916.862,
        rules=Rules(rounds=len(places)),
        seed=1,
        name="Ada",
        token_sha256="",
        rounds=planned,
    )


def guessed(number: int, lat: float, lng: float, at: float = NOW) -> list[RoundStarted | GuessMade]:
    pin = Pin(lat=lat, lng=lng)
    return [RoundStarted(at=at, number=number), GuessMade(at=at + 8, number=number, guess=pin)]


def test_the_arenas_own_rounds(ledger: Ledger, store: Store) -> None:
    store.append("m", 0, [created(PARIS, SYDNEY), *guessed(1, *PARIS)])
    (one,) = ledger.rounds()
    assert (one.site, one.match, one.number, one.player) == ("arena", "m", 1, "Ada")
    assert (one.distance_km, one.score, one.time_s, one.country) == (0, 5000, 8, "NN")
    timed_out = [RoundStarted(at=NOW, number=2), RoundTimedOut(at=NOW + 60, number=2, guess=None)]
    store.append("m", 3, timed_out)
    one, other = ledger.rounds()
    assert (other.number, other.guess, other.distance_km, other.score) == (2, None, None, 0)
    assert (other.ended_at, other.country) == (NOW + 60, "SS")


def test_what_both_know_is_one_round(ledger: Ledger, store: Store) -> None:
    store.append("m", 0, [created(PARIS), *guessed(1, *PARIS)])
    told = finished("x", site="arena", match="m", bundle="small", times=TIMES, score=3)
    assert ledger.record(told)
    (one,) = ledger.rounds()
    assert (one.bundle, one.times) == ("small", TIMES)
    assert (one.location.lat, one.score, one.player) == (PARIS[0], 5000, "Ada")


def test_each_seat_of_a_shared_match_has_rounds_of_its_own(ledger: Ledger, store: Store) -> None:
    digests = {"host_sha256": "", "invite_sha256": "", "watch_sha256": ""}
    shared = Shared(rules=SharedRules(pause_s=None), **digests)
    seats = [
        SeatTaken(at=NOW, name=name, token_sha256="", team=None, player_sha256=None)
        for name in ("Ada", "Bob")
    ]
    started = [MatchStarted(at=NOW), RoundStarted(at=NOW, number=1)]
    lng = Pin(lat=0, lng=0)
    guesses = [GuessMade(at=NOW + 8 + n, number=1, guess=lng, seat=n) for n in (0, 1)]
    one_more = created(PARIS, SYDNEY).model_copy(update={"shared": shared, "name": ""})
    store.append("m", 0, [one_more, *seats, *started, *guesses[:1]])
    assert ledger.rounds() == []
    store.append("m", 6, guesses[1:])
    told = [
        finished(name, site="arena", match="m", bundle="b", player=name) for name in ("Bob", "C")
    ]
    for one in told:
        ledger.record(one)
    rounds = sorted(ledger.rounds(), key=lambda one: one.player)
    assert [(one.player, one.time_s, one.bundle) for one in rounds] == [
        ("Ada", 8, None),
        ("Bob", 9, "b"),
    ]


def test_distance_is_the_spheres(ledger: Ledger) -> None:
    """A degree along the equator: 2 pi 6371.0088 / 360 km."""
    ledger.record(finished())
    assert ledger.rounds()[0].distance_km == pytest.approx(111.195, abs=1e-3)


def test_a_place_to_be_found_is_secret(ledger: Ledger, store: Store) -> None:
    store.append("over", 0, [created(PARIS, SYDNEY), *guessed(1, 0, 0), *guessed(2, 0, 0)])
    near = PointWord(lat=48.8584, lng=2.2945)  # another site's rounding
    ledger.record(finished("near", location=near))
    ledger.record(finished("far"))
    seen = [(one.site, one.number) for one in ledger.rounds()]
    assert sorted(seen) == [("arena", 1), ("arena", 2), ("worldguessr", 1), ("worldguessr", 1)]
    # Somebody else is to find Paris.
    store.append("running", 0, [created(PARIS), RoundStarted(at=NOW, number=1)])
    rounds = ledger.rounds()
    assert sorted((one.site, one.number) for one in rounds) == [("arena", 2), ("worldguessr", 1)]
    assert not [one for one in rounds if abs(one.location.lat - PARIS[0]) < 1]
    # And has.
    store.append("running", 2, guessed(1, 1, 1)[1:])
    assert len(ledger.rounds()) == 5


def test_what_is_abandoned_keeps_no_secret(posted: Posted, store: Store) -> None:
    store.append("over", 0, [created(PARIS), *guessed(1, *PARIS)])
    store.append("left", 0, [created(PARIS)])
    for later_s, seen in ((ABANDONED_S - 60, 0), (ABANDONED_S + 60, 1)):
        later = Ledger(posted, store, north_or_south, clock=lambda s=later_s: NOW + s)
        assert len(later.rounds()) == seen


def test_nothing_at_all(ledger: Ledger) -> None:
    assert ledger.rounds() == []
