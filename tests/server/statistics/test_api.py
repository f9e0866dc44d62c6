"""Statistics over HTTP, beside the arena that they come from."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from models.world.pack import Pack
from server.arena.api import install_arena
from server.arena.host import Host
from server.arena.shelf import Shelf
from server.arena.store import Store
from server.arena.words import Refusal
from server.gate import Gate
from server.statistics.api import install_statistics
from server.statistics.ledger import Ledger
from server.statistics.posted import Posted
from server.statistics.words import PlayedRound, Statistics
from tests.server.arena.player import TOKEN, Player
from tests.server.arena.test_leaks import needles, spoken
from tests.server.statistics.conftest import finished, north_or_south

ORIGIN = "http://127.0.0.1:8321"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
TELLING = 6
"""Bytes; "0.04" is found in any times."""
ASKED = ("", "/rounds", "/rounds?form=csv")


@pytest.fixture
async def client(tiny_pack: Pack, store: Store, posted: Posted) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    gate = Gate(TOKEN, frozenset({ORIGIN}))
    host = Host(store, Shelf(tiny_pack.folder.parent), lambda *_: "")
    install_arena(app, host, gate)
    install_statistics(app, Ledger(posted, store, north_or_south), gate)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client


async def tell(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    body = finished().model_dump(mode="json") | fields
    return await client.post("/api/statistics/rounds", headers=BEARER, json=body)


async def ask(client: httpx.AsyncClient, path: str = "") -> httpx.Response:
    answer = await client.get(f"/api/statistics{path}", headers=BEARER)
    return answer.raise_for_status()


async def test_said_twice_recorded_once(client: httpx.AsyncClient) -> None:
    first, again = await tell(client), await tell(client)
    assert (first.status_code, first.json()) == (201, {"id": "r1", "new": True})
    assert (again.status_code, again.json()) == (200, {"id": "r1", "new": False})
    other = await tell(client, score=1)
    assert other.status_code == 409
    assert "another round's" in Refusal.model_validate_json(other.content).detail
    sums = Statistics.model_validate_json((await ask(client)).content)
    assert (sums.total.rounds, sums.total.mean_score) == (1, 4000)
    assert list(sums.by_country) == ["NN"]


async def test_rows(client: httpx.AsyncClient) -> None:
    await tell(client)
    await tell(client, id="r2", number=2, guess=None, score=0)
    lines = (await ask(client, "/rounds")).text.splitlines()
    rounds = [PlayedRound.model_validate(json.loads(line)) for line in lines]
    assert [one.number for one in rounds] == [1, 2]
    answer = await ask(client, "/rounds?form=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert [row["score"] for row in csv.DictReader(answer.text.splitlines())] == ["4000", "0"]


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        ({"id": "a b"}, "body.id"),
        ({"id": ""}, "body.id"),
        ({"location": {"lat": 91, "lng": 0}}, "body.location.lat"),
        ({"score": 5001}, "body.score"),
        ({"guess": None}, "body: score: expected 0 without a guess, got: 4000"),
        ({"number": 0}, "body.number"),
        ({"times": {"capture_ms": -1, "locate_ms": 0, "place_ms": 0}}, "body.times.capture_ms"),
        ({"token": "x"}, "body.token"),
    ],
)
async def test_what_is_no_round(
    client: httpx.AsyncClient, fault: dict[str, Any], where: str
) -> None:
    answer = await tell(client, **fault)
    assert answer.status_code == 422
    assert Refusal.model_validate_json(answer.content).detail.startswith(where)
    assert (await ask(client)).json()["total"]["rounds"] == 0


async def test_strangers_get_nothing(client: httpx.AsyncClient) -> None:
    for path in ASKED:
        url = f"/api/statistics{path}"
        assert (await client.get(url)).status_code == 401
        foreign = {**BEARER, "Origin": "http://evil.example"}
        assert (await client.get(url, headers=foreign)).status_code == 403
    body = finished().model_dump(mode="json")
    assert (await client.post("/api/statistics/rounds", json=body)).status_code == 401


async def test_no_truth_before_its_round_is_over(
    client: httpx.AsyncClient, tiny_pack: Pack, store: Store
) -> None:
    """Two play the same seed. What the quicker one has found is told when the other has, too."""
    quick, slow = Player(client), Player(client)
    await quick.open(rounds=3)
    await slow.open(rounds=3)
    created: Any = store.load(slow.match)[0]
    for number in (1, 2, 3):
        await quick.start(number)
        planned = created.rounds[number - 1]
        await quick.guess(number, planned.lat, planned.lng)
        # A bot tells its round at once.
        point = {"lat": round(planned.lat, 5), "lng": round(planned.lng, 5)}
        told = await tell(
            client, id=f"t{number}", site="arena", match=quick.match, number=number, location=point
        )
        assert told.status_code == 201
        await tell(client, id=f"e{number}", site="elsewhere", number=number, location=point)
    for number in (1, 2, 3):
        await slow.start(number)
        said = b"".join([spoken(await ask(client, path)) for path in ASKED])
        for hidden in created.rounds[number - 1 :]:
            for needle in needles(hidden, tiny_pack):
                # Few digits stand among sums and times by chance, and within any longer number.
                whole = rb"(?<![\d.])" + re.escape(needle)
                assert len(needle) < TELLING or not re.search(whole, said), needle
        await slow.guess(number)
        # The search would find it: now all three rounds of this place are there.
        rounds = (await ask(client, "/rounds")).text
        assert rounds.count(str(created.rounds[number - 1].lat)[:7]) >= 2
    assert (await ask(client)).json()["total"]["rounds"] == 9
