"""A plan that fits, to be bent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from server.arena.api import install_arena
from server.arena.host import Host
from server.arena.shelf import Shelf
from server.arena.store import Store
from server.arena.words import Rules
from server.experiments.api import install_experiments
from server.experiments.desk import Desk
from server.experiments.events import StudyOpened
from server.experiments.opening import open_study
from server.experiments.plan import PanoramaSet, Plan, Stopping, freeze
from server.experiments.store import Studies
from server.gate import Gate
from tests.server.arena.player import Clock
from tests.server.experiments.planted import PACK, save_shades
from tests.server.experiments.study_room import Room

ORIGIN = "http://127.0.0.1:8321"


def plan_of(**fields: Any) -> Plan:
    """Four matches of three rounds a person on eight sets, 25 panoramas in all; `fields` replace
    its own."""
    given: dict[str, Any] = {
        "title": "Bot against people",
        "hypothesis": "The bot scores more points a round than people do",
        "primary": "score",
        "smallest_effect": 500,
        "bundle": "world-small",
        "rules": Rules(rounds=3, time_limit_s=60),
        "matches": 4,
        "sets": tuple(PanoramaSet(pack=PACK, seed=seed) for seed in range(8)),
        "practice": PanoramaSet(pack=PACK, seed=100),
        "stopping": Stopping(people=20),
    }
    return Plan.model_validate(given | fields)


@pytest.fixture
def plan() -> Plan:
    return plan_of()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def opened_room(
    packs: Path, url: str, clock: Clock, plan: Plan | None = None
) -> AsyncIterator[Room]:
    """A study, open, on plain pictures, kept in a database; None: of `plan_of`."""
    if not (packs / PACK).exists():
        save_shades(packs / PACK)
    matches, studies = Store(url), Studies(url)
    host = Host(matches, Shelf(packs), lambda *_: "", clock)
    frozen = freeze(plan or plan_of(), datetime(2026, 11, 21, tzinfo=UTC))
    keys = open_study(studies, frozen, "Do you?", "It was a bot.", clock())
    app = FastAPI()
    gate = Gate("the-servers-own", frozenset({ORIGIN}))
    install_arena(app, host, gate)
    install_experiments(app, Desk(studies, host, clock), gate)
    opened = studies.load(keys.study)[0]
    assert isinstance(opened, StudyOpened)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        yield Room(client, keys, clock, opened.secret, studies, matches)
    studies.close()
    matches.close()


@pytest.fixture
async def room(tmp_path: Path, clock: Clock) -> AsyncIterator[Room]:
    """One in SQLite."""
    async with opened_room(tmp_path / "packs", f"sqlite:///{tmp_path}/arena.sqlite", clock) as room:
        yield room


@pytest.fixture
async def room_anywhere(tmp_path: Path, url: str, clock: Clock) -> AsyncIterator[Room]:
    """One in each kind of database."""
    async with opened_room(tmp_path / "packs", url, clock) as room:
        yield room
