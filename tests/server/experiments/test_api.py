"""A study from the invitation to the debrief, over HTTP."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from server.experiments.assignment import ALONE_S, order
from server.experiments.ending import end
from tests.server.experiments.study_room import Room, Somebody


async def test_invitation_and_consent(room: Room) -> None:
    guest = Somebody(room, room.keys.invite)
    said = (await guest.call("GET", "/invitation")).json()
    assert (said["matches"], said["consent"], said["open"]) == (4, "Do you?", True)
    assert said["minutes"] == 15  # 13 rounds of 68 s
    refused = await guest.call("POST", "/people", nickname="Ada", consent=False)
    assert refused.status_code == 422
    me = await (await room.person("Ada")).me()
    assert (me["nickname"], me["phase"], me["number"]) == ("Ada", "practice", 1)
    assert (me["practised"], me["debrief"], me["reveals"]) == (False, None, [])


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/invitation"), ("GET", "/me"), ("GET", "/progress"), ("GET", "/seats")],
)
async def test_each_token_opens_its_own_door_only(room: Room, method: str, path: str) -> None:
    person = await room.person()
    keys = room.keys
    right = {
        "/invitation": keys.invite,
        "/me": person.token,
        "/progress": keys.experimenter,
        "/seats": keys.runner,
    }
    for token in (*right.values(), "", "a.b", "the-servers-own"):
        answer = await Somebody(room, token).call(method, path)
        expected = {200} if token == right[path] else {401, 404}
        assert answer.status_code in expected
    unknown = await person.call("GET", "/api/experiments/nothing/progress")
    assert unknown.status_code == 404


async def test_practice_is_played_and_left(room: Room) -> None:
    person = await room.person()
    table = (await person.me())["table"]
    path = f"/api/arena/matches/{table['match']}/rounds/1"
    seat = Somebody(room, table["seat_token"])
    assert (await seat.call("POST", f"{path}/start")).status_code == 200
    assert (await seat.call("POST", f"{path}/guess", lat=1.0, lng=1.0)).status_code == 200
    assert (await person.me())["practised"] is True
    assert (await person.ready())["phase"] == "waiting"
    assert (await person.ready())["table"] is None


async def test_a_whole_study_of_four(room_anywhere: Room) -> None:
    room = room_anywhere
    people = [await room.person(f"P{number}") for number in range(4)]
    for number in range(1, 5):
        words = await room.matched(*people)
        assert {word["phase"] for word in words} == {"match"}
        assert {word["number"] for word in words} == {number}
        await room.play([word["table"] for word in words])
        for person in people:
            assert (await person.me())["phase"] == "question"
            said = await person.answer(said_bot=True, sure=70)
            assert said.json()["phase"] == ("debrief" if number == 4 else "rest")
    for index, person in enumerate(people):
        end = await person.me()
        assert end["debrief"] == "It was a bot."
        kinds = ["bot" if one["was_bot"] else "person" for one in end["reveals"]]
        assert kinds == list(order(room.secret, index, 4)) or index in swapped(room)
        assert all(one["said_bot"] and one["sure"] == 70 for one in end["reveals"])
    progress = (await room.experimenter.call("GET", "/progress")).json()
    assert (progress["finished"], progress["played"], progress["playing"]) == (4, 16, 0)
    assert progress["order_sha256"] == sha256(room.secret.encode()).hexdigest()


def swapped(room: Room) -> set[int]:
    """Numbers of people who yielded."""
    found = set()
    for stream in room.studies.lengths(room.keys.study):
        events = room.studies.load(room.keys.study, stream)
        if stream and any(getattr(event, "swapped", False) for event in events):
            found.add(events[0].number)  # type: ignore[union-attr]
    return found


async def test_an_answer_is_given_once_and_when_asked(room: Room) -> None:
    person = await room.person()
    assert (await person.answer(True)).status_code == 409
    (word,) = await room.matched(person)
    refused = await person.call("POST", "/me/ready")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "expected a person in practice or rest or waiting, got: one in match",
    )
    await room.play([word["table"]])
    assert (await person.answer(True, sure=101)).status_code == 422
    assert (await person.answer(True)).status_code == 200
    assert (await person.answer(False)).status_code == 409


async def test_no_match_while_the_bot_is_away(room: Room) -> None:
    people = [await room.person(), await room.person()]
    for person in people:
        await person.me()
        await person.ready()
    for _ in range(9):
        room.clock.now += 10
        assert {(await person.me())["phase"] for person in people} == {"waiting"}
    await room.seats()
    assert {(await person.me())["phase"] for person in people} == {"match"}


async def test_who_is_alone_plays_the_bot_after_a_minute_of_its_being_there(room: Room) -> None:
    person = await room.person()
    await person.me()
    await person.ready()
    for _ in range(9):  # away
        room.clock.now += 10
        await person.me()
    waited_s = 0.0
    await room.seats()
    while (await person.me())["phase"] == "waiting":
        room.clock.now += 5
        waited_s += 5
        await room.seats()
    assert waited_s == ALONE_S
    (seat,) = await room.seats()
    assert seat["match"] == (await person.me())["table"]["match"]


async def test_no_match_for_who_has_gone(room: Room) -> None:
    here, gone = [await room.person(), await room.person()], await room.person()
    await gone.me()
    await gone.ready()
    room.clock.now += 30
    await room.matched(*here)
    progress = (await room.experimenter.call("GET", "/progress")).json()
    assert progress["by_phase"] == {"match": 2, "waiting": 1}
    assert (await gone.me())["phase"] == "waiting", "and may come back"


async def test_a_lid_that_is_closed_while_waiting_costs_nothing(room: Room) -> None:
    person = await room.person()
    await person.me()
    await person.ready()
    room.clock.now += 360
    word = await person.me()
    assert (word["phase"], word["debrief"], word["reveals"]) == ("waiting", None, [])
    await room.seats()
    assert (await person.me())["phase"] == "waiting", "nobody was looked for all the while"
    assert (await room.matched(person))[0]["phase"] == "match"


async def test_who_is_always_alone_plays_the_bot_to_the_end(room: Room) -> None:
    """More bots than their order has."""
    person = await room.person()
    for _ in range(4):
        (word,) = await room.matched(person)
        await room.play([word["table"]])
        await person.answer(False)
    word = await person.me()
    assert word["phase"] == "debrief"
    assert [one["was_bot"] for one in word["reveals"]] == [True] * 4
    assert (await room.experimenter.call("GET", "/progress")).json()["finished"] == 1


async def test_who_waits_when_the_study_ends_goes_on_to_the_debrief(room: Room) -> None:
    person, playing = await room.person(), await room.person()
    (word,) = await room.matched(playing)
    await person.me()
    await person.ready()
    end(room.studies, room.keys.study, room.clock(), "enough")
    assert (await person.me())["phase"] == "debrief"
    await room.play([word["table"]])
    await playing.answer(True)
    await playing.ready()
    assert (await playing.me())["phase"] == "debrief"
    assert (await room.experimenter.call("GET", "/progress")).json()["finished"] == 0


async def test_a_person_who_never_guesses_is_out_by_the_clock(room: Room) -> None:
    person = await room.person()
    (word,) = await room.matched(person)
    for _ in range(12):
        room.clock.now += 40
        word = await person.me()
    assert word["phase"] == "question"


async def test_own_data_and_deletion(room: Room) -> None:
    person = await room.person("Grace")
    (word,) = await room.matched(person)
    said = (await person.call("GET", "/me/data")).text
    assert "Grace" in said
    for secret in ("bot", "person", word["table"]["seat_token"]):
        assert f'"{secret}"' not in said
    assert (await person.call("DELETE", "/me")).status_code == 204
    assert (await person.call("GET", "/me")).status_code == 404
    dump = json.dumps(
        [e.model_dump(mode="json") for s in room.studies.lengths(room.keys.study)
         for e in room.studies.load(room.keys.study, s)]
    )  # fmt: skip
    assert "Grace" not in dump
    assert (await room.experimenter.call("GET", "/progress")).json()["by_phase"] == {}
    (other,) = await room.matched(await room.person("Next"))
    assert other["phase"] == "match"
