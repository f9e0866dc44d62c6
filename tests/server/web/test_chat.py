"""The viewers' map: a click makes the line for the chat."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from models.geo import haversine_km
from server.live.chat.commands import GuessAt, read_command
from tests.server.web.conftest import Visit

pytestmark = pytest.mark.slow


def test_a_click_makes_a_guess_for_the_chat(visit: Visit) -> None:
    page = visit.page
    asked: list[str] = []
    page.goto(f"{visit.server.url}/chat")
    expect(page.locator("#copy")).to_be_hidden()
    page.on("request", lambda request: asked.append(request.method))
    box = page.locator("#map").bounding_box()
    assert box
    # The view's centre is 24 north, 0 east; a world of zoom 2 is 1024 pixels wide.
    page.mouse.click(box["x"] + box["width"] / 2 + 128, box["y"] + box["height"] / 2)
    said = page.locator("#command").inner_text()
    guess = read_command(said)
    assert isinstance(guess, GuessAt), said
    assert float(haversine_km((guess.lat, guess.lng), (24, 45))) < 60
    page.click("#copy")
    expect(page.locator("#how")).to_have_text(re.compile("^(Copied|Marked)"))
    marked = page.evaluate("String(getSelection())")
    copied = page.locator("#how").inner_text().startswith("Copied")
    assert copied or marked == said
    assert set(asked) <= {"GET"}  # nothing is sent
