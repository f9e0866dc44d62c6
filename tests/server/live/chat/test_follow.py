"""What is new in a match, and the links that lead to one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from server.arena.words import MatchWord, Outcome, RoundWord, Rules
from server.live.chat.follow import Event, MatchOver, Over, Started, Story, read_link
from server.live.chat.runner import timed
from tests.server.live.chat.players import outcome


def word(*outcomes: Outcome, running: int | None = None, over: bool = False) -> MatchWord:
    round_ = running and RoundWord(
        number=running, image="", heading=0, hfov_deg=360, time_left_s=None, pin=None, guess=None
    )
    phase: Any = "over" if over else "round" if running else "ready"
    return MatchWord(
        match="m",
        version=1,
        name="",
        seat=None,
        pack="p",
        rules=Rules(),
        diagonal_km=1,
        shared=None,
        phase=phase,
        starts_in_s=None,
        round=round_ or None,
        seats=[],
        sides=[],
        winner=None,
        outcomes=list(outcomes),
        total_score=0,
    )


ONE, TWO = outcome(1), outcome(2)


def test_a_match_from_its_lobby_to_its_end() -> None:
    story = Story()
    states = [
        word(),
        word(running=1),
        word(running=1),
        word(ONE),
        word(ONE, running=2),
        word(ONE, TWO, over=True),
        word(ONE, TWO, over=True),
    ]
    assert [story.go_on(state) for state in states] == [
        [],
        [Started(1)],
        [],
        [Over(ONE)],
        [Started(2)],
        [Over(TWO), MatchOver()],
        [],
    ]


def test_states_may_be_missed() -> None:
    # A slow reader gets the newest state only.
    story = Story()
    assert story.go_on(word(running=1)) == [Started(1)]
    assert story.go_on(word(ONE, running=2)) == [Over(ONE), Started(2)]
    assert story.go_on(word(ONE, TWO, over=True)) == [Over(TWO), MatchOver()]


def test_what_was_over_before_is_not_told_again() -> None:
    assert Story().go_on(word(ONE, running=2)) == [Started(2)]
    assert Story().go_on(word(ONE, TWO, over=True)) == [MatchOver()]


async def test_states_are_read_on_while_they_wait() -> None:
    read = asyncio.Event()

    async def states() -> AsyncIterator[tuple[MatchWord, list[Event]]]:
        yield word(running=1), [Started(1)]
        yield word(ONE), [Over(ONE)]
        read.set()

    loop, found = asyncio.get_running_loop(), []
    begun = loop.time()
    async with aclosing(timed(states())) as told:
        async for at, _, events in told:
            await asyncio.wait_for(read.wait(), 10)
            found.append((at, events))
    assert [events for _, events in found] == [[Started(1)], [Over(ONE)]]
    assert all(begun <= at <= loop.time() for at, _ in found)


async def test_what_goes_wrong_comes_through() -> None:
    async def states() -> AsyncIterator[tuple[MatchWord, list[Event]]]:
        yield word(), []
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        _ = [at async for at, _, _ in timed(states())]


def test_links() -> None:
    watched = read_link("https://a.example/play/abc#seat=sesame")
    assert watched.url == "wss://a.example/api/arena/matches/abc/watch"
    assert (watched.match, watched.token) == ("abc", "sesame")
    assert "sesame" not in repr(watched)
    assert read_link("http://127.0.0.1:8321/play/abc#seat=x", "given").token == "given"
    assert read_link("http://127.0.0.1:8321/live/abc", "given").url.startswith("ws://127.0.0.1:")
    for link in ("http://x/play/abc", "ftp://x/play/abc#seat=s3cret", "http://x/#seat=s3cret"):
        with pytest.raises(ValueError, match="expected a link") as wrong:
            read_link(link)
        assert "s3cret" not in str(wrong.value)
