"""People and a bot with a planted truth, for studies that are really played."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import httpx
import numpy as np
from PIL import Image

from bot.human.grid import on_pixel
from bot.human.hand import PinMove, play
from bot.human.pace import Lognormal, Pace
from models.geo import WORLD_DIAGONAL_KM, destination, expected_points
from models.world.pack import Pack, Panorama, save_pack
from server.arena.store import Store
from server.experiments.events import Met
from server.experiments.opening import Keys
from server.experiments.store import Studies
from server.protocol import PointWord, Prediction

PACK = "shades"
PANORAMAS = 32
STEP = 7
"""Between the grey levels of two panoramas: JPEG does not blur one into the other."""
QUICK: Pace = {name: Lognormal(3.0, 0.3) for name in ("easy", "medium", "hard")}
"""A study in minutes."""
LOOK_S = 1.5
Word = dict[str, Any]


@dataclass(frozen=True)
class Truth:
    """What is planted: log10 km of a guess is typical + place + person + luck; the bot has no luck,
    and `edge` less."""

    edge: float
    d_prime: float
    typical_km: float = 400.0
    place_sd: float = 0.25
    person_sd: float = 0.15
    luck_sd: float = 0.25

    @property
    def points(self) -> float:
        """That the bot is better by, a round, on average over such places and people."""
        rng = np.random.default_rng(0)
        places = np.log10(self.typical_km) + self.place_sd * _drawn(PANORAMAS)
        luck = np.hypot(self.person_sd, self.luck_sd) * rng.standard_normal((4000, 1))
        bot, people = 10.0 ** (places - self.edge), 10.0 ** (places + luck)
        gain = expected_points(bot, WORLD_DIAGONAL_KM) - expected_points(people, WORLD_DIAGONAL_KM)
        return float(np.mean(gain))


def _drawn(count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.random.default_rng(99).standard_normal(count)


def save_shades(folder: Path) -> None:
    """A pack of plain pictures; the grey of each is its number, so that a planted bot knows it."""
    rng = Random(5)
    (folder / "images").mkdir(parents=True)
    panoramas = []
    for number in range(PANORAMAS):
        shade = (20 + STEP * number,) * 3
        Image.new("RGB", (256, 128), shade).save(folder / "images" / f"{number}.jpg", quality=95)
        lat, lng = rng.uniform(-50, 50), rng.uniform(-150, 150)
        name = f"s{number}"
        panoramas.append(
            Panorama(name, lat, lng, 0, "", "test", "CC0-1.0", "Nobody", f"images/{number}.jpg")
        )
    save_pack(Pack(folder, PACK, "Plain pictures", tuple(panoramas)))


def number_of(jpeg: bytes) -> int:
    """Of a panorama, by its picture."""
    with Image.open(BytesIO(jpeg)) as picture:
        return round((np.asarray(picture.convert("L")).mean() - 20) / STEP)


@dataclass
class World:
    """Who knows all: the truth that is planted, and a study's own database."""

    truth: Truth
    places: list[tuple[float, float]]
    keys: Keys
    studies: Studies
    matches: Store
    rng: Random = field(default_factory=lambda: Random(11))

    def place(self, match: str, round_: int) -> tuple[int, float, float]:
        """Number, lat and lng of a round's panorama."""
        planned = self.matches.load(match)[0].rounds[round_ - 1]  # type: ignore[union-attr]
        return int(planned.panorama[1:]), planned.lat, planned.lng

    def typical(self, number: int) -> float:
        """log10 km."""
        return float(
            np.log10(self.truth.typical_km) + self.truth.place_sd * _drawn(PANORAMAS)[number]
        )

    def off(self, lat: float, lng: float, log_km: float) -> tuple[float, float]:
        """A place so far from one."""
        there = destination((lat, lng), self.rng.uniform(0, 360), 10.0**log_km)
        return float(there[0]), float(there[1])

    async def locate(self, jpeg: bytes, all_round: bool) -> Prediction:
        """As the planted bot does."""
        assert all_round
        number = number_of(jpeg)
        at = self.off(*self.places[number], self.typical(number) - self.truth.edge)
        guess = PointWord(lat=at[0], lng=at[1])
        return Prediction.model_construct(guess=guess, expected_score=3000.0)

    def answer(self, person: str) -> tuple[bool, int]:
        """Was it a bot? The two kinds lie d' apart."""
        met = [e for e in self.studies.load(self.keys.study, person) if isinstance(e, Met)][-1]
        lean = self.truth.d_prime * (0.5 if met.opponent == "bot" else -0.5)
        evidence = self.rng.gauss(lean, 1)
        return evidence > 0, min(100, round(abs(evidence) * 40))


