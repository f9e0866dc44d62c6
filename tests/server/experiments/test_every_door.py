"""Every route of the whole server, tried with every token that a person in a match has."""

from __future__ import annotations

import asyncio
import itertools
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.app import create_app
from server.arena.words import Rules
from server.experiments.events import Met
from server.experiments.opening import open_study
from server.experiments.plan import PanoramaSet, Stopping, freeze
from server.experiments.store import Studies
from server.settings import from_environment
from tests.server.experiments.conftest import plan_of
from tests.server.experiments.planted import PACK, save_shades

pytestmark = pytest.mark.slow

URL = "http://127.0.0.1:8321"


class Caller:
    """Comes from another address each time: the door counts wrong tokens by address."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._hosts = (f"10.{n // 250}.{n % 250}.7" for n in itertools.count())

    async def __call__(
        self, method: str, path: str, token: str, body: Any = None
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, client=(next(self._hosts), 1))
        async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
            headers = {"Authorization": f"Bearer {token}"}
            return await client.request(method, path, headers=headers, json=body)


async def test_no_door_leads_to_the_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.experiments.matching.TICK_S", 1.0)  # a real clock's
    monkeypatch.setattr("server.experiments.assignment.ALONE_S", 1.0)
    save_shades(tmp_path / "packs" / PACK)
    settings = from_environment({"HOMING_HOME": str(tmp_path), "HOMING_TOKEN": "the-servers-own"})
    call = Caller(create_app(settings))
    studies = Studies(settings.database_url)
    plan = plan_of(
        rules=Rules(rounds=2, time_limit_s=60),
        matches=2,
        sets=tuple(PanoramaSet(pack=PACK, seed=seed) for seed in range(4)),
        practice=PanoramaSet(pack=PACK, seed=9),
        stopping=Stopping(people=4),
    )
    keys = open_study(studies, freeze(plan, datetime.now(UTC)), "Do you?", "It was.", time.time())
    root = f"/api/experiments/{keys.study}"
    wish = {"nickname": "Eve", "consent": True}
    joined = await call("POST", f"{root}/people", keys.invite, wish)
    person = joined.json()["person_token"]
    await call("POST", f"{root}/me/ready", person)
    me: dict[str, Any] = {"phase": "waiting"}
    until = time.monotonic() + 20
    while me["phase"] == "waiting" and time.monotonic() < until:
        await call("GET", f"{root}/seats", keys.runner)
        await asyncio.sleep(0.3)
        me = (await call("GET", f"{root}/me", person)).json()
    assert me["phase"] == "match"
    (met,) = [e for e in studies.load(keys.study, person.partition(".")[0]) if isinstance(e, Met)]
    table = me["table"]
    tokens = (person, table["seat_token"], keys.invite, keys.experimenter, "")
    words = (met.bot_seat_token or "?", keys.runner, '"opponent"', '"was_bot"', '"bot_seat')
    routes = (await call("GET", "/api/openapi.json", "")).json()["paths"]
    tried = []
    for path in [path for path, methods in routes.items() if "get" in methods]:
        for token in tokens:
            where = path.format_map(_Names(match=table["match"], study=keys.study))
            answer = await call("GET", where, token)
            assert answer.status_code not in {429, 500}, where
            tried.append(answer)
            for word in words:
                assert word not in answer.text, where
    assert len(tried) >= 5 * 15
    assert sum(answer.status_code == 200 for answer in tried) >= 5
    studies.close()


class _Names(dict[str, str]):
    """What stands for a path's parameters; 1 for the others."""

    def __missing__(self, key: str) -> str:
        return "1"
