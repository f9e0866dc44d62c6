"""A seat that is played at a person's pace, in a study of one person."""

from __future__ import annotations

from random import Random

import pytest

from bot.human.pace import LEAST_S
from bot.human.runner import Runner
from bot.human.seat import Arena, Player
from server.protocol import PointWord, Prediction
from tests.server.experiments.conftest import clock, room  # noqa: F401
from tests.server.experiments.study_room import Room


def prediction() -> Prediction:
    return Prediction.model_construct(guess=PointWord(lat=10, lng=20), expected_score=3000.0)


async def locate(picture: bytes, all_round: bool) -> Prediction:
    assert picture[:2] == b"\xff\xd8"
    assert all_round
    return prediction()


def player(room: Room, seat: dict, seed: int = 1) -> Player:  # noqa: F811
    async def sleep(seconds: float) -> None:
        room.clock.now += seconds

    arena = Arena(room.client, seat["match"], seat["seat_token"])
    return Player(arena, locate, Random(seed), sleep=sleep, clock=room.clock)


async def test_a_match_against_nobody(room: Room) -> None:  # noqa: F811
    """The person never guesses: the bot does, in each round, and not at once."""
    person = await room.person()
    await room.matched(person)
    (seat,) = await room.seats()
    await player(room, seat).play_match()
    assert (await person.me())["phase"] == "question"
    word = await Arena(room.client, seat["match"], seat["seat_token"]).see()
    turns = [t for o in word["outcomes"] for t in o["turns"] if t["seat"] == word["seat"]]
    # On a pixel of the map, which at the least zoom is a twelfth of a degree.
    assert [t["guess"]["lat"] for t in turns] == pytest.approx([10] * 3, abs=0.05)
    assert not any(t["timed_out"] for t in turns)
    times = [turn["time_s"] for turn in turns]
    assert all(LEAST_S <= time_s <= 59.9 for time_s in times)
    assert len({round(time_s, 1) for time_s in times}) == 3


async def test_a_clock_that_the_opponent_shortens(room: Room) -> None:  # noqa: F811
    """After the first guess 15 s are left; the bot is in time, whatever it had in mind."""
    person = await room.person()
    (word,) = await room.matched(person)
    (seat,) = await room.seats()
    table = word["table"]
    room.clock.now += 8.1  # the pause before the first round
    answer = await Arena(room.client, table["match"], table["seat_token"])._call(
        "POST", "/rounds/1/guess", {"lat": 0, "lng": 0}
    )
    assert answer.status_code == 200
    await player(room, seat, seed=4)._play_round(
        await Arena(room.client, seat["match"], seat["seat_token"]).see()
    )
    word = await Arena(room.client, seat["match"], seat["seat_token"]).see()
    (mine,) = [t for t in word["outcomes"][0]["turns"] if t["seat"] == word["seat"]]
    assert not mine["timed_out"]
    assert mine["time_s"] < 15


async def test_runner_takes_what_there_is(room: Room) -> None:  # noqa: F811
    runner = Runner(room.client, room.keys.study, room.keys.runner, lambda _: locate)
    assert await runner.seats() == []
    await room.matched(await room.person())
    (seat,) = await runner.seats()
    assert seat["bundle"] == "world-small"
    runner.token = "no"
    with pytest.raises(Exception, match="401"):
        await runner.seats()
    assert "no" not in repr(Runner(room.client, "s", "no-word", lambda _: locate)).split("'")
