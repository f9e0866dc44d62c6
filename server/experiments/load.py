"""`python -m server.experiments.load`: many people at once in one study; is anything lost?

A server with the arena and one study runs in a process of its own, on a pack of plain pictures;
people and bot are clients of this one, so both share the machine. Every answer that the server
acknowledged is looked for in the person's log afterwards. The door's limits by address are left
out: these people would all come from one.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import socket
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import uvicorn
from fastapi import FastAPI
from PIL import Image

from models.world.pack import Pack, Panorama, save_pack
from server import sockets
from server.arena.api import install_arena
from server.arena.host import Host
from server.arena.shelf import Shelf
from server.arena.store import Store
from server.arena.words import Rules
from server.experiments.api import install_experiments
from server.experiments.desk import Desk
from server.experiments.opening import Keys, open_study
from server.experiments.plan import PanoramaSet, Plan, Stopping, freeze
from server.experiments.store import Studies
from server.gate import Gate

PACK = "load"
PANORAMAS = 40
MATCHES, ROUNDS = 2, 2
LOOK_S = 1.0
"""Between two looks of a page."""
THINK_S = (1.0, 4.0)
Word = dict[str, Any]


@dataclass(slots=True)
class Load:
    """What was measured."""

    client: httpx.AsyncClient
    keys: Keys
    times_s: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By what was asked."""
    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0
    lost: int = 0
    finished: int = 0

    async def call(
        self, what: str, method: str, url: str, token: str, body: Word | None = None
    ) -> httpx.Response:
        """One request, timed."""
        began = time.perf_counter()
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self.client.request(method, url, headers=headers, json=body)
        self.times_s[what].append(time.perf_counter() - began)
        if answer.status_code >= 400 and answer.status_code != 409:
            self.faults.append(f"{what}: {answer.status_code} {answer.text[:100]}")
        return answer

    async def study(
        self, method: str, path: str, token: str, body: Word | None = None
    ) -> httpx.Response:
        """A request about the study."""
        url = f"/api/experiments/{self.keys.study}{path}"
        return await self.call(f"{method} {path}", method, url, token, body)

    async def me(self, token: str) -> Word:
        """Where a person is."""
        return dict((await self.study("GET", "/me", token)).json())

    async def person(self, rng: random.Random) -> None:
        """Somebody who comes in and plays to the end."""
        wish = {"nickname": "Load", "consent": True}
        admitted = await self.study("POST", "/people", self.keys.invite, wish)
        token, said = str(admitted.json()["person_token"]), []
        while (me := await self.me(token))["phase"] != "debrief":
            if me["phase"] in {"practice", "rest"}:
                await self.study("POST", "/me/ready", token)
            elif me["phase"] == "match":
                await self.play(me["table"], rng)
            elif me["phase"] == "question":
                answer = {"said_bot": rng.random() < 0.5, "sure": rng.randrange(101)}
                await self.study("POST", "/me/answer", token, answer)
                said.append(answer)
            await asyncio.sleep(LOOK_S)
        await self.check(token, said)
        self.finished += 1

    async def check(self, token: str, said: list[Word]) -> None:
        """Is all that was acknowledged in the person's log?"""
        log = (await self.study("GET", "/me/data", token)).json()
        kept = [
            {"said_bot": event["said_bot"], "sure": event["sure"]}
            for event in log
            if event["type"] == "answered"
        ]
        rounds = sum(len(event["rounds"]) for event in log if event["type"] == "match_over")
        self.acknowledged += len(said) + ROUNDS * len(said)
        self.lost += (kept != said) * len(said) + abs(rounds - ROUNDS * len(said))

    async def play(self, table: Word, rng: random.Random) -> None:
        """A seat of a match, to its end."""
        match, token = f"/api/arena/matches/{table['match']}", str(table["seat_token"])
        while True:
            word = (await self.call("GET match", "GET", match, token)).json()
            if word["phase"] == "over":
                return
            if word["phase"] == "round" and not word["round"]["guess"]:
                await asyncio.sleep(rng.uniform(*THINK_S))
                place = {"lat": rng.uniform(-60, 60), "lng": rng.uniform(-180, 180)}
                url = f"{match}/rounds/{word['round']['number']}/guess"
                await self.call("POST guess", "POST", url, token, place)
            elif word["phase"] == "ready":
                url = f"{match}/rounds/{len(word['outcomes']) + 1}/start"
                await self.call("POST start", "POST", url, token)
            await asyncio.sleep(LOOK_S)

    async def bot(self, rng: random.Random) -> None:
        """All the bot's seats."""
        playing: set[str] = set()
        async with asyncio.TaskGroup() as group:
            while True:
                for seat in (await self.study("GET", "/seats", self.keys.runner)).json():
                    if seat["match"] not in playing:
                        playing.add(seat["match"])
                        group.create_task(self.play(seat, rng))
                await asyncio.sleep(LOOK_S)


