"""The server as a whole: who may come in, what it says of itself, what its pages may load."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
import websockets
from fastapi import FastAPI

from models.world.pack import Pack
from server import serve, sockets
from server.app import Load, create_app
from server.pages import install_pages, security_headers
from server.protocol import VERSION, Hello, read_server, to_text
from server.settings import Settings, from_environment
from tests.server.inference.conftest import ENCODER, MeanColour, RedIsNorth

BEARER = {"Authorization": "Bearer secret"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return from_environment({"HOMING_HOME": str(tmp_path), "HOMING_TOKEN": "secret"})


def load_colours(_: str) -> tuple[MeanColour, RedIsNorth]:
    return MeanColour(), RedIsNorth()


def load_nothing(bundle: str) -> Any:
    raise ValueError(f"there is no {bundle}")


@asynccontextmanager
async def serving(settings: Settings, load: Load) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, load)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=settings.url) as client,
    ):
        yield client


async def settled(client: httpx.AsyncClient) -> dict[str, Any]:
    """/health once nothing is loading any more."""
    for _ in range(1000):
        health = (await client.get("/health")).json()
        if health["status"] != "loading":
            return health
        await asyncio.sleep(0.01)
    pytest.fail("the models never stopped loading")


async def test_health_names_what_is_loaded(settings: Settings) -> None:
    async with serving(settings, load_colours) as client:
        health = await settled(client)
    assert (health["encoder"], health["bundle"], health["problem"]) == (ENCODER, "colours", None)


async def test_without_a_bundle_the_arena_is_served(settings: Settings, tiny_pack: Pack) -> None:
    async with serving(settings, load_nothing) as client:
        health = await settled(client)
        assert (health["status"], health["bundle"]) == ("failed", None)
        assert health["problem"] == "bundle world-small cannot be used: there is no world-small"
        packs = await client.get("/api/arena/packs", headers=BEARER)
        assert [pack["name"] for pack in packs.json()] == ["tiny"]


async def test_locate_waits_for_the_models(settings: Settings) -> None:
    may_load = threading.Event()

    def load(bundle: str) -> tuple[MeanColour, RedIsNorth]:
        assert may_load.wait(60)
        return load_colours(bundle)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = replace(settings, port=listener.getsockname()[1])
        config = uvicorn.Config(create_app(settings, load), log_level="critical")
        server = sockets.Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        address = f"ws://127.0.0.1:{settings.port}/ws/locate"
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(address, additional_headers=BEARER)
        assert refused.value.response.status_code == 503
        may_load.set()
        async with httpx.AsyncClient(base_url=settings.url) as client:
            await settled(client)
        async with websockets.connect(address, additional_headers=BEARER) as connection:
            await connection.send(to_text(Hello(version=VERSION, software="test", encoder=None)))
            answer = read_server(await connection.recv())
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(address)
        server.should_exit = True
        await running
    assert isinstance(answer, Hello)
    assert answer.encoder == ENCODER


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8321", 200),
        ("localhost:8321", 200),
        ("[::1]:8321", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example:8321", 400),
        ("", 400),
    ],
)
async def test_other_names_are_rebinding(settings: Settings, host: str, status: int) -> None:
    async with serving(settings, load_nothing) as client:
        assert (await client.get("/health", headers={"Host": host})).status_code == status


async def test_an_allowed_origin_brings_its_host(settings: Settings) -> None:
    named = replace(settings, origins=frozenset({"http://192.0.2.7:8321"}))
    async with serving(named, load_nothing) as client:
        headers = {"Host": "192.0.2.7:8321", "Origin": "http://192.0.2.7:8321", **BEARER}
        assert (await client.get("/api/arena/packs", headers=headers)).status_code == 200
        headers["Origin"] = "http://192.0.2.8:8321"
        assert (await client.get("/api/arena/packs", headers=headers)).status_code == 403


def test_browsers_do_not_name_the_port_of_http(settings: Settings) -> None:
    assert "http://localhost" in replace(settings, port=80).own_origins
    assert "http://[::1]:8321" in settings.own_origins


async def test_every_answer_is_guarded(settings: Settings) -> None:
    async with serving(settings, load_nothing) as client:
        for path in ("/", "/play/m", "/health", "/api/arena/packs", "/nowhere"):
            headers = (await client.get(path)).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == ("no-store" if "/api/" in path else "no-cache")


async def test_a_huge_body_is_refused(settings: Settings) -> None:
    async with serving(settings, load_nothing) as client:
        wish = {"pack": "x" * 100_000}
        response = await client.post("/api/arena/matches", headers=BEARER, json=wish)
    assert response.status_code == 413


async def test_pages(settings: Settings, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    for page in ("home", "locate", "play", "lost"):
        (dist / f"{page}.html").write_text(f"<html><head></head>{page}</html>")
    (dist / "play.js").write_text("export {}")
    online = replace(
        settings,
        tiles="https://{s}.tiles.example/{z}/{x}/{y}.png",
        tiles_attribution='"Tiles" & co',
    )
    app = FastAPI()
    install_pages(app, online, dist)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=settings.url
    ) as client:
        assert "home" in (await client.get("/")).text
        assert "locate" in (await client.get("/locate")).text
        play = (await client.get("/play/some-match")).text
        script = await client.get("/static/play.js")
        assert (await client.get("/static/../settings.py")).status_code == 404
        browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
        lost = [await client.get(path, headers=browser) for path in ("/plya/m", "/static/m")]
        told = [(await client.get("/plya/m")), await client.get("/api/m", headers=browser)]
    assert f'<meta name="homing-tiles" content="{online.tiles}">' in play
    assert 'content="&quot;Tiles&quot; &amp; co"' in play
    assert [(page.status_code, page.text[-11:]) for page in lost] == [(404, "lost</html>")] * 2
    assert [word.json() for word in told] == [{"detail": "Not Found"}] * 2
    assert "javascript" in script.headers["content-type"]
    policy = security_headers(online)["Content-Security-Policy"]
    assert "img-src 'self' data: blob: https://*.tiles.example;" in policy


async def test_unbuilt_pages_say_what_to_do(settings: Settings, tmp_path: Path) -> None:
    app = FastAPI()
    install_pages(app, settings, tmp_path / "nowhere")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=settings.url
    ) as client:
        response = await client.get("/")
    assert response.status_code == 503
    assert "make web" in response.text


def test_secrets_stay_out_of_repr(tmp_path: Path) -> None:
    secrets = {"HOMING_TOKEN": "hush", "HOMING_DATABASE_URL": "postgresql://me:psst@db/x"}
    text = repr(from_environment({"HOMING_HOME": str(tmp_path), **secrets}))
    assert "hush" not in text
    assert "psst" not in text


def test_a_taken_port_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOMING_HOME", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve.main(["--port", str(port)]) == 1
    assert f"port {port} is taken" in capsys.readouterr().err
    monkeypatch.setenv("HOMING_TOKEN", "with space")
    assert serve.main(["--port", "0"]) == 1
    assert "server token: expected" in capsys.readouterr().err
