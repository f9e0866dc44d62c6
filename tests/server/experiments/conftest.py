"""A plan that fits, to be bent."""

from __future__ import annotations

from typing import Any

import pytest

from server.arena.words import Rules
from server.experiments.plan import PanoramaSet, Plan, Stopping


def plan_of(**fields: Any) -> Plan:
    """Four matches of three rounds a person on eight sets; `fields` replace its own."""
    given: dict[str, Any] = {
        "title": "Bot against people",
        "hypothesis": "The bot scores more points a round than people do",
        "primary": "score",
        "smallest_effect": 500,
        "bundle": "world-small",
        "rules": Rules(rounds=3, time_limit_s=60),
        "matches": 4,
        "sets": tuple(PanoramaSet(pack="tiny", seed=seed) for seed in range(8)),
        "practice": PanoramaSet(pack="tiny", seed=100),
        "stopping": Stopping(people=20),
    }
    return Plan.model_validate(given | fields)


@pytest.fixture
def plan() -> Plan:
    return plan_of()
