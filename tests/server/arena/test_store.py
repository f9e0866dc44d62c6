"""The log on disk: nothing acknowledged is lost, no two writers agree on one number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.arena.events import EVENT, GuessMade, PinPlaced, RoundStarted, RoundTimedOut
from server.arena.store import Conflict, Store, UnknownMatch
from server.arena.words import Pin

START = RoundStarted(at=1752.123456789, number=1)
PIN = Pin(lat=-33.85678400000001, lng=151.215297)
LOG = [
    START,
    PinPlaced(at=1753, number=1, pin=PIN),
    GuessMade(at=1754, number=1, guess=PIN),
    RoundTimedOut(at=1755, number=2, guess=None),
]


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.close()


def test_another_process_reads_what_was_written(store: Store, url: str) -> None:
    store.append("m", 0, LOG[:1])
    store.append("m", 1, LOG[1:])
    store.append("other", 0, [START])
    again = Store(url)
    assert again.load("m") == LOG
    again.close()


def test_unknown_match(store: Store) -> None:
    with pytest.raises(UnknownMatch, match="nobody"):
        store.load("nobody")


def test_who_comes_second_adds_nothing(store: Store) -> None:
    store.append("m", 0, LOG[:2])
    with pytest.raises(Conflict):
        store.append("m", 1, LOG[2:])
    assert store.load("m") == LOG[:2]


def test_of_many_writers_one_wins(store: Store) -> None:
    def win(_: int) -> bool:
        try:
            store.append("m", 0, LOG)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(win, range(16))) == 1
    assert store.load("m") == LOG


def test_export_is_json_lines(store: Store) -> None:
    store.append("m", 0, LOG)
    lines = list(store.export("m"))
    assert [json.loads(line)["type"] for line in lines] == [event.type for event in LOG]
    assert [EVENT.validate_json(line) for line in lines] == LOG
