"""A match over HTTP, as the page and the bot play it."""

from __future__ import annotations

import asyncio
import shutil
from io import BytesIO

import httpx
import pytest
from PIL import Image

from models.geo import haversine_km
from models.world.pack import Pack
from server.arena.events import MatchCreated
from server.arena.store import Store
from server.arena.words import MatchWord, Refusal
from tests.server.arena.player import Clock, Player


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, Refusal.model_validate_json(response.content).detail


async def test_packs(player: Player) -> None:
    (pack,) = (await player.call("GET", "/packs")).json()
    assert (pack["name"], pack["panoramas"]) == ("tiny", 6)
    assert pack["by_split"] == {"test": 3, "train": 2, "validation": 1}


async def test_a_whole_match(player: Player, clock: Clock, tiny_pack: Pack) -> None:
    await player.open(rounds=3)
    assert (await player.see())["phase"] == "ready"
    for number in (1, 2, 3):
        running = MatchWord.model_validate((await player.start(number)).json())
        assert running.phase == "round"
        assert running.round is not None
        assert (running.round.number, running.round.time_left_s) == (number, None)
        clock.now += 4
        await player.guess(number, 10, 20)
    over = MatchWord.model_validate(await player.see())
    assert (over.phase, over.round) == ("over", None)
    assert [outcome.number for outcome in over.outcomes] == [1, 2, 3]
    assert over.total_score == sum(outcome.score for outcome in over.outcomes)
    truths = {(p.lat, p.lng) for p in tiny_pack.panoramas}
    for outcome in over.outcomes:
        location = (outcome.location.lat, outcome.location.lng)
        truths.remove(location)  # none twice
        assert outcome.distance_km == pytest.approx(haversine_km(location, (10, 20)))
        assert outcome.place == f"Placeton by {location[0]:.3f} {location[1]:.3f}"
        assert (outcome.time_s, outcome.licence) == (4, "CC0-1.0")


async def test_the_picture_is_the_rounds_own(player: Player, tiny_pack: Pack, store: Store) -> None:
    await player.open(rounds=2)
    refused = await player.call("GET", "/rounds/1/panorama")
    assert refusal(refused)[0] == 409
    word = (await player.start(1)).json()["round"]
    response = await player.call("GET", "/rounds/1/panorama")
    assert response.request.url.path == word["image"]
    assert response.headers["content-type"] == "image/jpeg"
    assert response.headers["cache-control"].startswith("private")
    created = store.load(player.match)[0]
    assert isinstance(created, MatchCreated)
    panorama = tiny_pack[created.rounds[0].panorama]
    assert response.content == tiny_pack.image_path(panorama).read_bytes()
    assert word["heading"] == panorama.heading
    await player.guess(1)
    assert (await player.call("GET", "/rounds/1/panorama")).content == response.content
    assert refusal(await player.call("GET", "/rounds/2/panorama"))[0] == 409


async def test_same_seed_same_panoramas(player: Player, store: Store) -> None:
    drawn = []
    for rounds, seed in ((5, 3), (5, 3), (2, 3), (5, 4)):
        body = {"pack": "tiny", "seed": seed, "rules": {"rounds": rounds}}
        seated = await player.call("POST", "/matches", **body)
        created = store.load(seated.json()["match"])[0]
        assert isinstance(created, MatchCreated)
        drawn.append([planned.panorama for planned in created.rounds])
    assert drawn[0] == drawn[1]
    assert drawn[2] == drawn[0][:2]
    assert drawn[3] != drawn[0]


async def test_only_the_split_asked_for(player: Player, store: Store, tiny_pack: Pack) -> None:
    body = {"pack": "tiny", "split": "test", "rules": {"rounds": 3}}
    created = store.load((await player.call("POST", "/matches", **body)).json()["match"])[0]
    assert isinstance(created, MatchCreated)
    assert {planned.panorama for planned in created.rounds} == {
        panorama.id for panorama in tiny_pack.split("test")
    }
    body["rules"] = {"rounds": 4}
    assert refusal(await player.call("POST", "/matches", **body)) == (
        422,
        "split 'test' of pack 'tiny': expected at least 4 panoramas, one a round, got: 3",
    )


