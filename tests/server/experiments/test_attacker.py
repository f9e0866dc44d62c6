"""Whoever plays a study and keeps all that they are sent cannot tell the bot from people.

A study is played over HTTP in quick time: simulated people, who act as the pages do, and the real
runner, whose pace was fitted to a pilot of such people. The attacker has every word that a seat may
ask for, the moments at which others' steps are pushed to it, and all matches of the study at once,
with the truth for half of them. How well somebody plays is no channel: it is what a study measures.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from bot.human.fit import Observed, fit
from bot.human.pace import SHIPPED, Lognormal, Pace
from bot.human.runner import Runner
from models.world.pack import load_pack
from server.arena.api import install_arena
from server.arena.events import SeatReady
from server.arena.host import Host
from server.arena.shelf import Shelf
from server.arena.store import Store
from server.arena.words import Rules
from server.experiments.api import install_experiments
from server.experiments.desk import Desk
from server.experiments.events import Met, Ready
from server.experiments.names import ALIASES
from server.experiments.opening import open_study
from server.experiments.plan import PanoramaSet, Stopping, freeze
from server.experiments.store import Studies
from server.gate import Gate
from tests.server.experiments.conftest import plan_of
from tests.server.experiments.planted import PACK, Somebody, Truth, World, save_shades
from tests.server.experiments.quick_time import Steady, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ORIGIN = "http://127.0.0.1:8321"
PEOPLE, MATCHES, ROUNDS = 10, 4, 3
PACE: Pace = {name: Lognormal(5.0, 0.45) for name in SHIPPED}
"""Of the simulated people: not the shipped one."""
CHANCE = 1e-3
"""That a test fails though there is nothing to find."""

Row = dict[str, float]


@dataclass
class Heard:
    """A study as its people saw it."""

    words: list[str] = field(default_factory=list)
    """Every answer that anybody got before their own debrief."""
    shapes: dict[str, set[str]] = field(default_factory=lambda: {"bot": set(), "person": set()})
    matches: list[tuple[str, Row]] = field(default_factory=list)
    """Kind of the opponent, and what was seen of it."""
    rounds: list[tuple[str, Row]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)


def pilot() -> Pace:
    """The bot's pace: of 400 rounds of such people at each difficulty. Of 100, medians may be 7 %
    off, which 360 rounds show."""
    rng = np.random.default_rng(3)
    of = {"easy": 4500.0, "medium": 3000.0, "hard": 1000.0}
    return fit(
        [
            Observed(name, score, float(5.0 * np.exp(0.45 * rng.standard_normal())), False)
            for name, score in of.items()
            for _ in range(400)
        ]
    )


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    return run(played(tmp_path_factory.mktemp("attacked")))


async def played(folder: Path, size: int = PEOPLE, seed: int = 11) -> Heard:
    """A study of so many people."""
    loop = asyncio.get_running_loop()
    began = time.time() - loop.time()

    def clock() -> float:
        return began + loop.time()

    save_shades(folder / "packs" / PACK)
    url = f"sqlite:///{folder}/arena.sqlite"
    studies, matches = Studies(url), Store(url)
    host = Host(matches, Shelf(folder / "packs"), lambda *_: "", clock)
    plan = plan_of(
        rules=Rules(rounds=ROUNDS, time_limit_s=60),
        matches=MATCHES,
        sets=tuple(PanoramaSet(pack=PACK, seed=seed) for seed in range(10)),
        practice=PanoramaSet(pack=PACK, seed=99),
        after_first_guess_s=None,
        stopping=Stopping(people=size),
    )
    keys = open_study(studies, freeze(plan, datetime.now(UTC)), "Do you?", "It was.", clock())
    app = FastAPI()
    gate = Gate("the-servers-own", frozenset({ORIGIN}))
    install_arena(app, host, gate)
    install_experiments(app, Desk(studies, host, clock), gate)
    places = [(one.lat, one.lng) for one in load_pack(folder / "packs" / PACK).panoramas]
    world = World(Truth(0.0, 1.0), places, keys, studies, matches, Random(seed))
    heard = Heard(secrets=[keys.runner, keys.experimenter])
    transport = Steady(httpx.ASGITransport(app))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        runner = Runner(client, keys.study, keys.runner, lambda _: world.locate, pilot())
        bot = asyncio.create_task(runner.run())
        people = [Somebody(client, world, pace=PACE, hear=_keeper(heard)) for _ in range(size)]

        async def come(number: int) -> None:
            await asyncio.sleep(world.rng.uniform(0, 20))
            await people[number].take_part(f"N{number}")

        await asyncio.gather(*(come(number) for number in range(size)))
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot
        for one in people:
            await _look_back(one, studies, matches, keys.study, heard)
    studies.close()
    matches.close()
    return heard


def _keeper(heard: Heard) -> Any:
    def hear(_: str, answer: httpx.Response) -> None:
        if "json" in answer.headers["content-type"] and '"phase":"debrief"' not in answer.text:
            heard.words.append(answer.text)

    return hear


async def _look_back(
    one: Somebody, studies: Studies, store: Store, study: str, heard: Heard
) -> None:
    """All matches of a person, as they can be watched again."""
    log = studies.load(study, one.token.partition(".")[0])
    wants = [event.at for event in log if isinstance(event, Ready)]
    for number, met in enumerate(event for event in log if isinstance(event, Met)):
        if met.bot_seat_token:
            heard.secrets.append(met.bot_seat_token)
        answer = await one._arena("GET", met.match, "/replay", met.seat_token)
        heard.shapes[met.opponent].add(_shape(answer))
        ready = {
            event.number: event.at - met.at
            for event in store.load(met.match)
            if isinstance(event, SeatReady) and event.seat != met.seat
        }
        name, digits = met.rival_alias.split()
        row = {
            "name": float(ALIASES.index(name)),
            "digits": float(digits),
            "avatar": float(met.rival_avatar),
            "seat": float(met.seat),
            "waited": met.at - wants[number],
            "set": float(met.set),
            "arrived": ready.get(1, -1.0),
        }
        heard.matches.append((met.opponent, row))
        rounds = answer.json()["rounds"]
        heard.rounds += [(met.opponent, _seen(one, 1 - met.seat)) for one in rounds]


def _seen(round_: dict[str, Any], rival: int) -> Row:
    """Of the opponent, in one round."""
    (turn,) = [one for one in round_["outcome"]["turns"] if one["seat"] == rival]
    pins = [one for one in round_["pins"] if one["seat"] == rival]
    last = pins[-1]
    return {
        "time": turn["time_s"],
        "pins": float(len(pins)),
        "first pin": pins[0]["time_s"] / turn["time_s"],
        "submit": turn["time_s"] - last["time_s"],
        "as pinned": float(last["pin"] == turn["guess"]),
        "digits": float(len(repr(turn["guess"]["lng"]))),
        "timed out": float(turn["timed_out"]),
        "fraction": turn["time_s"] % 1,
    }


def _shape(answer: httpx.Response) -> str:
    """Status, names of headers and the words' names: no values."""

    def names(word: Any) -> Any:
        if isinstance(word, dict):
            return {key: names(value) for key, value in word.items()}
        return names(word[0]) if isinstance(word, list) and word else ""

    return json.dumps([answer.status_code, sorted(answer.headers), names(answer.json())])


