"""What was promised cannot be changed unseen."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from pydantic import ValidationError

from server.experiments.plan import (
    PanoramaSet,
    PlanChanged,
    PlanError,
    Stopping,
    canonical,
    freeze,
    read_plan,
    thaw,
)
from tests.server.experiments.conftest import plan_of

AT = datetime(2026, 11, 21, 20, 30, 5, 999, tzinfo=UTC)
TOML = """
title = "Bot against people"
hypothesis = "The bot is better"
primary = "wins"
smallest_effect = 0.7
bundle = "world-small"
matches = 1
sets = [{pack = "tiny", split = "test", seed = 1}]
practice = {pack = "tiny", seed = 2}
rules = {rounds = 3, time_limit_s = 60}
stopping = {people = 20, looks = [10], spending = "pocock"}
"""


def test_the_plan_of_the_docs_can_be_frozen() -> None:
    docs = Path(__file__).parents[3] / "docs" / "experiments.md"
    plan = read_plan(docs.read_text().split("```toml\n")[1].split("```")[0])
    assert (plan.matches, len(plan.sets)) == (4, 7)


def test_toml() -> None:
    plan = read_plan(TOML)
    assert plan.sets == (PanoramaSet(pack="tiny", split="test", seed=1),)
    assert plan.stopping.fractions == (0.5, 1.0)
    assert plan.exclusions.least_guessed == 0.5


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("title = ", "plan: expected TOML, got: "),
        ('titel = "x"', "plan: titel: Extra inputs are not permitted"),
        ("rules = {rounds = 3}", "rules.time_limit_s: expected a clock, got: none"),
        ("matches = 2", "sets: expected at least 3 different ones for 2 matches a person, got: 1"),
        ("smallest_effect = 0.5", "smallest_effect: expected one, got: 0.5, none"),
        ("practice = {pack = 'tiny', split = 'test', seed = 1}", "practice: expected panoramas of"),
        ("stopping = {people = 20, looks = [15, 10]}", "stopping: looks: expected rising numbers"),
        ("stopping = {people = 20, looks = [20]}", "from 2 to 19, got: [20]"),
    ],
)
def test_a_plan_that_cannot_be_used(line: str, message: str) -> None:
    name = line.split(" ", maxsplit=1)[0]
    toml = "\n".join(old for old in TOML.splitlines() if not old.startswith(name + " "))
    with pytest.raises(PlanError) as caught:
        read_plan(f"{toml}\n{line}")
    assert message in str(caught.value)


def test_frozen_and_read_again() -> None:
    frozen = freeze(plan_of(), AT)
    assert thaw(frozen.text()) == frozen
    assert frozen.stamp == f"SHA-256 {frozen.sha256}, frozen 2026-11-21 20:30 UTC"


def test_the_digest_is_of_canonical_json() -> None:
    frozen = freeze(plan_of(), AT)
    said = json.loads(frozen.text())
    del said["sha256"]
    said["frozen_at"] = "2026-11-21T20:30:05+00:00"
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == frozen.sha256
    assert canonical(frozen.plan, frozen.frozen_at).decode() == text


def test_the_zone_of_the_clock_does_not_matter() -> None:
    there = AT.astimezone(timezone(timedelta(hours=9)))
    assert freeze(plan_of(), there) == freeze(plan_of(), AT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"smallest_effect": 500.0', '"smallest_effect": 400.0'),
        ('"primary": "score"', '"primary": "distance"'),
        ("2026-11-21T20:30:05", "2026-11-20T20:30:05"),
    ],
)
def test_a_changed_plan_is_refused_by_name(old: str, new: str) -> None:
    text = freeze(plan_of(), AT).text()
    assert old in text
    with pytest.raises(PlanChanged, match="plan 'Bot against people' was changed after it was fro"):
        thaw(text.replace(old, new))


def test_what_is_no_frozen_plan() -> None:
    with pytest.raises(PlanError, match="frozen plan: "):
        thaw("{}")


def test_looks_rise() -> None:
    with pytest.raises(ValidationError):
        Stopping(people=10, looks=(1,))
