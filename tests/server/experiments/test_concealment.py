"""Who sits opposite cannot be told from anything that a person or the experimenter is sent."""

from __future__ import annotations

import re
from collections import defaultdict

import httpx
import pytest

from tests.server.experiments.study_room import Room

VARIES = re.compile(r'"[^"]*"|-?[0-9.]+(e-?[0-9]+)?')
"""Values; what is left of JSON is its shape."""


def shape(answer: httpx.Response) -> tuple[object, ...]:
    """Status, names of headers, and JSON without its values."""
    text = answer.text if "json" in answer.headers["content-type"] else ""
    keys = re.findall(r'"(\w+)":', text)
    return answer.status_code, sorted(answer.headers), keys, VARIES.sub("", text)


@pytest.mark.slow
async def test_answers_have_one_shape_for_bots_and_people(room: Room) -> None:
    people = [await room.person() for _ in range(4)]
    shapes = defaultdict(set)
    for _ in range(4):
        for person in people:
            person.heard.clear()
        words = await room.matched(*people)
        await room.play([word["table"] for word in words])
        for person, word in zip(people, words, strict=True):
            kind = kind_of(room, person.token.partition(".")[0])
            seat = word["table"]["seat_token"]
            for path in ("", "/rounds/1/panorama", "/replay"):
                url = f"/api/arena/matches/{word['table']['match']}{path}"
                headers = {"Authorization": f"Bearer {seat}"}
                person.heard.append(await room.client.get(url, headers=headers))
            await person.call("GET", "/me")
            await person.call("GET", "/me/data")
            for answer in person.heard[-4:-1]:
                shapes[kind].add(repr(shape(answer)))
            await person.answer(True)
    assert set(shapes) == {"bot", "person"}
    assert shapes["bot"] & shapes["person"]
    # Rounds that were played differ only in values.
    assert all("was_bot" not in one for one in shapes["bot"] | shapes["person"])


def kind_of(room: Room, person: str) -> str:
    met = [e for e in room.studies.load(room.keys.study, person) if e.type == "met"]
    return met[-1].opponent  # type: ignore[union-attr]


async def test_nothing_tells_the_bot_before_the_end(room: Room) -> None:
    """No token of a seat but one's own, no kind, no order, no secret, no person's id."""
    people = [await room.person(f"N{i}") for i in range(4)]
    ids = [person.token.partition(".")[0] for person in people]
    for _ in range(2):
        words = await room.matched(*people)
        await room.play([word["table"] for word in words])
        for person in people:
            await person.call("GET", "/me/data")
            await person.answer(False)
    await room.experimenter.call("GET", "/progress")
    secrets = [room.secret, room.keys.runner, *(seat["seat_token"] for seat in await room.seats())]
    for at, person in enumerate(people):
        said = "".join(answer.text for answer in person.heard)
        for word in ('"opponent"', '"bot_', '"swapped"', '"rival"', '"was_bot"', *secrets):
            assert word not in said
        assert not [other for i, other in enumerate(ids) if i != at and other in said]
    told = "".join(answer.text for answer in room.experimenter.heard)
    for word in (*ids, *secrets, '"opponent"', "N0", "won"):
        assert word not in told


@pytest.mark.slow
async def test_the_bot_sits_first_half_of_the_time_and_waits_like_people(room: Room) -> None:
    people = [await room.person() for _ in range(6)]
    firsts: list[bool] = []
    for _ in range(4):
        words = await room.matched(*people)
        assert {word["phase"] for word in words} == {"match"}, "all begin at the same tick"
        for person in people:
            met = room.studies.load(room.keys.study, person.token[:12])[-1]
            if met.opponent == "bot":  # type: ignore[union-attr]
                firsts.append(met.seat == 0)  # type: ignore[union-attr]
        await room.play([word["table"] for word in words])
        for person in people:
            await person.answer(True)
    assert 8 <= len(firsts) <= 16, "of 24"
    assert 0 < sum(firsts) < len(firsts)
