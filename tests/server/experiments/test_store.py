"""Logs that only grow, and are gone when a person wants it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.experiments.events import Admitted, GaveUp, Joined, Ready, Ticked
from server.experiments.store import OWN, Overtaken, Studies, UnknownStudy

JOINED = Joined(at=1, nickname="Ada", token_sha256="", consent_sha256="", number=0)


@pytest.fixture
def store(url: str) -> Iterator[Studies]:
    store = Studies(url)
    yield store
    store.close()


def test_what_was_added_is_there(store: Studies) -> None:
    store.append("s", "p", 0, [JOINED, Ready(at=2)])
    assert store.load("s", "p") == [JOINED, Ready(at=2)]
    assert store.load("s", "p", after=1) == [Ready(at=2)]
    assert store.load("s", "p", after=2) == []
    assert store.lengths("s") == {"p": 2}
    for study, person, after in (("s", "q", 0), ("t", OWN, 0), ("s", "p", 4)):
        with pytest.raises(UnknownStudy):
            store.load(study, person, after)


def test_the_second_writer_looks_again_and_nothing_is_half_written(store: Studies) -> None:
    store.append("s", OWN, 0, [Ticked(at=1, tick=1)])
    added = {OWN: (0, [Admitted(at=1, person="p", number=0)]), "p": (0, [JOINED])}
    with pytest.raises(Overtaken) as caught:
        store.append_all("s", added)
    assert store.lengths("s") == {OWN: 1}
    assert "Ada" not in f"{caught.value}{caught.value.__cause__}", "errors show no data"


def test_a_deleted_log_stays_deleted(store: Studies) -> None:
    store.append("s", "p", 0, [JOINED, Ready(at=2)])
    store.append("s", "q", 0, [JOINED])
    store.forget("s", "p")
    with pytest.raises(Overtaken, match="expected a log of 2 events, got a shorter one"):
        store.append("s", "p", 2, [GaveUp(at=3)])
    assert store.lengths("s") == {"q": 1}
