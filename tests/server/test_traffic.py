"""Every request is counted under its template and told with its number, faults too."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.metrics import Metrics
from server.traffic import Traffic
from tests.server.test_metrics import figures


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def client(metrics: Metrics, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "a.txt").write_text("a")
    app = FastAPI()
    app.add_middleware(Traffic, metrics=metrics)

    @app.get("/things/{thing}")
    def thing(thing: str) -> str:
        if thing == "broken":
            raise RuntimeError("lat 48.858370")
        return thing

    app.mount("/static", StaticFiles(directory=tmp_path))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://h.test") as client:
        yield client


async def test_templates_not_paths(client: httpx.AsyncClient, metrics: Metrics) -> None:
    asked = ("/things/1", "/things/2", "/things/broken", "/static/a.txt", "/static/b.txt", "/x/y")
    for path in asked:
        await client.get(path)
    found = figures(metrics.text())
    counted = {key[2:]: n for key, n in found.items() if key[0] == "homing_http_seconds_count"}
    assert counted == {
        ("/things/{thing}", "200"): 2,
        ("/things/{thing}", "500"): 1,
        ("/static", "200"): 1,
        ("/static", "404"): 1,
        ("none", "404"): 1,
    }


async def test_a_fault_is_told_once_with_its_request(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "server")
    assert (await client.get("/things/broken")).status_code == 500
    fault, end = caplog.records
    assert (fault.getMessage(), fault.levelname) == ("unanswered", "ERROR")
    assert (end.getMessage(), end.__dict__["fields"]["status"]) == ("answered", 500)


async def test_no_two_requests_have_one_number(client: httpx.AsyncClient) -> None:
    numbers = [(await client.get("/things/1")).headers["x-request-id"] for _ in range(3)]
    assert len(set(numbers)) == 3


async def test_a_peer_that_closes_while_it_is_told_something_is_no_fault(metrics: Metrics) -> None:
    """uvicorn says so by a RuntimeError, which stood in the log as an unanswered call."""
    told: list[str] = []

    async def send(message: Message) -> None:
        told.append(message["type"])
        if message["type"] == "websocket.send":
            raise RuntimeError("Unexpected ASGI message, after sending 'websocket.close'.")

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        with pytest.raises(WebSocketDisconnect):
            await socket.send_text("news")

    await Traffic(app, metrics)({"type": "websocket", "headers": []}, receive, send)
    assert told == ["websocket.accept", "websocket.send"]