@dataclass
class Somebody:
    """A person without a browser, whose client does what the pages do."""

    client: httpx.AsyncClient
    world: World
    token: str = ""
    pace: Pace = field(default_factory=lambda: QUICK)
    hear: Callable[[str, httpx.Response], None] = lambda _, __: None
    """Told of every answer."""

    def __post_init__(self) -> None:
        self.skill = self.world.rng.gauss(0, self.world.truth.person_sd)
        self.rng = Random(self.world.rng.random())
        self.corner = self.rng.random(), self.rng.random()

    async def take_part(self, nickname: str) -> Word:
        """From the invitation to the debrief."""
        wish = {"nickname": nickname, "consent": True}
        admitted = await self._study("POST", "/people", self.world.keys.invite, wish)
        self.token = admitted.json()["person_token"]
        while (me := (await self._study("GET", "/me", self.token)).json())["phase"] != "debrief":
            if me["phase"] in {"practice", "rest"}:
                await self._study("POST", "/me/ready", self.token)
            elif me["phase"] == "match":
                await asyncio.sleep(1.2 * self.rng.lognormvariate(0, 0.4))
                await self.play(me["table"])
            elif me["phase"] == "question":
                said_bot, sure = self.world.answer(self.token.partition(".")[0])
                body = {"said_bot": said_bot, "sure": sure}
                await self._study("POST", "/me/answer", self.token, body)
            await asyncio.sleep(LOOK_S)
        return dict(me)

    async def play(self, table: Word) -> None:
        """A match."""
        match, seat = table["match"], table["seat_token"]
        wanted = 0
        while (word := (await self._arena("GET", match, "", seat)).json())["phase"] != "over":
            number = len(word["outcomes"]) + 1
            if word["phase"] == "ready" and wanted < number:
                wanted = number
                after_s = 0 if number == 1 else 4.5 * self.rng.lognormvariate(0, 0.6)
                if after_s < word["starts_in_s"]:
                    await asyncio.sleep(after_s)
                    await self._arena("POST", match, f"/rounds/{number}/start", seat)
            elif word["phase"] == "round" and not word["round"]["guess"]:
                await self._round(match, seat, word)
            else:
                await asyncio.sleep(1)

    async def _round(self, match: str, seat: str, word: Word) -> None:
        number = word["round"]["number"]
        limit_s = word["rules"]["time_limit_s"]
        panorama, lat, lng = self.world.place(match, number)
        luck = self.rng.gauss(0, self.world.truth.luck_sd)
        guess = self.world.off(lat, lng, self.world.typical(panorama) + self.skill + luck)
        plan = play(self.rng, "medium", limit_s, guess, self.pace)
        now_s = limit_s - word["round"]["time_left_s"]
        level = 1
        for move in plan.moves:
            if isinstance(move, PinMove):
                await asyncio.sleep(max(0.0, move.at_s - now_s))
                now_s = max(now_s, move.at_s)
                at = on_pixel(move.lat, move.lng, level, self.corner)
                place = {"lat": at[0], "lng": at[1]}
                await self._arena("PUT", match, f"/rounds/{number}/pin", seat, place)
            else:
                level = move.level
        await asyncio.sleep(plan.guess_s - now_s)
        await self._arena("POST", match, f"/rounds/{number}/guess", seat, place)

    async def _study(
        self, method: str, path: str, token: str, body: object = None
    ) -> httpx.Response:
        url = f"/api/experiments/{self.world.keys.study}{path}"
        return await self._call(method, url, token, body)

    async def _arena(
        self, method: str, match: str, path: str, token: str, body: object = None
    ) -> httpx.Response:
        return await self._call(method, f"/api/arena/matches/{match}{path}", token, body)

    async def _call(self, method: str, url: str, token: str, body: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        while True:
            try:
                answer = await self.client.request(method, url, headers=headers, json=body)
            except httpx.TransportError:  # a connection that was about to be closed
                await asyncio.sleep(1)
                continue
            self.hear(f"{method} {url}", answer)
            if answer.status_code != 429:
                return answer
            await asyncio.sleep(1)  # all of them come from one address
