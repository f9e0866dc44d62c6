"""Health, readiness and figures of the whole server, as load balancers and Prometheus ask."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from models.world.pack import Pack
from server.settings import Settings, from_environment
from tests.server.inference.conftest import ENCODER, MeanColour, RedIsNorth
from tests.server.test_app import BEARER, load_colours, load_nothing, serving, settled
from tests.server.test_metrics import figures


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return from_environment({"HOMING_HOME": str(tmp_path), "HOMING_TOKEN": "secret"})


async def ready(client: httpx.AsyncClient) -> tuple[int, dict[str, Any]]:
    answer = await client.get("/ready")
    return answer.status_code, answer.json()


async def test_ready_only_when_models_are_loaded(settings: Settings) -> None:
    may_load = threading.Event()

    def load(bundle: str) -> tuple[MeanColour, RedIsNorth]:
        assert may_load.wait(60)
        return load_colours(bundle)

    async with serving(settings, load) as client:
        status, standing = await ready(client)
        assert (status, standing["status"]) == (503, "loading")
        assert standing["problem"] == "the models are still loading"
        assert (await client.get("/health")).status_code == 200
        may_load.set()
        await settled(client)
        status, standing = await ready(client)
        assert (status, standing["status"], standing["encoder"]) == (200, "ready", ENCODER)
    # The lifespan is over: the server drains.
    async with httpx.AsyncClient(transport=client._transport, base_url=settings.url) as late:
        status, standing = await ready(late)
        assert (status, standing["status"]) == (503, "draining")
        assert (await late.get("/health")).status_code == 200


async def test_a_broken_bundle_is_never_ready(settings: Settings) -> None:
    async with serving(settings, load_nothing) as client:
        await settled(client)
        status, standing = await ready(client)
    assert (status, standing["status"]) == (503, "failed")
    assert "there is no world-small" in standing["problem"]


async def test_figures_want_the_token(settings: Settings) -> None:
    async with serving(settings, load_nothing) as client:
        assert (await client.get("/metrics")).status_code == 401
        foreign = {**BEARER, "Origin": "http://evil.example"}
        assert (await client.get("/metrics", headers=foreign)).status_code == 403
        answer = await client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


async def test_what_was_played_is_counted(settings: Settings, tiny_pack: Pack) -> None:
    async with serving(settings, load_nothing) as client:
        wish = {"pack": "tiny", "rules": {"rounds": 2}}
        seat = (await client.post("/api/arena/matches", headers=BEARER, json=wish)).json()
        seated = {"Authorization": f"Bearer {seat['seat_token']}"}
        path = f"/api/arena/matches/{seat['match']}"
        await client.post(f"{path}/rounds/1/start", headers=seated)
        await client.post(f"{path}/rounds/1/guess", headers=seated, json={"lat": 1, "lng": 2})
        await client.post(f"{path}/rounds/1/guess", headers=seated, json={"lat": 1, "lng": 2})
        for nonsense in range(20):
            await client.request(f"X{nonsense}", f"/nowhere/{nonsense}")
        found = figures((await client.get("/metrics", headers=BEARER)).content)
    assert found["homing_matches_total",] == 1
    assert found["homing_rounds_total", "guessed"] == 1
    guess = "/api/arena/matches/{match}/rounds/{number}/guess"
    assert found["homing_http_seconds_count", "POST", guess, "200"] == 1
    assert found["homing_http_seconds_count", "POST", guess, "409"] == 1
    # Whatever strangers invent is one series.
    assert found["homing_http_seconds_count", "other", "none", "404"] == 20
    assert not [key for key in found if "nowhere" in "".join(key) or seat["match"] in "".join(key)]


async def test_each_answer_is_a_line_and_says_which(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "server")
    async with serving(settings, load_nothing) as client:
        answer = await client.get("/locate?token=secret")
        for probe in ("/health", "/ready", "/metrics"):
            await client.get(probe, headers=BEARER)  # no line each: they come every few seconds
    (line,) = [record for record in caplog.records if record.name == "server.traffic"]
    fields = line.__dict__["fields"]
    assert (fields["method"], fields["route"], fields["status"]) == (
        "GET",
        "/locate",
        answer.status_code,
    )
    assert len(answer.headers["x-request-id"]) == 16
