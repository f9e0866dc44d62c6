"""What every chat room does, run through all of them, each at a stand-in of its site."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pytest

from server.live.chat.room import MAX_NAME, MAX_TEXT, ChatMessage, RoomClosed
from tests.server.live.chat.twitch_stand_in import TwitchStandIn
from tests.server.live.chat.youtube_stand_in import YouTubeStandIn

pytestmark = pytest.mark.slow

StandIn = TwitchStandIn | YouTubeStandIn


@pytest.fixture(params=[TwitchStandIn, YouTubeStandIn], ids=["twitch", "youtube"])
async def site(request: pytest.FixtureRequest) -> AsyncIterator[StandIn]:
    async with request.param() as site:
        yield site


async def heard(messages: AsyncGenerator[ChatMessage, None], count: int) -> list[ChatMessage]:
    async with asyncio.timeout(20):
        return [await anext(messages) for _ in range(count)]


async def test_messages_come_in_order_and_once(site: StandIn) -> None:
    async with aclosing(site.room().messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        for n in range(5):
            await site.chat("Ana", f"!g {n}, 16", host=n == 4)
        found = [await asyncio.wait_for(first, 20), *await heard(messages, 4)]
        assert [one.text for one in found] == [f"!g {n}, 16" for n in range(5)]
        assert [one.host for one in found] == [False] * 4 + [True]
        assert {one.name for one in found} == {"Ana"}
        await site.chat("Bo", "other")
        (other,) = await heard(messages, 1)
    assert len({one.viewer for one in found}) == 1
    assert found[0].viewer != other.viewer
    assert found[0].viewer.split(":")[0] in {"twitch", "youtube"}


async def test_a_lost_connection_is_made_again(site: StandIn) -> None:
    async with aclosing(site.room().messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        await site.chat("Ana", "before")
        assert (await asyncio.wait_for(first, 20)).text == "before"
        second = asyncio.create_task(anext(messages))
        await site.drop()
        await site.chat("Ana", "after")
        assert (await asyncio.wait_for(second, 20)).text == "after"


async def test_what_is_said_is_tamed(site: StandIn) -> None:
    async with aclosing(site.room().messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        await site.chat("A" * 300, "a\tb\x07 " + "c" * 600 + " d")
        message = await asyncio.wait_for(first, 20)
    assert len(message.name) == MAX_NAME
    assert message.text.startswith("a b c")
    assert len(message.text) <= MAX_TEXT


async def test_a_wrong_key_ends_it_and_is_not_told(
    site: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with aclosing(site.wrong_room().messages()) as messages:
        with pytest.raises(RoomClosed) as closed:
            await heard(messages, 1)
    ours = "".join(one.getMessage() for one in caplog.records if one.name.startswith("server."))
    assert "wrongsecret" not in str(closed.value) + ours
    # Not in an address either, which other libraries' logs would show.
    assert "AIza" not in "".join(one.getMessage() for one in caplog.records if "http" in one.name)


async def test_saying_is_never_an_error(site: StandIn) -> None:
    room = site.room()
    await room.say("too early")
    async with aclosing(room.messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        await room.say("hello")
        await site.chat("Ana", "x")
        await asyncio.wait_for(first, 20)
    await room.say("too late")


async def test_it_can_be_left_at_any_time(site: StandIn) -> None:
    before = asyncio.all_tasks()
    messages = site.room().messages()
    waiting = asyncio.create_task(anext(messages))
    await site.ready()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await messages.aclose()
    await asyncio.sleep(0.05)
    left = [task for task in asyncio.all_tasks() - before if "twitch.py" in repr(task.get_stack())]
    assert not left
