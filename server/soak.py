"""`python -m server.soak`: a server under steady use for minutes; does its memory stay flat?

A real `homing serve` runs in a process of its own. Clients locate over WebSockets and over HTTP,
come and go, send rubbish now and then, and play matches. The server's resident memory is sampled;
its slope is that of the least squares line through the samples after the first quarter, while
caches and allocators fill.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from PIL import Image
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from server.protocol import VERSION, Failure, Hello, LocateView, read_server, to_binary

TOKEN = "soak"  # noqa: S105  of a server that listens to this machine for some minutes
READY_S = 600
"""Longer than models take to load on a machine that is busy with other things."""
EVERY_S = 1.0
"""Between two samples of the memory."""
ROUNDS = 20
"""Of a client, then it comes anew."""
FAULTS = (OSError, ConnectionClosed, InvalidHandshake, httpx.HTTPError, KeyError)
"""What is counted as an error; a refusal of a match has no seat."""
WAYS = 4
"""Of using a server: three in four clients locate over a socket, others by HTTP, and play."""


@dataclass(slots=True)
class Soak:
    """What is counted while it runs."""

    url: str
    seconds: float
    done: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    samples: list[tuple[float, float]] = field(default_factory=list)
    """Seconds since the beginning, MB."""
    began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() - self.began >= self.seconds


async def soak(port: int, clients: int, minutes: float, bundle: str, packs: Path) -> Soak:
    """Start a server, use it for so long, and stop it.

    Raises:
        RuntimeError: it never got ready, or ended by itself.
    """
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "homing", "serve", "--port", str(port)]
        server = await asyncio.create_subprocess_exec(
            *command,
            *("--bundle", bundle, "--packs", str(packs)),
            env={**os.environ, "HOMING_HOME": home, "HOMING_TOKEN": TOKEN},
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            run = Soak(f"http://127.0.0.1:{port}", minutes * 60)
            await _ready(run.url)
            run.began = time.monotonic()
            users = [_use(run, number) for number in range(clients)]
            await asyncio.gather(_watch(run, server.pid), *users)
            if server.returncode is not None:
                raise RuntimeError(f"expected a running server, got: exit {server.returncode}")
            return run
        finally:
            if server.returncode is None:
                server.terminate()
            await server.wait()


async def _ready(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as client:
        for _ in range(READY_S):
            try:
                if (await client.get("/health")).json()["status"] == "ready":
                    return
            except (httpx.TransportError, ValueError):
                pass
            await asyncio.sleep(1)
    raise RuntimeError(f"{url}: expected a server within {READY_S} s, got none")


async def _watch(run: Soak, pid: int) -> None:
    while not run.over:
        run.samples.append((time.monotonic() - run.began, _resident_mb(pid)))
        await asyncio.sleep(EVERY_S)


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


async def _use(run: Soak, number: int) -> None:
    chance = random.Random(number)  # noqa: S311  no secret
    ways = (_converse, _converse, _upload, _play)
    while not run.over:
        try:
            await ways[number % WAYS](run, chance)
        except (
            OSError,
            ConnectionClosed,
            InvalidHandshake,
            httpx.HTTPError,
            TimeoutError,
        ) as error:
            run.errors[type(error).__name__] += 1
            await asyncio.sleep(0.5)


async def _converse(run: Soak, chance: random.Random) -> None:
    socket = f"{run.url.replace('http', 'ws', 1)}/ws/locate"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with connect(socket, additional_headers=headers, compression=None) as line:
        await line.send(to_binary(Hello(version=VERSION, software="soak", encoder=None)))
        await line.recv()
        for number in range(ROUNDS):
            if run.over:
                return
            if chance.random() < 0.1:
                await line.send(chance.randbytes(200))
                run.done[f"rubbish: {await _answer(line)}"] += 1
            view = LocateView(id=str(number), of=1, heading=0, image=_picture(chance))
            await line.send(to_binary(view))
            run.done[f"socket: {await _answer(line)}"] += 1


async def _answer(line: ClientConnection) -> str:
    async with asyncio.timeout(120):
        answer = read_server(await line.recv())
    return answer.code.value if isinstance(answer, Failure) else answer.type


async def _upload(run: Soak, chance: random.Random) -> None:
    async with _client(run, TOKEN) as client:
        for _ in range(ROUNDS):
            if run.over:
                return
            answer = await client.post("/api/locate", content=_picture(chance))
            run.done[f"upload: {answer.status_code}"] += 1


async def _play(run: Soak, chance: random.Random) -> None:
    async with _client(run, TOKEN) as door:
        packs = (await door.get("/api/arena/packs")).json()
        if not packs:
            await _upload(run, chance)
            return
        wish = {"pack": packs[0]["name"], "rules": {"rounds": 3}}
        seat: dict[str, Any] = (await door.post("/api/arena/matches", json=wish)).json()
    async with _client(run, seat["seat_token"]) as client:
        match = f"/api/arena/matches/{seat['match']}"
        for number in (1, 2, 3):
            await client.post(f"{match}/rounds/{number}/start")
            await client.get(f"{match}/rounds/{number}/panorama")
            pin = {"lat": chance.uniform(-90, 90), "lng": chance.uniform(-180, 180)}
            answer = await client.post(f"{match}/rounds/{number}/guess", json=pin)
            run.done[f"guess: {answer.status_code}"] += 1
            await asyncio.sleep(1)  # a player looks about


def _client(run: Soak, token: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=run.url, headers=headers, timeout=120)


def _picture(chance: random.Random) -> bytes:
    """A JPEG that no cache has seen."""
    colour = tuple(chance.randrange(256) for _ in range(3))
    file = BytesIO()
    Image.new("RGB", (512, 512), colour).save(file, "JPEG", quality=85)
    return file.getvalue()


def slope_mb_per_minute(samples: list[tuple[float, float]]) -> float:
    """Of the least squares line through `(second, MB)`, after the first quarter of the time."""
    settled = np.array([one for one in samples if one[0] >= samples[-1][0] / 4])
    if len(settled) < 2:
        return 0.0
    return float(np.polyfit(settled[:, 0] / 60, settled[:, 1], 1)[0])


def main(argv: list[str] | None = None) -> int:
    """Run and report; 1 if anything failed that should not."""
    parser = argparse.ArgumentParser("server.soak", description=str(__doc__).splitlines()[0])
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--port", type=int, default=8399)
    parser.add_argument("--bundle", default="world-small")
    parser.add_argument("--packs", type=Path, default=Path(".homing/packs"))
    wish = parser.parse_args(argv)
    packs = wish.packs.absolute()
    run = asyncio.run(soak(wish.port, wish.clients, wish.minutes, wish.bundle, packs))
    print(f"{len(run.samples)} samples, {run.samples[0][1]:.0f} to {run.samples[-1][1]:.0f} MB")
    print(f"slope {slope_mb_per_minute(run.samples):+.2f} MB a minute after the first quarter")
    for what, count in sorted(run.done.items()):
        print(f"{count:8} {what}")
    print(f"errors: {dict(run.errors) or 'none'}")
    return 1 if run.errors else 0


if __name__ == "__main__":
    sys.exit(main())