async def test_the_clock_submits_the_pin(player: Player, clock: Clock) -> None:
    await player.open(rounds=2, time_limit_s=60)
    await player.start(1)
    assert (await player.call("PUT", "/rounds/1/pin", lat=10, lng=20)).status_code == 204
    clock.now += 59
    word = (await player.see())["round"]
    assert (word["time_left_s"], word["pin"]) == (1, {"lat": 10, "lng": 20})
    clock.now += 1
    assert refusal(await player.guess(1, 0, 0)) == (409, "round 1 is over: the clock ran out")
    (outcome,) = (await player.see())["outcomes"]
    assert (outcome["guess"], outcome["time_s"]) == ({"lat": 10, "lng": 20}, 60)
    await player.start(2)
    clock.now += 3600
    nothing = (await player.see())["outcomes"][1]
    assert (nothing["guess"], nothing["distance_km"], nothing["score"]) == (None, None, 0)


async def test_refusals(player: Player) -> None:
    assert refusal(await player.call("POST", "/matches", pack="nope")) == (
        404,
        "pack: expected one of ['tiny'], got: 'nope'",
    )
    server_token = player.token
    await player.open()
    await player.start(1)
    await player.guess(1)
    assert refusal(await player.guess(1)) == (409, "round 1 is over: it has been guessed")
    assert refusal(await player.start(3))[0] == 409
    assert refusal(await player.start(51))[0] == 422
    for lat in (91, "north", None):
        assert refusal(await player.call("POST", "/rounds/1/guess", lat=lat, lng=0))[0] == 422
    for token in (server_token, "", player.token[:-1]):
        player.token = token
        assert refusal(await player.call("GET", ""))[0] == 401
        assert refusal(await player.call("GET", "/rounds/1/panorama"))[0] == 401
    player.match = "nobody"
    assert refusal(await player.call("GET", ""))[0] == 404


@pytest.mark.parametrize("path", ["/packs", "/matches"])
async def test_matches_need_the_servers_token(player: Player, path: str) -> None:
    player.token = "another"
    method = "GET" if path == "/packs" else "POST"
    assert refusal(await player.call(method, path, pack="tiny"))[0] == 401


async def test_other_origins_are_refused(player: Player) -> None:
    await player.open()
    url = f"/api/arena/matches/{player.match}"
    bearer = {"Authorization": f"Bearer {player.token}"}
    for origin, status in (("http://127.0.0.1:8321", 200), ("http://evil.example", 403)):
        response = await player.client.get(url, headers={**bearer, "Origin": origin})
        assert response.status_code == status


async def test_of_many_guesses_one_counts(player: Player) -> None:
    await player.open(rounds=1)
    await player.start(1)
    answers = await asyncio.gather(*(player.guess(1, 10, lng) for lng in range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 11
    (winner,) = (answer.json() for answer in answers if answer.status_code == 200)
    assert (await player.see())["outcomes"] == winner["outcomes"]


async def test_a_broken_pack_hides_no_other(player: Player, tiny_pack: Pack) -> None:
    broken = tiny_pack.folder.with_name("broken")
    shutil.copytree(tiny_pack.folder, broken)
    (broken / "pack.toml").write_text("format = 99")
    assert [pack["name"] for pack in (await player.call("GET", "/packs")).json()] == ["tiny"]


async def test_a_png_is_served_as_jpeg(player: Player, tiny_pack: Pack, store: Store) -> None:
    await player.open(rounds=1)
    await player.start(1)
    created = store.load(player.match)[0]
    assert isinstance(created, MatchCreated)
    path = tiny_pack.image_path(tiny_pack[created.rounds[0].panorama])
    Image.new("RGB", (64, 32), "teal").save(path, "PNG")
    served = await player.call("GET", "/rounds/1/panorama")
    assert Image.open(BytesIO(served.content)).format == "JPEG"
