"""What many watchers of one match cost, and what reaches them without asking."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from models.world.pack import Pack
from server.arena.channels import Channels
from server.arena.events import Event
from server.arena.host import Host
from server.arena.rules import MakeGuess, PlacePin
from server.arena.shelf import Shelf
from server.arena.store import Store, UnknownMatch
from server.arena.words import NewSharedMatch, Opened, Pin, Rules, SharedRules, TakeSeat
from tests.server.arena.player import Clock

PIN = Pin(lat=1, lng=2)


class CountingStore(Store):
    reads = 0

    def load(self, match: str, after: int = 0) -> list[Event]:
        self.reads += 1
        return super().load(match, after)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[CountingStore]:
    store = CountingStore(f"sqlite:///{tmp_path}/watched.sqlite")
    yield store
    store.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def host_of(store: Store, pack: Pack, clock: Clock) -> Host:
    return Host(store, Shelf(pack.folder.parent), lambda *_: "", clock)


@pytest.fixture
def host(store: CountingStore, tiny_pack: Pack, clock: Clock) -> Host:
    return host_of(store, tiny_pack, clock)


def begin(host: Host) -> tuple[Opened, list[str]]:
    """A match of two seats in its first round."""
    wish = NewSharedMatch(pack="tiny", rules=Rules(rounds=2), shared=SharedRules(pause_s=0))
    opened = host.open_shared(wish)
    seats = [
        host.take_seat(opened.match, opened.invite, TakeSeat(name=name)).seat_token for name in "AB"
    ]
    assert host.see(opened.match, seats[0]).phase == "round"
    return opened, seats


async def until_set(*events: asyncio.Event) -> None:
    async with asyncio.timeout(20):
        for event in events:
            await event.wait()


async def test_hundreds_of_watchers_read_the_log_as_often_as_one(
    host: Host, store: CountingStore
) -> None:
    opened, seats = begin(host)
    channels = Channels(host, poll_s=60)
    async with AsyncExitStack() as stack:
        watching = [
            await stack.enter_async_context(channels.watch(opened.match)) for _ in range(300)
        ]
        await asyncio.sleep(0.05)  # the second look after the first
        for _, changed in watching:
            changed.clear()
        before = store.reads
        host.act(opened.match, seats[0], MakeGuess(1, PIN))
        assert store.reads == before + 1
        await until_set(*(changed for _, changed in watching))
        texts = [channel.text(None) for channel, _ in watching]
        assert store.reads <= before + 3
        assert len(set(map(id, texts))) == 1
        assert [seat["locked"] for seat in json.loads(texts[0])["seats"]] == [True, False]


async def test_each_sees_its_own(host: Host) -> None:
    opened, seats = begin(host)
    host.act(opened.match, seats[0], PlacePin(1, PIN))
    async with Channels(host).watch(opened.match) as (channel, _):
        words = [json.loads(channel.text(seat)) for seat in (0, 1, None)]
    assert [word["round"]["pin"] for word in words] == [{"lat": 1, "lng": 2}, None, None]


async def test_what_another_server_appends_is_found(
    host: Host, store: CountingStore, tiny_pack: Pack, clock: Clock
) -> None:
    opened, seats = begin(host)
    replica = host_of(store, tiny_pack, clock)
    async with Channels(host, poll_s=0.02).watch(opened.match) as (channel, changed):
        changed.clear()
        replica.act(opened.match, seats[1], MakeGuess(1, PIN))
        await until_set(changed)
        assert json.loads(channel.text(0))["seats"][1]["locked"]


async def test_a_deadline_needs_nobody_to_ask(host: Host, clock: Clock) -> None:
    opened, seats = begin(host)
    host.act(opened.match, seats[0], MakeGuess(1, PIN))
    clock.now += 14.9  # the deadline is a tenth of a second away
    async with Channels(host, poll_s=60).watch(opened.match) as (channel, changed):
        changed.clear()
        clock.now += 0.1
        await until_set(changed)
        assert len(channel.state.ended) == 1


async def test_nobody_follows_what_nobody_watches(host: Host) -> None:
    opened, _ = begin(host)
    channels = Channels(host)
    tasks = len(asyncio.all_tasks())
    async with channels.watch(opened.match), channels.watch(opened.match):
        assert len(asyncio.all_tasks()) == tasks + 1
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == tasks
    with pytest.raises(UnknownMatch):
        async with channels.watch("nobody"):
            pass
