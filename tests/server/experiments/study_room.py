"""A server with one open study, its people, and a bot that plays by the runner's token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from server.arena.store import Store
from server.experiments.opening import Keys
from server.experiments.store import Studies
from tests.server.arena.player import Clock


@dataclass
class Somebody:
    """Whoever shows a token; remembers every answer."""

    room: Room
    token: str
    heard: list[httpx.Response] = field(default_factory=list)

    async def call(self, method: str, path: str, **json: Any) -> httpx.Response:
        """Under the study; a path that begins with /api elsewhere."""
        url = path if path.startswith("/api") else f"/api/experiments/{self.room.keys.study}{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = await self.room.client.request(method, url, headers=headers, json=json or None)
        self.heard.append(answer)
        return answer

    async def me(self) -> dict[str, Any]:
        return (await self.call("GET", "/me")).raise_for_status().json()

    async def ready(self) -> dict[str, Any]:
        return (await self.call("POST", "/me/ready")).raise_for_status().json()

    async def answer(self, said_bot: bool, sure: int = 50) -> httpx.Response:
        return await self.call("POST", "/me/answer", said_bot=said_bot, sure=sure)


@dataclass
class Room:
    """The study and its clock."""

    client: httpx.AsyncClient
    keys: Keys
    clock: Clock
    secret: str
    studies: Studies
    matches: Store

    def __post_init__(self) -> None:
        self.runner = Somebody(self, self.keys.runner)
        self.experimenter = Somebody(self, self.keys.experimenter)

    async def person(self, nickname: str = "Ada") -> Somebody:
        """Somebody who has come in."""
        guest = Somebody(self, self.keys.invite)
        answer = await guest.call("POST", "/people", nickname=nickname, consent=True)
        assert answer.status_code == 201, answer.text
        return Somebody(self, answer.json()["person_token"])

    async def seats(self) -> list[dict[str, Any]]:
        """Of the bot."""
        return (await self.runner.call("GET", "/seats")).raise_for_status().json()

    async def matched(self, *people: Somebody) -> list[dict[str, Any]]:
        """All want a match and look again until they have one: an odd one waits longer."""
        await self.seats()
        for one in people:
            await one.me()
            await one.ready()
        for _ in range(7 if len(people) % 2 else 1):
            self.clock.now += 10
            await self.seats()
            for one in people:
                await one.me()
        return [await one.me() for one in people]

    async def play(self, tables: list[dict[str, Any]], bot: bool = True) -> None:
        """All seats of the matches guess in all rounds, each at a place of its own."""
        seats = [(t["match"], t["seat_token"]) for t in tables]
        if bot:
            seats += [(s["match"], s["seat_token"]) for s in await self.seats()]
        for number in (1, 2, 3):
            self.clock.now += 9
            for lat, (match, token) in enumerate(seats):
                path = f"/api/arena/matches/{match}/rounds/{number}/guess"
                headers = {"Authorization": f"Bearer {token}"}
                body = {"lat": lat, "lng": 2.0}
                answer = await self.client.post(path, headers=headers, json=body)
                assert answer.status_code == 200, answer.text
