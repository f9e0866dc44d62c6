"""Memory for frames and uploads, and turns at it."""

from __future__ import annotations

import asyncio

from server.inference.budget import Budget
from server.inference.turns import Turns
from tests.server.inference.conversation import do, failure, fresh, greeted, view, views, work


def test_shares_sum_up_and_who_is_alone_has_room():
    budget = Budget(100)
    one, other = budget.share(), budget.share()
    assert one.has_room(1000)
    one.hold(60)
    other.hold(30)
    assert (budget.held_bytes, budget.spent) == (90, False)
    assert other.has_room(10)
    assert not other.has_room(11)
    one.hold(80)
    assert budget.spent
    one.hold(0)
    other.hold(0)
    assert budget.held_bytes == 0


def test_a_session_holds_pictures_until_they_are_embedded():
    session = greeted()
    (first,) = work(session.receive(view(of=3, image=b"12345")))
    session.receive(view(of=3, image=b"123"))
    session.receive(views(b"1", b"2", id_="b"))
    assert session.held_bytes == 10
    (locate,) = do(session, first)
    assert session.held_bytes == 5
    (second,) = work(do(session, locate))
    assert second.images == (b"123",)
    assert session.held_bytes == 5
    session.close(now=True)
    assert session.held_bytes == 0


def test_without_room_pictures_are_busy_and_their_request_is_over():
    session = greeted()
    (first,) = work(session.receive(view(of=2, image=b"12345")))
    refused = failure(session.receive(view(of=2), retry_after_s=3, has_room=False))
    assert (refused.id, refused.code, refused.retry_after_s) == ("a", "busy", 3)
    assert not session.wants(first)
    assert session.held_bytes == 0
    assert failure(session.receive(views(b"1"), has_room=False)).code == "busy"
    assert fresh().held_bytes == 0


async def test_turns_are_taken_one_of_each_owner():
    turns, order = Turns(1), []

    async def come(owner):
        async with turns.take(owner):
            order.append(owner)
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(come(owner)) for owner in "aaabbc"]
    await asyncio.sleep(0)
    gone = asyncio.create_task(come("d"))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(*tasks)
    assert "".join(order) == "abcaba" or "".join(order) == "aabcab"
    async with turns.take("e"):
        pass
