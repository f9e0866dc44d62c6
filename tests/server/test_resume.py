"""A server killed in the middle of a match: the next one goes on, nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from models.world.pack import Pack

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@contextmanager
def server(home: Path, end: signal.Signals) -> Iterator[httpx.Client]:
    """`homing serve` on a free port, ended by a signal."""
    environment = {**os.environ, "HOMING_HOME": str(home), "HOMING_TOKEN": "secret"}
    command = [sys.executable, "homing.py", "serve", "--port", "0", "--bundle", "none"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            assert process.stdout
            url, _, fragment = process.stdout.readline().decode().strip().partition("/#")
            assert fragment == "token=$HOMING_TOKEN"
            with httpx.Client(base_url=url, headers={"Authorization": "Bearer secret"}) as client:
                yield client
        finally:
            process.send_signal(end)
            assert process.wait(60) == (0 if end == signal.SIGTERM else -end)


def test_a_killed_server_goes_on_where_it_was(tmp_path: Path, tiny_pack: Pack) -> None:
    wish = {"pack": "tiny", "rules": {"rounds": 2, "time_limit_s": 600}}
    with server(tmp_path, signal.SIGKILL) as client:
        seated = client.post("/api/arena/matches", json=wish).json()
        client.headers["Authorization"] = f"Bearer {seated['seat_token']}"
        path = f"/api/arena/matches/{seated['match']}"
        client.post(f"{path}/rounds/1/start")
        client.post(f"{path}/rounds/1/guess", json={"lat": 10, "lng": 20})
        picture = client.get(client.post(f"{path}/rounds/2/start").json()["round"]["image"])
        client.put(f"{path}/rounds/2/pin", json={"lat": 30, "lng": 40})
        before = client.get(path).json()
    with server(tmp_path, signal.SIGTERM) as client:
        client.headers["Authorization"] = f"Bearer {seated['seat_token']}"
        after = client.get(path).json()
        assert client.get(after["round"]["image"]).content == picture.content
        # The clock went on while nobody served.
        assert 0 < after["round"].pop("time_left_s") < before["round"].pop("time_left_s")
        assert after == before
        assert after["round"]["pin"] == {"lat": 30, "lng": 40}
        over = client.post(f"{path}/rounds/2/guess", json={"lat": 30, "lng": 40}).json()
        assert over["phase"] == "over"
        assert over["outcomes"][0] == before["outcomes"][0]
