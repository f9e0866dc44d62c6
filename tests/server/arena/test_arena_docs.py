"""What docs/arena.md says is so."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import FastAPI

from server.arena.api import MAX_PREDICTION_BYTES, install_arena
from server.arena.host import Host
from server.arena.rules import MAX_PINS, MAX_PREDICTIONS
from server.arena.shelf import Shelf
from server.arena.store import Store
from server.arena.view import PREFIX
from server.arena.words import ARENA_SUBPROTOCOL, NewMatch, NewSharedMatch, SharedRules
from server.gate import Gate

DOC = (Path(__file__).parents[3] / "docs" / "arena.md").read_text(encoding="utf-8")


def test_the_paths_are_all_there_are(tmp_path: Path, store: Store) -> None:
    app = FastAPI()
    install_arena(app, Host(store, Shelf(tmp_path), lambda *_: ""), Gate("t", frozenset()))
    routes = {f"{PREFIX}/matches/{{match}}/watch", *app.openapi()["paths"]}
    told = {
        re.sub(r"/(MATCH|N|1)\b", lambda m: "/{match}" if m[1] == "MATCH" else "/{number}", path)
        for path in re.findall(r"(?:GET|POST|PUT|WebSocket) ?`?(?:/api/arena)?([/.]+[\w/.-]+)", DOC)
        + re.findall(r"`/api/arena(/[\w/]+)`", DOC)
    }
    told = {path.replace("...", "/matches/{match}") for path in told}
    paths = {route.removeprefix(PREFIX) for route in routes} - {"/packs"}
    assert paths == told


def test_the_wishes_are_wishes() -> None:
    NewMatch.model_validate_json('{"pack": "tour", "rules": {"rounds": 5, "time_limit_s": 60}}')
    (wish,) = re.findall(r"```json\n(.*?)```", DOC, re.DOTALL)
    shared = NewSharedMatch.model_validate_json(wish).shared
    assert shared == SharedRules(mode="duels_b")


def test_the_numbers() -> None:
    assert f"At most {MAX_PINS} in a round" in DOC
    assert f"at most {MAX_PREDICTIONS}, of {MAX_PREDICTION_BYTES // 1024} KiB each" in DOC
    assert f'"{ARENA_SUBPROTOCOL}"' in DOC
