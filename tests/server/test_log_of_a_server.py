"""The log of a whole `homing serve`: a match, a photo, faults, and none of their secrets."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from PIL import Image
from websockets.sync.client import connect

from models.world.pack import Pack
from server.protocol import VERSION, Hello, LocateViews, PanoramaView, to_binary, to_text
from tests.server.locate.conftest import encoded, exif_at
from tests.server.test_metrics import figures

ROOT = Path(__file__).parents[2]
TOKEN = "known-token-8f3a"
GUESS = (12.345678, -98.765432)
EXIF = ("49.258", "4.035")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SERVE = """
import sys
from server import app, serve
from tests.server.inference.conftest import MeanColour, RedIsNorth

class Faulty(RedIsNorth):
    def locate(self, embeddings):
        if embeddings[0][0] > 0.9:
            raise RuntimeError(f"position {90 * embeddings[0][0]} 12.345678 of known-token-8f3a")
        return super().locate(embeddings)

real = serve.create_app
serve.create_app = lambda settings: real(settings, lambda _: (MeanColour(), Faulty()))
sys.exit(serve.main(["--port", "0"]))
"""


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """A server's URL; its log is `home / "log"`."""
    environment = {**os.environ, "HOMING_HOME": str(home), "HOMING_TOKEN": TOKEN}
    command = [sys.executable, "-c", SERVE]
    with (
        (home / "log").open("w") as log,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            assert process.stdout
            url, _, fragment = process.stdout.readline().strip().partition("/#")
            assert fragment == "token=$HOMING_TOKEN"
            yield url
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            process.kill()


def test_nothing_of_what_was_sent_or_played(tmp_path: Path, tiny_pack: Pack) -> None:
    with serving(tmp_path) as url:
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=url, headers=bearer, timeout=60) as client:
            while client.get("/ready").status_code != 200:
                time.sleep(0.2)
            seat = play(client)
            photo = locate(client)
            converse(url)
            while (counted := figures(client.get("/metrics").content))["homing_connections",]:
                pass  # the server hears of the goodbye a little later
    check_figures(counted)
    log = (tmp_path / "log").read_text()
    lines = [json.loads(line) for line in log.splitlines()]
    check_events(lines)
    secrets = [TOKEN, seat, *EXIF, "12.34", "98.76", "90.0", "my-request", "evil"]
    secrets += [str(value)[:6] for p in tiny_pack.panoramas for value in (p.lat, p.lng)]
    secrets += [p.id for p in tiny_pack.panoramas] + ["/9j/", "JFIF", repr(photo[:8])[2:-1]]
    assert [secret for secret in secrets if secret in log] == []


def play(client: httpx.Client) -> str:
    """A match with a guess and a fault; its seat's token."""
    wish = {"pack": "tiny", "rules": {"rounds": 1}}
    seated = client.post("/api/arena/matches", json=wish).raise_for_status().json()
    seat = {"Authorization": f"Bearer {seated['seat_token']}"}
    path = f"/api/arena/matches/{seated['match']}/rounds/1"
    client.post(f"{path}/start", headers=seat).raise_for_status()
    pin = {"lat": GUESS[0], "lng": GUESS[1]}
    client.put(f"{path}/pin", headers=seat, json=pin | {"lat": 912.345678})
    client.post(f"{path}/guess", headers=seat, json=pin).raise_for_status()
    client.get("/api/statistics/rounds").raise_for_status()
    client.get(f"/evil/{TOKEN}?lat={GUESS[0]}", headers={"Authorization": f"Bearer evil{TOKEN}"})
    return str(seated["seat_token"])


def locate(client: httpx.Client) -> bytes:
    """A photo that says where it was taken, one that is none, and one that the models fail at."""
    photo = encoded(Image.new("RGB", (60, 40), (128, 9, 9)), exif=exif_at())
    red = encoded(Image.new("RGB", (60, 40), (255, 0, 0)))
    for picture, status in ((photo, 200), (photo[:99], 422), (red, 500)):
        text = base64.b64encode(picture).decode()
        answer = client.post("/api/locate", json={"photos": [text], "look": False})
        assert answer.status_code == status
    return photo


def converse(url: str) -> None:
    """An answer, a failure of the server's, and one of the client's."""
    address = f"{url.replace('http', 'ws')}/ws/locate"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with connect(address, additional_headers=headers) as socket:
        hello = Hello(version=VERSION, software=f"evil {TOKEN}", encoder=None)
        socket.send(to_text(hello))
        socket.recv()
        for colour in ((9, 9, 9), (255, 0, 0)):
            image = encoded(Image.new("RGB", (60, 40), colour))
            view = PanoramaView(heading=0, image=image)
            socket.send(to_binary(LocateViews(id="my-request-12.345678", views=[view])))
            socket.recv()
        socket.send('{"type": "locate_embedding", "id": "my-request", "embedding": [12.345678]}')
        socket.recv()
    with pytest.raises(websockets.InvalidStatus):
        connect(address, additional_headers={"Authorization": "Bearer evil"})


def check_figures(counted: dict[tuple[str, ...], float]) -> None:
    assert counted["homing_stage_seconds_count", "encode"] == 4  # two views, two photos
    assert counted["homing_stage_seconds_count", "request"] == 1
    assert counted["homing_batch_views_sum",] == 4
    assert counted["homing_errors_total", "internal"] == 1
    assert counted["homing_errors_total", "bad_frame"] == 1
    assert counted["homing_waiting_requests",] == 0
    assert counted["homing_rounds_total", "guessed"] == 1


def check_events(lines: list[dict[str, Any]]) -> None:
    assert all({"at", "level", "from", "event"} <= set(line) for line in lines)
    routes = {(line.get("route"), line.get("status")) for line in lines}
    guess = "/api/arena/matches/{match}/rounds/{number}/guess"
    assert {(guess, 200), ("/api/locate", 200), ("/api/locate", 500), ("none", 404)} <= routes
    (photo,) = [line for line in lines if line.get("route") == "/api/locate" and "embed_ms" in line]
    assert photo["embed_ms"] > 0
    assert {"decode_ms", "locate_ms", "ms", "request"} <= set(photo)
    (unread,) = [line for line in lines if line.get("status") == 422 and "code" in line]
    assert unread["code"] == "image_broken"
    (located,) = [line for line in lines if line["event"] == "located"]
    failed = [line for line in lines if line["event"] == "failed"]
    assert [line["code"] for line in failed] == ["internal", "bad_frame"]
    # One connection, one request id; the fault's line says where in the code it came from.
    (fault,) = [line for line in lines if line["event"] == "work of a request failed"]
    assert fault["request"] == located["request"] == failed[0]["request"]
    assert fault["error"] == "RuntimeError"
    assert any("server/inference/service.py:" in step for step in fault["trace"])
    assert [line["event"] for line in lines].count("connected") == 1
    assert [line["event"] for line in lines].count("disconnected") == 1
