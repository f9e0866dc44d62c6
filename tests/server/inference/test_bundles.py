"""Several bundles beside each other, and new ones in their place, on a real server."""

from __future__ import annotations

import asyncio
import signal

import httpx
import pytest

from server.doctor.findings import check_port
from server.protocol import (
    ErrorCode,
    LocateView,
    LocateViews,
    PanoramaView,
    read_server,
    to_binary,
)
from tests.server.inference.test_under_load import BEARER, HELLO, greeted, latitude, png, running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

OLD, NEW = "mean-colour@1", "mean-colour@2"


async def asked(ws, message):
    await ws.send(to_binary(message))
    return read_server(await asyncio.wait_for(ws.recv(), 60))


def whole(red, bundle=None):
    view = PanoramaView(heading=0, image=png(red))
    return LocateViews(id="whole", views=[view], bundle=bundle)


def streamed(number, red):
    return LocateView(id="streamed", of=2, heading=90 * number, image=png(red))


async def health_where(server, true):
    async with httpx.AsyncClient(base_url=server.url) as client:
        for _ in range(600):
            health = (await client.get("/health")).json()
            if true(health):
                return health
            await asyncio.sleep(0.05)
    pytest.fail(f"it never came true, at last: {health}")


async def test_a_request_chooses_its_bundle(tmp_path):
    (tmp_path / "other").write_text(NEW)
    (tmp_path / "bad").write_text("broken")
    async with running(tmp_path, 0, "colours", "other", "bad") as server:
        health = await health_where(server, lambda health: len(health["bundles"]) == 3)
        assert health["status"] == "ready"
        bad = {"name": "bad", "encoder": None}
        problem = "bundle bad cannot be used: its files do not fit"
        assert health["bundles"][2] == bad | {"problem": problem}
        ws = await greeted(server.socket_url)
        await ws.send(HELLO)
        hello = read_server(await ws.recv())
        offers = [(one.name, one.encoder) for one in hello.bundles]
        assert offers == [("colours", OLD), ("other", NEW)]
        for choice, (name, encoder) in zip((None, "other"), offers, strict=True):
            said = (await asked(ws, whole(51, choice))).prediction
            assert (said.bundle, said.encoder) == (name, encoder)
            assert said.guess.lat == latitude(51)
        refused = await asked(ws, whole(51, "bad"))
        assert (refused.id, refused.code) == ("whole", ErrorCode.UNKNOWN_BUNDLE)
        assert "expected one of colours, other" in refused.message
        await ws.close()


async def test_a_new_bundle_takes_the_old_one_s_place_and_no_connection_is_lost(tmp_path):
    async with running(tmp_path, 0.2, "colours") as server:
        ws, other = await greeted(server.socket_url), await greeted(server.socket_url)
        assert (await asked(ws, streamed(0, 0))).prediction.encoder == OLD
        (tmp_path / "colours").write_text(NEW)
        await other.send(to_binary(whole(7)))  # under way when the signal comes
        server.process.send_signal(signal.SIGHUP)
        assert read_server(await other.recv()).prediction.guess.lat == latitude(7)
        await health_where(server, lambda health: health["encoder"] == NEW)
        final = await asked(ws, streamed(1, 102))
        assert final.prediction.encoder == OLD, "what it began with"
        assert final.prediction.guess.lat == latitude(0, 102)
        assert (await asked(ws, whole(9))).prediction.encoder == NEW
        await ws.send(HELLO)
        assert read_server(await ws.recv()).encoder == NEW
        async with httpx.AsyncClient(base_url=server.url, headers=BEARER, timeout=60) as client:
            body = {"content": png(9), "headers": {"Content-Type": "image/png"}}
            answer = (await client.post("/api/locate", **body)).json()
            assert answer["prediction"]["encoder"] == NEW

        (tmp_path / "colours").write_text("broken")
        server.process.send_signal(signal.SIGHUP)
        health = await health_where(server, lambda health: health["bundles"][0]["problem"])
        assert (health["status"], health["encoder"]) == ("ready", NEW)
        found = check_port(server.port, taken=True, standing=health)
        assert found.verdict == "warn"
        assert "its files do not fit" in found.said
        assert (await asked(ws, whole(10))).prediction.encoder == NEW
        for line in (ws, other):
            await line.close()
