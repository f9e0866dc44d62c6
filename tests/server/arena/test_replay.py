"""A match watched again: all that happened, and not before it may be seen."""

from __future__ import annotations

from typing import Any

from server.arena.words import Replay
from tests.server.arena.player import Clock, Player

POINT = {"lat": 1.0, "lng": 2.0}
PREDICTION: dict[str, Any] = {
    "geocells": [],
    "geocell_guess": POINT,
    "refined_guess": POINT,
    "guess": POINT,
    "reason": "a-guess-of-mine",
    "radius_50_km": 10,
    "radius_90_km": 100,
    "expected_score": 4000,
    "neighbours": [],
    "encoder": "e",
    "bundle": "b",
}


async def predict(seat: Player, number: int, **changed: Any) -> int:
    path = f"/rounds/{number}/prediction"
    return (await seat.call("PUT", path, **PREDICTION | changed)).status_code


async def test_a_duel_watched_again(player: Player, clock: Clock) -> None:
    a, b = await player.open_shared("AB", {"rounds": 2}, mode="duels_a", pause_s=0)
    watcher = player.watcher()
    await a.see()
    clock.now += 1
    await a.pin(1, 10, 20)
    clock.now += 1
    await a.pin(1, 11, 21)
    assert await predict(b, 1) == 204
    clock.now += 1
    await b.guess(1, 30, 40)
    clock.now += 1
    await a.guess(1, 50, 60)
    assert (await a.call("GET", "/replay")).status_code == 409
    replay = Replay.model_validate((await watcher.call("GET", "/replay")).json())
    (one,) = replay.rounds
    assert [(p.seat, p.time_s, p.pin.lat) for p in one.pins] == [(0, 1, 10), (0, 2, 11)]
    assert [(p.seat, p.time_s) for p in one.predictions] == [(1, 2)]
    assert one.predictions[0].prediction.reason == "a-guess-of-mine"
    assert [(t.time_s, t.guess and t.guess.lat) for t in one.outcome.turns] == [(4, 50), (3, 30)]
    assert (one.length_s, [side.multiplier for side in one.sides]) == (4, [1, 1])
    await a.see()
    await a.guess(2)
    await b.guess(2)
    for seat in (a, b, watcher):
        whole = Replay.model_validate((await seat.call("GET", "/replay")).json())
        assert (len(whole.rounds), whole.match.phase) == (2, "over")
        healths = [[side.health for side in one.sides] for one in whole.rounds]
        assert healths[1] == [side.health for side in whole.match.sides]


async def test_a_match_of_one_seat(player: Player) -> None:
    await player.open(rounds=1)
    await player.start(1)
    await player.pin(1, 5, 6)
    await player.guess(1)
    replay = Replay.model_validate((await player.call("GET", "/replay")).json())
    assert [pin.pin.lat for pin in replay.rounds[0].pins] == [5]


async def test_predictions_are_secret_and_few(player: Player) -> None:
    a, b = await player.open_shared("AB", {"rounds": 1}, pause_s=0)
    await a.see()
    version = (await a.see())["version"]
    assert [await predict(b, 1) for _ in range(9)] == [204] * 8 + [409]
    assert await predict(a, 1, reason="x" * 20_000) == 409
    assert await predict(player, 1) == 409
    player.heard.clear()
    for one in (a, player, player.watcher()):
        assert (await one.see())["version"] == version
    await b.guess(1)
    await a.guess(1)
    await a.see()
    assert all("a-guess-of-mine" not in response.text for response in player.heard)
