"""The show over HTTP: who may do what, and that nothing is told too early, through a whole duel."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from server.arena.words import MatchWord
from server.live.show import REVEAL_S, SUSPENSE_S
from server.live.words import DirectorWord, ShowWord
from tests.conftest import TINY
from tests.server.arena.player import Clock, Player

GUESSES = (33.256789, 44.256789), (-55.256789, 66.256789)
CELLS = [
    {"name": "Here", "probability": 0.75, "lat": GUESSES[0][0], "lng": GUESSES[0][1]},
    {"name": "There", "probability": 0.25, "lat": 10.123456, "lng": 20.123456},
]
DUEL = {"mode": "duels_b", "pause_s": 8, "after_first_guess_s": 15}


async def live(one: Player, method: str, path: str = "", **options: Any) -> httpx.Response:
    url = f"/api/live/matches/{one.match}{path}"
    headers = {"Authorization": f"Bearer {one.token}"}
    return await one.client.request(method, url, headers=headers, **options)


async def overlay_of(host: Player) -> Player:
    made = await live(host, "POST", "/overlays")
    assert made.status_code == 201, made.text
    return Player(host.client, host.match, made.json()["overlay_token"])


async def shown(one: Player) -> ShowWord:
    answer = await live(one, "GET")
    assert answer.status_code == 200, answer.text
    return ShowWord.model_validate_json(answer.content)


async def tell(one: Player, number: int, view: int, jpeg: bytes) -> None:
    path = f"/rounds/{number}/views/{view}?heading={90 * (view - 1)}"
    assert (await live(one, "PUT", path, content=jpeg)).status_code == 204
    body = {"views": view, "cells": CELLS}
    assert (await live(one, "PUT", f"/rounds/{number}/belief", json=body)).status_code == 204


def secrets() -> list[str]:
    """Truths and guesses as any message would have to write them."""
    truths = [(lat, lng) for _, lat, lng, _, _ in TINY]
    return [f"{abs(x):.3f}" for pair in (*truths, *GUESSES) for x in pair]


def leaks(text: str) -> list[str]:
    numbers = {f"{float(x):.3f}" for x in re.findall(r"\d+\.\d+", text)}
    return [one for one in secrets() if one in numbers] + re.findall("Placeton", text)


async def test_a_duel_without_leaks(player: Player, clock: Clock, jpeg: bytes) -> None:
    delay_s = 20
    seats = await player.open_shared("AB", {"rounds": 2}, **DUEL)
    overlay = await overlay_of(player)
    chosen = {"delay_s": delay_s, "layout": "full", "streamer": True}
    assert (await live(player, "PUT", "/director/settings", json=chosen)).status_code == 200
    revealed_at: float | None = None
    seen: list[str] = []

    async def pass_s(seconds: int) -> None:
        """Second by second; whatever is shown before its time is a leak."""
        nonlocal revealed_at
        for _ in range(seconds):
            clock.now += 1
            answer = await live(overlay, "GET")
            word = ShowWord.model_validate_json(answer.content)
            if not seen or word.phase != seen[-1]:
                seen.append(word.phase)
            if word.history and revealed_at is None:
                revealed_at = clock.now
            if revealed_at is None:
                assert leaks(answer.text) == []
            for secret in (overlay.match, player.opened["invite"], '"A"', '"B"', "tiny"):
                assert secret not in answer.text

    await pass_s(8)
    assert (await seats[0].see())["phase"] == "round"
    for view in (1, 2):
        await tell(seats[0], 1, view, jpeg)
        await pass_s(1)
    assert (await live(overlay, "GET", "/rounds/1/seats/0/views/1")).status_code == 404
    await seats[0].guess(1, *GUESSES[0])
    await pass_s(1)
    await seats[1].guess(1, *GUESSES[1])
    ended = clock.now
    await pass_s(delay_s - 1)
    answer = await live(overlay, "GET", "/rounds/1/seats/0/views/1")
    assert answer.content == jpeg
    word = await shown(overlay)
    assert [len(seat.views) for seat in word.seats] == [2, 0]
    belief = word.seats[0].belief
    assert belief is not None
    assert "Here 75%" in word.seats[0].said
    assert [(cell.lat, cell.lng) for cell in belief.cells] == [(33.3, 44.3), (10.1, 20.1)]
    await pass_s(5)
    # Not before the delay and the suspense were over, and then within a second.
    assert revealed_at is not None
    assert delay_s + SUSPENSE_S <= revealed_at - ended < delay_s + SUSPENSE_S + 1
    assert seen == ["lobby", "ready", "round", "suspense", "reveal"]
    reveal = (await shown(overlay)).reveal
    assert reveal is not None
    assert [turn.guess and (turn.guess.lat, turn.guess.lng) for turn in reveal.turns] == [*GUESSES]
    match = MatchWord.model_validate(await player.see())
    assert reveal.location == match.outcomes[0].location
    for seat in seats:  # round 2 runs meanwhile
        await seat.guess(2, *GUESSES[0])
    await pass_s(int(delay_s + SUSPENSE_S + REVEAL_S) + 1)
    assert seen[5:] == ["round", "suspense", "reveal", "over"]


async def test_a_running_round_tells_nothing_new_to_others(player: Player, jpeg: bytes) -> None:
    """Neither another seat nor a watcher sees that a seat tells the show anything."""
    a, b = await player.open_shared("AB", {"rounds": 1}, pause_s=None)
    for seat in (a, b):
        await seat.start(1)
    before = [await one.see() for one in (b, player.watcher())]
    await tell(a, 1, 1, jpeg)
    assert [await one.see() for one in (b, player.watcher())] == before


async def test_heat_comes_late_and_is_delayed(player: Player, clock: Clock, jpeg: bytes) -> None:
    seats = await player.open_shared("AB", {"rounds": 2}, pause_s=None)
    overlay = await overlay_of(player)
    await live(player, "PUT", "/director/settings", json={"delay_s": 5})
    for seat in seats:
        await seat.start(1)
    path = "/rounds/1/views/1/heat"
    shown_at = "/rounds/1/seats/0/views/1/heat"
    assert (await live(seats[0], "PUT", path, content=jpeg)).status_code == 409  # no such view
    await tell(seats[0], 1, 1, jpeg)
    wrong = ((b"no picture", 409), (bytes(65_537), 413))
    for content, status in wrong:
        assert (await live(seats[0], "PUT", path, content=content)).status_code == status
    for seat, guess in zip(seats, GUESSES, strict=True):
        await seat.guess(1, *guess)
    for one in (player.watcher(), overlay, player):
        assert (await live(one, "PUT", path, content=jpeg)).status_code == 401
    clock.now += 1
    # The round is over, the next one does not run yet.
    assert (await live(seats[0], "PUT", path, content=jpeg)).status_code == 204
    clock.now += 4.5
    assert [view.heat for view in (await shown(overlay)).seats[0].views] == [False]
    assert (await live(overlay, "GET", shown_at)).status_code == 404
    clock.now += 1
    assert [view.heat for view in (await shown(overlay)).seats[0].views] == [True]
    answer = await live(overlay, "GET", shown_at)
    assert (answer.status_code, answer.content) == (200, jpeg)
    assert (await live(seats[1], "GET", shown_at)).status_code == 401
    for seat in seats:
        await seat.start(2)
    assert (await live(seats[0], "PUT", path, content=jpeg)).status_code == 409


async def test_the_chats_round_waits_for_the_reveal(player: Player, clock: Clock) -> None:
    seats = await player.open_shared("AB", {"rounds": 1}, pause_s=None)
    overlay = await overlay_of(player)
    await live(player, "PUT", "/director/settings", json={"delay_s": 5})
    tom = {"name": "Tommy", "guess": {"lat": 1, "lng": 2}, "distance_km": 249, "score": 4000}
    chat: dict[str, Any] = {"match": player.match, "number": 1, "viewers": 7, "closest": [tom]}
    chat |= {"mean_score": 1234.5, "combined": None}
    for seat in seats:
        await seat.start(1)
    assert (await live(player, "PUT", "/chat", json=chat)).status_code == 409  # it runs
    for seat, guess in zip(seats, GUESSES, strict=True):
        await seat.guess(1, *guess)
    for one in (seats[0], player.watcher(), overlay):
        assert (await live(one, "PUT", "/chat", json=chat)).status_code == 401
    assert (await live(player, "PUT", "/chat", json=chat | {"match": "m"})).status_code == 409
    assert (await live(player, "PUT", "/chat", json=chat)).status_code == 204
    for _ in range(7):
        answer = await live(overlay, "GET")
        assert "Tommy" not in answer.text
        assert "1234.5" not in answer.text
        clock.now += 1
    clock.now += 1
    word = await shown(overlay)
    assert word.phase == "reveal"
    assert word.chat is not None
    assert (word.chat.viewers, word.chat.mean_score) == (7, 1234.5)
    assert [one.name for one in word.chat.closest] == ["Tommy"]


async def test_who_may_do_what(player: Player, jpeg: bytes) -> None:
    a, _ = await player.open_shared("AB", {"rounds": 1}, pause_s=None)
    overlay, watcher = await overlay_of(player), player.watcher()
    other = Player(player.client)
    await other.open_shared("CD", {"rounds": 1}, pause_s=None)
    strangers = [a, watcher, other, Player(player.client, player.match, "nobody-s")]
    strangers[2] = Player(player.client, player.match, other.opened["host_token"])
    view = "/rounds/1/seats/0/views/1"
    for one in strangers:
        assert (await live(one, "GET")).status_code == 401
        assert (await live(one, "GET", view)).status_code == 401
    for one in (*strangers, overlay):
        assert (await live(one, "POST", "/overlays")).status_code == 401
        assert (await live(one, "GET", "/director")).status_code == 401
        for method, path, body in (
            ("POST", "/director/orders", {"do": "hold"}),
            ("PUT", "/director/settings", {"delay_s": 1}),
            ("POST", "/director/queue", {"match": player.match, "host_token": "x"}),
        ):
            assert (await live(one, method, path, json=body)).status_code == 401
    for one in (watcher, overlay, player):
        assert (await live(one, "PUT", "/rounds/1/views/1", content=jpeg)).status_code == 401
    assert (await live(overlay, "GET")).status_code == 200
    assert (await live(player, "GET")).status_code == 200
    assert (await live(Player(player.client, "none", overlay.token), "GET")).status_code == 404


async def test_what_a_seat_may_tell(player: Player, jpeg: bytes) -> None:
    a, b = await player.open_shared("AB", {"rounds": 1}, pause_s=None)
    assert (await live(a, "PUT", "/rounds/1/views/1", content=jpeg)).status_code == 409
    for seat in (a, b):
        await seat.start(1)
    wrong: list[tuple[str, dict[str, Any], int]] = [
        ("/rounds/1/views/1", {"content": b"no picture"}, 409),
        ("/rounds/1/views/1", {"content": bytes(300_000)}, 413),
        ("/rounds/1/views/9", {"content": jpeg}, 422),
        ("/rounds/2/views/1", {"content": jpeg}, 409),
        ("/rounds/1/belief", {"json": {"views": 1, "cells": [], "guess": {}}}, 422),
        ("/rounds/1/belief", {"json": {"views": 1, "cells": CELLS * 40}}, 422),
    ]
    for path, options, status in wrong:
        assert (await live(a, "PUT", path, **options)).status_code == status, path


async def test_an_operator_directs(player: Player, clock: Clock) -> None:
    seats = await player.open_shared("AB", {"rounds": 3}, pause_s=8)
    overlay = await overlay_of(player)

    async def told(what: str, status: int = 200) -> DirectorWord | None:
        answer = await live(player, "POST", "/director/orders", json={"do": what})
        assert answer.status_code == status, answer.text
        return DirectorWord.model_validate_json(answer.content) if status == 200 else None

    await told("rewind", 409)
    clock.now += 8
    for seat in seats:
        await seat.guess(1, *GUESSES[0])
    clock.now += 5
    await told("hold")
    clock.now += 30
    word = await shown(overlay)
    assert (word.phase, word.round, word.held) == ("reveal", 1, True)
    assert (await seats[0].see())["phase"] == "round"
    await told("rewind")
    assert (await shown(overlay)).phase == "suspense"
    clock.now += 60
    assert (await shown(overlay)).held
    await told("go_on")
    clock.now += 1
    word = await shown(overlay)
    assert (word.phase, word.round, word.held) == ("round", 2, False)
    assert word.phase_s == pytest.approx(1, abs=0.01)
    await told("next_match", 409)


async def test_the_queue_by_the_other_hosts_token(player: Player) -> None:
    await player.open_shared("AB", {"rounds": 1}, pause_s=None)
    other = Player(player.client)
    await other.open_shared("CD", {"rounds": 1}, pause_s=None)
    overlay = await overlay_of(player)
    wish = {"match": other.match, "host_token": player.token}
    assert (await live(player, "POST", "/director/queue", json=wish)).status_code == 401
    wish["host_token"] = other.token
    answer = await live(player, "POST", "/director/queue", json=wish)
    word = DirectorWord.model_validate_json(answer.content)
    assert [(one.match, one.names) for one in word.playlist] == [
        (player.match, ["A", "B"]),
        (other.match, ["C", "D"]),
    ]
    assert [seat.name for seat in (await shown(overlay)).seats] == ["A", "B"]
    await live(player, "POST", "/director/orders", json={"do": "next_match"})
    assert [seat.name for seat in (await shown(overlay)).seats] == ["C", "D"]
    assert other.token not in answer.text