async def run(url: str, keys: Keys, people: int, seed: int) -> Load:
    """All of them come within ten seconds."""
    limits = httpx.Limits(max_connections=people + 50)
    async with httpx.AsyncClient(
        base_url=url, timeout=60, limits=limits, trust_env=False
    ) as client:
        load, rng = Load(client, keys), random.Random(seed)  # noqa: S311  no secrets
        bot = asyncio.create_task(load.bot(rng))

        async def come() -> None:
            await asyncio.sleep(rng.uniform(0, 10))
            await load.person(rng)

        await asyncio.gather(*(come() for _ in range(people)))
        bot.cancel()
        await asyncio.gather(bot, return_exceptions=True)
        return load


def main(argv: list[str]) -> int:
    """Run and print; 0 when nothing was lost."""
    parser = argparse.ArgumentParser("python -m server.experiments.load", description="See above.")
    parser.add_argument("--people", type=int, default=200, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder), arguments.people) as server:
        load = asyncio.run(run(*server, arguments.people, arguments.seed))
    for what, times in sorted(load.times_s.items()):
        p50, p95, p99 = np.percentile(np.array(times) * 1000, [50, 95, 99])
        print(f"{what:<18}{len(times):>7} asked  p50 {p50:6.0f}  p95 {p95:6.0f}  p99 {p99:6.0f} ms")
    print(
        f"{load.finished} of {arguments.people} people finished; {load.lost} of "
        f"{load.acknowledged} acknowledged answers and rounds lost; {len(load.faults)} faults"
    )
    for fault in load.faults[:5]:
        print(f"  {fault}")
    return 0 if load.finished == arguments.people and not load.lost and not load.faults else 1


@contextmanager
def _served(folder: Path, people: int) -> Iterator[tuple[str, Keys]]:
    """The address of a server with a study, and its keys."""
    _save_pack(folder / "packs" / PACK)
    url = f"sqlite:///{folder}/arena.sqlite"
    studies = Studies(url)
    frozen = freeze(_plan(max(people, 2)), datetime.now(UTC))
    keys = open_study(studies, frozen, "", "", time.time())
    studies.close()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = multiprocessing.get_context("fork").Process(
            target=_serve, args=(listener, url, folder / "packs"), daemon=True
        )
        process.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", keys
        finally:
            process.terminate()
            process.join()


def _serve(listener: socket.socket, url: str, packs: Path) -> None:
    app = FastAPI()
    gate = Gate("load", frozenset())
    host = Host(Store(url), Shelf(packs), lambda *_: "")
    install_arena(app, host, gate)
    install_experiments(app, Desk(Studies(url), host), gate)
    config = uvicorn.Config(app, log_level="error", lifespan="off", timeout_keep_alive=60)
    asyncio.run(sockets.Server(config).serve(sockets=[listener]))


def _plan(people: int) -> Plan:
    return Plan(
        title="Load",
        hypothesis="Nothing is lost",
        primary="score",
        smallest_effect=1,
        bundle="none",
        rules=Rules(rounds=ROUNDS, time_limit_s=60),
        matches=MATCHES,
        sets=tuple(PanoramaSet(pack=PACK, seed=seed) for seed in range(2 * MATCHES)),
        practice=PanoramaSet(pack=PACK, seed=99),
        stopping=Stopping(people=people),
    )


def _save_pack(folder: Path) -> None:
    rng = random.Random(1)  # noqa: S311  no secrets
    panoramas = tuple(
        Panorama(
            id=f"p{number}",
            lat=rng.uniform(-60, 60),
            lng=rng.uniform(-180, 180),
            heading=0.0,
            date="2026-01-01",
            split="test",
            licence="CC0-1.0",
            attribution="None",
            file=f"images/p{number}.jpg",
        )
        for number in range(PANORAMAS)
    )
    pack = Pack(folder=folder, name=PACK, about="Plain pictures", panoramas=panoramas)
    for panorama in panoramas:
        path = pack.image_path(panorama)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 32), "grey").save(path)
    save_pack(pack)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
