"""Clients for `server.bench`, all in one process of their own, whose frames are made beforehand.

`python -m server.bench_client WAY PORT FOLDER CLIENTS REQUESTS` sends the panoramas of a folder
and prints JSON: `seconds` from the first request to the last answer, `ms` of each request.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter

import httpx
from websockets.asyncio.client import connect

from server.bench_server import TOKEN
from server.protocol import VERSION, Hello, LocateViews, PanoramaView, to_binary

MARK = b"\0homing\0bench\0"
"""Behind a JPEG's end, where decoders do not look: other bytes there make it another picture to
the server's cache."""

Ask = Callable[[int], Awaitable[bytes]]


def main(argv: list[str]) -> int:
    """Ask, measure, print."""
    way, port, folder, clients, requests = argv
    panoramas = [
        [file.read_bytes() for file in sorted(one.iterdir())]
        for one in sorted(Path(folder).iterdir())
    ]
    seconds, ms = asyncio.run(_all(way, int(port), panoramas, int(clients), int(requests)))
    print(json.dumps({"seconds": seconds, "ms": ms}))
    return 0


async def _all(
    way: str, port: int, panoramas: list[list[bytes]], clients: int, requests: int
) -> tuple[float, list[float]]:
    ready, start = asyncio.Barrier(clients + 1), asyncio.Event()
    ms: list[float] = []

    async def time(ask: Ask, client: int) -> None:
        await ask(client)  # the connection, and what the server does only once
        await ready.wait()
        await start.wait()
        for number in range(requests):
            started_s = perf_counter()
            answer = await ask(client + number)
            ms.append((perf_counter() - started_s) * 1000)
            assert b"radius_50_km" in answer, answer

    ways = {"reference": _posting, "cached": _same_views}
    tasks = [
        asyncio.create_task(ways.get(way, _new_views)(port, panoramas, time, client))
        for client in range(clients)
    ]
    await ready.wait()
    started_s = perf_counter()
    start.set()
    await asyncio.gather(*tasks)
    return perf_counter() - started_s, ms


Time = Callable[[Ask, int], Awaitable[None]]


async def _new_views(port: int, panoramas: list[list[bytes]], time: Time, client: int) -> None:
    await _socket(port, panoramas, time, client, lambda frame: frame.replace(MARK, _other_mark()))


async def _same_views(port: int, panoramas: list[list[bytes]], time: Time, client: int) -> None:
    await _socket(port, panoramas, time, client, lambda frame: frame)


async def _socket(
    port: int,
    panoramas: list[list[bytes]],
    time: Time,
    client: int,
    made_new: Callable[[bytes], bytes],
) -> None:
    frames = [_frame(panorama) for panorama in panoramas]
    async with connect(
        f"ws://127.0.0.1:{port}/ws/locate",
        additional_headers={"Authorization": f"Bearer {TOKEN}"},
        compression=None,
        proxy=None,
    ) as socket:
        await socket.send(to_binary(Hello(version=VERSION, software="bench", encoder=None)))
        await socket.recv()

        async def ask(number: int) -> bytes:
            await socket.send(made_new(frames[number % len(frames)]))
            return bytes(await socket.recv(decode=False))

        await time(ask, client)


async def _posting(port: int, panoramas: list[list[bytes]], time: Time, client: int) -> None:
    bodies = [
        json.dumps({"pictures": [base64.b64encode(view).decode() for view in panorama]}).encode()
        for panorama in panoramas
    ]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=600) as http:

        async def ask(number: int) -> bytes:
            headers = {"Content-Type": "application/json"}
            body = bodies[number % len(bodies)]
            return (await http.post("/", content=body, headers=headers)).content

        await time(ask, client)


def _frame(panorama: list[bytes]) -> bytes:
    views = [PanoramaView(heading=0, image=view + MARK) for view in panorama]
    return to_binary(LocateViews(id="bench", views=views))


def _other_mark() -> bytes:
    return os.urandom(len(MARK))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
