"""A match of several seats over HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from models.world.pack import Pack
from server.arena.events import EVENT, MatchCreated
from server.arena.store import Store
from server.arena.words import MatchWord
from tests.server.arena.player import Clock, Player
from tests.server.arena.test_api import refusal
from tests.server.arena.test_leaks import needles, spoken


async def test_a_whole_duel(player: Player, clock: Clock, store: Store) -> None:
    a, b = await player.open_shared("AB", {"rounds": 2}, mode="duels_b")
    created = store.load(player.match)[0]
    assert isinstance(created, MatchCreated)
    truth = created.rounds[0]
    lobby = MatchWord.model_validate(await a.see())
    assert (lobby.phase, lobby.starts_in_s, lobby.seat, lobby.name) == ("ready", 8, 0, "A")
    clock.now += 8
    running = MatchWord.model_validate(await b.see())
    assert running.round is not None
    assert (running.phase, running.round.number, running.round.time_left_s) == ("round", 1, None)
    await a.guess(1, truth.lat, truth.lng)
    seen = MatchWord.model_validate(await b.see())
    assert seen.round is not None
    assert [seat.locked for seat in seen.seats] == [True, False]
    assert (seen.round.time_left_s, seen.round.guess) == (15, None)
    assert (await b.pin(1, -10, -20)).status_code == 204
    clock.now += 15
    after = MatchWord.model_validate(await b.see())
    (outcome,) = after.outcomes
    mine, theirs = outcome.turns[1], outcome.turns[0]
    assert (mine.timed_out, theirs.timed_out, mine.time_s) == (True, False, 15)
    assert outcome.guess == mine.guess
    assert [blow.multiplier for blow in outcome.blows] == [1, 1]
    assert theirs.score == 5000
    assert [side.health for side in after.sides] == [6000, 1000 + mine.score]
    assert [side.multiplier for side in after.sides] == [1.5, 1]
    await a.start(2)
    assert (await b.start(2)).json()["phase"] == "round"
    await a.guess(2)
    over = MatchWord.model_validate((await b.guess(2)).json())
    assert (over.phase, over.winner) == ("over", 0)


async def test_what_a_seat_may_see_of_the_others(
    player: Player, store: Store, tiny_pack: Pack
) -> None:
    a, b = await player.open_shared("AB", {"rounds": 2, "time_limit_s": 60}, pause_s=0)
    created = store.load(player.match)[0]
    assert isinstance(created, MatchCreated)
    planned = created.rounds[0]
    await a.see()
    await a.pin(1, 33.123456, 44.987654)
    await a.guess(1, 55.123456, 66.987654)
    player.heard.clear()
    others = [b, player, player.watcher()]
    for one in others:
        assert (await one.see())["phase"] == "round"
        await one.call("GET", "/rounds/1/panorama")
    for response in player.heard:
        said = spoken(response)
        for needle in (b"33.12", b"44.98", b"55.12", b"66.98", *needles(planned, tiny_pack)):
            assert needle not in said, (needle, response.text[:400])
    assert (await a.see())["round"]["guess"] == {"lat": 55.123456, "lng": 66.987654}
    await b.guess(1)
    for one in others:
        (outcome,) = (await one.see())["outcomes"]
        assert outcome["turns"][0]["guess"] == {"lat": 55.123456, "lng": 66.987654}


async def test_no_word_tells_a_person_from_a_program(player: Player) -> None:
    a, b = await player.open_shared("AB", {"rounds": 1})
    _, other = (await a.see())["seats"]
    assert set(other) == {"name", "side", "locked", "ready"}
    before = (await a.see())["version"]
    await b.start(1)
    await a.start(1)
    for lng in range(3):
        await b.pin(1, 1, lng)
    assert (await a.see())["version"] == before + 3


async def test_tokens_open_what_they_are_for(player: Player, store: Store) -> None:
    (a,) = await player.open_shared("A", {"rounds": 1})
    watcher = player.watcher()
    for one, path, status in (
        (a, "/start", 401),
        (watcher, "/start", 401),
        (player, "/start", 200),
        (a, "/seats", 401),
        (watcher, "/rounds/1/start", 409),
        (player, "/rounds/1/start", 409),
    ):
        body = {"name": "X"} if path == "/seats" else {}
        assert (await one.call("POST", path, **body)).status_code == status, path
    guest = Player(player.client, player.match, player.opened["invite"])
    assert (await guest.call("GET", "")).status_code == 409
    assert refusal(await guest.call("POST", "/seats", name="B"))[0] == 409
    log = json.dumps([EVENT.dump_python(e, mode="json") for e in store.load(player.match)])
    for token in (
        a.token,
        *(player.opened[key] for key in ("host_token", "invite", "watch_token")),
    ):
        assert token not in log


async def test_who_is_invited_sees_the_lobby_and_no_more(player: Player) -> None:
    body: dict[str, Any] = {"pack": "tiny", "rules": {"rounds": 1}, "shared": {"seats": 2}}
    opened = (await player.call("POST", "/shared-matches", **body)).json()
    guest, other = (Player(player.client, opened["match"], opened["invite"]) for _ in range(2))
    await other.call("POST", "/seats", name="Ada")
    lobby = MatchWord.model_validate(await guest.see())
    assert (lobby.phase, lobby.seat, [seat.name for seat in lobby.seats]) == (
        "lobby",
        None,
        ["Ada"],
    )
    assert lobby.sides == []
    assert (await guest.call("POST", "/seats", name="Bob")).status_code == 201


async def test_an_invitation_says_why_it_comes_too_late(player: Player) -> None:
    """Before a name is asked for; a wrong one learns nothing."""
    (a,) = await player.open_shared("A", {"rounds": 1}, pause_s=0)
    guest = Player(player.client, player.match, player.opened["invite"])
    wrong = Player(player.client, player.match, "wrong")
    before = "expected a match that has not started yet, got: one that is"
    assert refusal(await guest.call("GET", "")) == (409, f"{before} being played")
    await a.see()
    await a.guess(1)
    for method, path, body in (("GET", "", {}), ("POST", "/seats", {"name": "B"})):
        assert refusal(await guest.call(method, path, **body)) == (410, f"{before} over")
        assert (await wrong.call(method, path, **body)).status_code == 401


async def test_seats_taken_at_once(player: Player) -> None:
    body: dict[str, Any] = {"pack": "tiny", "rules": {"rounds": 1}, "shared": {"seats": 4}}
    opened = (await player.call("POST", "/shared-matches", **body)).json()
    guests = [Player(player.client, opened["match"], opened["invite"]) for _ in range(8)]
    answers = await asyncio.gather(
        *(guest.call("POST", "/seats", name=f"G{n}") for n, guest in enumerate(guests))
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 4 + [409] * 4
    seated = [answer.json() for answer in answers if answer.status_code == 201]
    tokens = [one["seat_token"] for one in seated]
    seats = [await Player(player.client, opened["match"], token).see() for token in tokens]
    assert [one["seat"] for one in seats] == [one["seat"] for one in seated]
    assert sorted(one["seat"] for one in seats) == [0, 1, 2, 3]
    assert {one["phase"] for one in seats} == {"ready"}


async def test_guesses_made_at_once_count_once_each(player: Player) -> None:
    a, b, c = await player.open_shared("ABC", {"rounds": 1}, pause_s=0)
    await a.see()
    answers = await asyncio.gather(
        *(seat.guess(1, 10, lng) for lng in range(4) for seat in (a, b, c))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [409] * 9
    assert (await a.see())["phase"] == "over"


async def test_wishes_that_cannot_be(player: Player) -> None:
    for shared in ({"seats": 1, "mode": "duels_a"}, {"teams": 1}, {"seats": 2, "teams": 3}):
        body = {"pack": "tiny", "rules": {"rounds": 1}, "shared": shared}
        assert refusal(await player.call("POST", "/shared-matches", **body))[0] == 422


async def test_an_invite_of_no_match(player: Player) -> None:
    await player.open(rounds=1)
    assert refusal(await player.call("POST", "/seats", name="B")) == (
        401,
        "expected this match's invite",
    )
