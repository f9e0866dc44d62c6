"""docs/operations.md names what there is: each figure, each route, a round that is taken."""

from __future__ import annotations

import json
import re
from pathlib import Path

from server.app import create_app
from server.metrics import Metrics
from server.operations import Standing
from server.settings import from_environment
from server.statistics.words import FinishedRound
from tests.server.test_app import load_nothing
from tests.server.test_metrics import figures

DOCS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def test_figures() -> None:
    metrics = Metrics()
    metrics.took("encode", 1)
    metrics.answered("GET", "/", 200, 1)
    text = metrics.text().decode()
    there = set(re.findall(r"^# TYPE (homing_\w+)", text, re.MULTILINE))
    told = {name.removesuffix("_bucket") for name in re.findall(r"\bhoming_\w+", DOCS)}
    created = {name for name in there if name.endswith("_created")}
    assert told == there - created
    assert figures(text.encode())


def test_routes(tmp_path: Path) -> None:
    settings = from_environment({"HOMING_HOME": str(tmp_path), "HOMING_TOKEN": "secret"})
    described = create_app(settings, load_nothing).openapi()["paths"]
    told = re.findall(r"`(GET|POST) (/[a-z/]+)`", DOCS)
    assert len(told) == 6
    for method, path in told:
        assert method.lower() in described[path]


def test_examples() -> None:
    (said,) = re.findall(r"--json '(.+?)'", DOCS, re.DOTALL)
    assert FinishedRound.model_validate_json(said).number == 1
    standing, line = (json.loads(one) for one in re.findall(r"^(\{.+\})$", DOCS, re.MULTILINE))
    assert Standing.model_validate(standing).status == "loading"
    assert line["event"] == "answered"
