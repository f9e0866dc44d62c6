"""What can be said of the pages' sources without building them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WEB = ROOT / "server" / "web"


def test_the_lock_file_says_what_and_not_from_where() -> None:
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    packages = json.loads(lock)["packages"]
    assert all("integrity" in entry for path, entry in packages.items() if path)


def test_pages_need_nothing_that_their_policy_forbids() -> None:
    for page in WEB.glob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=\"/static/)", html)
        assert not re.search(r"(src|href)=\"(?!/|#)", html)


def test_towns_are_where_they_are() -> None:
    towns = json.loads((WEB / "places.json").read_text(encoding="utf-8"))["towns"]
    by_name = {name: (lat, lng, population) for name, lat, lng, population in towns}
    populations = [population for *_, population in towns]
    assert populations == sorted(populations, reverse=True)
    # Encyclopaedia knowledge, to a tenth of a degree.
    assert by_name["Reykjavík"][:2] == pytest.approx((64.1, -21.9), abs=0.1)
    assert by_name["Quito"][:2] == pytest.approx((-0.2, -78.5), abs=0.1)
    assert by_name["Ulan Bator"][:2] == pytest.approx((47.9, 106.9), abs=0.1)