def least_p(rows: list[tuple[str, Row]]) -> tuple[float, str]:
    """Of all channels, by Kolmogorov and Smirnov, Bonferroni's correction; and which it is."""
    from scipy.stats import ks_2samp

    names = sorted(rows[0][1])
    found = []
    for name in names:
        bot, people = ([row[name] for kind, row in rows if kind == k] for k in ("bot", "person"))
        p = ks_2samp(bot, people, method="asymp").pvalue  # the exact way fails on some ties
        found.append((min(1.0, p * len(names)), name))
    return min(found)


def learned_p(rows: list[tuple[str, Row]]) -> float:
    """Of a forest that has seen four fifths of the truth guessing the rest so well by chance."""
    from scipy.stats import binomtest
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import cross_val_predict

    x = np.array([list(row.values()) for _, row in rows])
    y = np.array([kind == "bot" for kind, _ in rows])
    forest = RandomForestClassifier(60, min_samples_leaf=4, random_state=0, class_weight="balanced")
    right = int((cross_val_predict(forest, x, y, cv=5) == y).sum())
    # Whoever always says the commoner kind is right this often.
    return float(binomtest(right, len(y), max(y.mean(), 1 - y.mean()), "greater").pvalue)


def test_no_channel_tells(heard: Heard) -> None:
    kinds = [kind for kind, _ in heard.matches]
    assert min(kinds.count("bot"), kinds.count("person")) > PEOPLE * MATCHES / 4
    for rows in (heard.matches, heard.rounds):
        p, channel = least_p(rows)
        assert p > CHANCE, channel
        assert learned_p(rows) > CHANCE


@pytest.mark.parametrize(
    ("channel", "law"),
    [
        ("time", lambda rng: rng.gauss(5, 0.1)),  # too even
        ("time", lambda rng: rng.lognormvariate(np.log(2.5), 0.45)),  # too quick
        ("pins", lambda _: 4.0),
        ("submit", lambda rng: rng.uniform(0, 0.3)),
        ("as pinned", lambda rng: float(rng.random() < 0.5)),
        ("digits", lambda _: 8.0),
    ],
)
def test_the_attacker_sees_a_bot_that_is_careless(heard: Heard, channel: str, law: Any) -> None:
    rng = Random(1)
    rows = [
        (kind, row | {channel: law(rng)} if kind == "bot" else row) for kind, row in heard.rounds
    ]
    p, found = least_p(rows)
    assert p < CHANCE
    assert found == channel


def test_all_answers_have_one_shape(heard: Heard) -> None:
    assert heard.shapes["bot"] == heard.shapes["person"]
    assert len(heard.shapes["bot"]) == 1


def test_nothing_says_it_before_the_debrief(heard: Heard) -> None:
    said = "".join(heard.words)
    assert len(heard.words) > 500
    for word in ('"opponent"', '"was_bot":', '"bot_seat', '"swapped"', *heard.secrets):
        assert word not in said
