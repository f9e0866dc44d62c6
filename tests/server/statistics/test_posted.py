"""The table: a round that is said twice is there once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from server.statistics.posted import AnotherRound, Posted
from tests.server.statistics.conftest import finished


def test_a_replay_is_no_second_round(posted: Posted, url: str) -> None:
    assert posted.record(finished(ended_at=1752.123456789)) is True
    assert posted.record(finished(ended_at=1752.123456789)) is False
    again = Posted(url)
    assert again.rounds() == [finished(ended_at=1752.123456789)]
    again.close()


def test_an_id_is_one_rounds(posted: Posted) -> None:
    posted.record(finished())
    with pytest.raises(AnotherRound, match="got: r1, which is another round's"):
        posted.record(finished(score=1))
    assert posted.rounds() == [finished()]


def test_of_many_tellers_one_is_first(posted: Posted) -> None:
    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(lambda _: posted.record(finished()), range(16)))
    assert sum(new) == 1
    assert len(posted.rounds()) == 1


def test_in_the_order_they_ended(posted: Posted) -> None:
    for id_, at in (("b", 3.0), ("c", 1.0), ("a", 2.0)):
        posted.record(finished(id_, ended_at=at))
    assert [one.id for one in posted.rounds()] == ["c", "a", "b"]
