"""Who plays in the arena's tests, and by which clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

TOKEN = "the-servers-own"


@dataclass
class Clock:
    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Player:
    """The server token's holder; seated by `open`, then this seat."""

    client: httpx.AsyncClient
    match: str = ""
    token: str = TOKEN
    heard: list[httpx.Response] = field(default_factory=list)
    opened: dict[str, Any] = field(default_factory=dict)
    """What opened the shared match gave its host."""

    async def call(self, method: str, path: str, **json: Any) -> httpx.Response:
        """Under the match, once there is one; a path from the root elsewhere."""
        url = f"/api/arena/matches/{self.match}{path}" if self.match else f"/api/arena{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        self.heard.append(
            await self.client.request(method, url, headers=headers, json=json or None)
        )
        return self.heard[-1]

    async def open(self, **rules: Any) -> None:
        seated = await self.call("POST", "/matches", pack="tiny", rules=rules, seed=7)
        assert seated.status_code == 201, seated.text
        self.match, self.token = seated.json()["match"], seated.json()["seat_token"]

    async def open_shared(
        self, names: str, rules: dict[str, Any], keep: str = "", **shared: Any
    ) -> list[Player]:
        """A shared match with this player as its host, started; a player for each letter.

        Those of `keep` keep their names.
        """
        body = {"pack": "tiny", "rules": rules, "seed": 7, "shared": {"seats": 9, **shared}}
        opened = (await self.call("POST", "/shared-matches", **body)).raise_for_status().json()
        self.match, self.token = opened["match"], opened["host_token"]
        self.opened = opened
        tokens = {name: f"the-token-of-{name:>4}" for name in keep}
        seats = [await self.invited(name, player_token=tokens.get(name)) for name in names]
        assert (await self.call("POST", "/start")).status_code == 200
        return seats

    async def invited(self, name: str, **wish: Any) -> Player:
        """Whoever takes a seat by this host's invite."""
        guest = Player(self.client, self.match, self.opened["invite"], self.heard)
        seated = await guest.call("POST", "/seats", name=name, **wish)
        assert seated.status_code == 201, seated.text
        guest.token = seated.json()["seat_token"]
        return guest

    def watcher(self) -> Player:
        """Who has this host's watch token."""
        return Player(self.client, self.match, self.opened["watch_token"], self.heard)

    async def see(self) -> dict[str, Any]:
        return (await self.call("GET", "")).raise_for_status().json()

    async def statistics(self, path: str = "") -> httpx.Response:
        """With the server's token, which whoever opens matches has."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        self.heard.append(await self.client.get(f"/api/statistics{path}", headers=headers))
        return self.heard[-1]

    async def start(self, number: int) -> httpx.Response:
        return await self.call("POST", f"/rounds/{number}/start")

    async def pin(self, number: int, lat: float = 1, lng: float = 2) -> httpx.Response:
        return await self.call("PUT", f"/rounds/{number}/pin", lat=lat, lng=lng)

    async def guess(self, number: int, lat: float = 1, lng: float = 2) -> httpx.Response:
        return await self.call("POST", f"/rounds/{number}/guess", lat=lat, lng=lng)
