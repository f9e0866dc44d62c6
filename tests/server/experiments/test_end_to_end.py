"""A small study, really played: two people in Chromium, six without, and the runner's bot."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from server.pages import DIST
from tests.server.experiments.planted import PACK, Truth, save_shades
from tests.server.experiments.study import Size, play
from tests.server.web.conftest import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

TRUTH = Truth(edge=1.0, d_prime=12.0)
"""A tenth of people's error, and nobody who does not see it: so few people find only that."""


def test_a_study_finds_what_was_planted(tmp_path: Path) -> None:
    if not (DIST / "study.html").exists():
        pytest.fail("expected built pages, got none: run `make web`")
    save_shades(tmp_path / "packs" / PACK)
    server = Server(tmp_path)
    server.start()
    try:
        size = Size(browsers=2, headless=6, matches=2, rounds=1)
        found = asyncio.run(play(server, size, TRUTH, tmp_path / "report", None))
    finally:
        server.stop()
    assert len(found.data.matches) == 16
    seen, distance = found.detection, found.distance
    assert seen
    assert distance
    assert (seen.hits, seen.false_alarms) == (1, 0)
    # Of eight people, one round each with luck 0.25 and skill 0.15: five standard errors.
    assert distance.mean == pytest.approx(-TRUTH.edge, abs=0.5)
    report = (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
    assert "A bot with a planted edge" in report
