"""Rounds whose sums can be computed by hand, and a ledger beside the tiny pack's arena."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from server.arena.store import Store
from server.protocol import PointWord
from server.statistics.ledger import Ledger
from server.statistics.posted import Posted
from server.statistics.words import FinishedRound

Make = Callable[..., FinishedRound]


def finished(id_: str = "r1", **fields: Any) -> FinishedRound:
    given = {
        "site": "worldguessr",
        "match": "m1",
        "number": 1,
        "ended_at": 1_700_000_000.0,
        "location": PointWord(lat=0, lng=0),
        "guess": PointWord(lat=0, lng=1),
        "score": 4000,
    }
    return FinishedRound(id=id_, **(given | fields))


def north_or_south(points: Any) -> Any:
    """A world of two countries."""
    return np.where(np.asarray(points)[:, 0] >= 0, "NN", "SS")


@pytest.fixture
def posted(url: str) -> Iterator[Posted]:
    posted = Posted(url)
    yield posted
    posted.close()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.close()


@pytest.fixture
def ledger(posted: Posted, store: Store) -> Ledger:
    return Ledger(posted, store, north_or_south, clock=lambda: 1_700_000_100.0)
