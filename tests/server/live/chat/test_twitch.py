"""What is Twitch's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from server.live.chat.room import RoomClosed
from tests.server.live.chat.players import Clock
from tests.server.live.chat.twitch_stand_in import TOKEN, TwitchStandIn, privmsg

pytestmark = pytest.mark.slow


@pytest.fixture
async def site() -> AsyncIterator[TwitchStandIn]:
    async with TwitchStandIn() as site:
        yield site


async def test_the_login(site: TwitchStandIn) -> None:
    async with aclosing(site.room().messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        await site.send(privmsg("Ana", "x"))
        await first
    assert site.lines[:4] == [
        "CAP REQ :twitch.tv/tags twitch.tv/commands",
        f"PASS oauth:{TOKEN}",  # before NICK
        "NICK showbot",
        "JOIN #theshow",
    ]


async def test_without_a_token_it_only_reads(site: TwitchStandIn) -> None:
    room = site.room("")
    assert not room.can_say
    async with aclosing(room.messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        await room.say("hello")
        await site.chat("Ana", "x")
        assert (await first).name == "Ana"
    assert not [line for line in site.lines if line.startswith(("PASS", "PRIVMSG"))]
    assert "NICK justinfan31337" in site.lines


async def test_pings_several_in_a_frame_and_other_lines(site: TwitchStandIn) -> None:
    async with aclosing(site.room().messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        await site.send(
            "PING :tmi.twitch.tv",
            "@ban-duration=1 :tmi.twitch.tv CLEARCHAT #theshow :troll",
            privmsg("Ana", "one"),
            "@msg-id=slow_on :tmi.twitch.tv NOTICE #theshow :This room is in slow mode.",
            privmsg("Bo", "two"),
        )
        assert [(await first).text, (await anext(messages)).text] == ["one", "two"]
    assert "PONG :tmi.twitch.tv" in site.lines


async def test_reconnect_when_told_to(site: TwitchStandIn) -> None:
    async with aclosing(site.room().messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        await site.send(":tmi.twitch.tv RECONNECT")
        await site.ready(2)
        await site.chat("Ana", "again")
        assert (await asyncio.wait_for(first, 20)).text == "again"


async def test_twenty_messages_in_thirty_seconds(site: TwitchStandIn) -> None:
    clock = Clock()
    room = site.room(clock=clock)
    async with aclosing(room.messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        await site.chat("Ana", "x")
        await first
        for n in range(30):
            clock.now += 0.5
            await room.say(f"line\r\nPRIVMSG #other :{n}")
        clock.now += 30
        await room.say("later " + "y" * 600)
        until = asyncio.create_task(anext(messages))
        assert len(await site.was_said(21)) == 21
        until.cancel()
        await asyncio.gather(until, return_exceptions=True)
    assert site.said[:20] == [f"line PRIVMSG #other :{n}" for n in range(20)]
    assert site.said[20].startswith("later ")
    assert len(site.said[20]) == 500


async def test_a_channel_that_is_gone(site: TwitchStandIn) -> None:
    async with aclosing(site.room().messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        await site.send(
            "@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #theshow :It is suspended."
        )
        with pytest.raises(RoomClosed, match="the chat of theshow, got: It is suspended"):
            await asyncio.wait_for(first, 20)


async def test_the_login_is_refused(site: TwitchStandIn) -> None:
    async with aclosing(site.wrong_room().messages()) as messages:
        with pytest.raises(RoomClosed, match="HOMING_TWITCH_TOKEN to be a token of showbot"):
            await anext(messages)
