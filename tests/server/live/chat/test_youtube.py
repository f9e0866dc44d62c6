"""What is YouTube's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from server.live.chat.room import RoomClosed
from tests.server.live.chat.youtube_stand_in import YouTubeStandIn, error, item

pytestmark = pytest.mark.slow


@pytest.fixture
async def site() -> AsyncIterator[YouTubeStandIn]:
    async with YouTubeStandIn() as site:
        yield site


async def test_it_waits_as_long_as_it_is_told(site: YouTubeStandIn) -> None:
    async with aclosing(site.room().messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        site.items += [item("Ana", "gift", kind="superChatEvent"), item("Ana", "1"), {}]
        site.items += [item("Bo", "2"), item("Cy", "3")]  # more than a page
        texts = [(await asyncio.wait_for(first, 20)).text]
        texts += [(await asyncio.wait_for(anext(messages), 20)).text for _ in range(2)]
    assert texts == ["1", "2", "3"]
    assert site.too_soon == 0


async def test_rate_limits_pass(site: YouTubeStandIn) -> None:
    async with aclosing(site.room().messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        site.trouble = [error(403, "rateLimitExceeded"), error(403, "userRateLimitExceeded")]
        await site.chat("Ana", "x")
        assert (await asyncio.wait_for(first, 20)).text == "x"


@pytest.mark.parametrize(
    ("status", "reason", "why"),
    [
        (403, "quotaExceeded", "quota is used up until midnight"),
        (403, "liveChatEnded", "the stream is over"),
        (403, "liveChatDisabled", "switched off"),
        (404, "liveChatNotFound", "no chat of this id"),
        (400, "whatever", "400 whatever"),
    ],
)
async def test_other_errors_end_it(
    site: YouTubeStandIn, status: int, reason: str, why: str
) -> None:
    site.trouble = [error(status, reason)]
    async with aclosing(site.room().messages()) as messages:
        with pytest.raises(RoomClosed, match=why):
            await asyncio.wait_for(anext(messages), 20)


async def test_the_last_words_of_a_stream_are_heard(site: YouTubeStandIn) -> None:
    async with aclosing(site.room().messages()) as messages:
        first = asyncio.create_task(anext(messages))
        await site.ready()
        await site.chat("Ana", "bye")
        site.offline = True
        assert (await asyncio.wait_for(first, 20)).text == "bye"
        with pytest.raises(RoomClosed, match="over"):
            await asyncio.wait_for(anext(messages), 20)
