"""A match of several seats as people play it: lobby, rounds, results, and someone who looks on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.server.web.conftest import TOKEN, Server, Visit

pytestmark = pytest.mark.slow

Visits = Callable[..., Visit]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def duel(visit_with: Visits, server: Server, *lookers: Visit) -> tuple[Page, Page]:
    """Anna, who opened it, and Ben on a telephone, in the first round; the lookers watch."""
    anna, ben = visit_with(), visit_with(**PHONE)
    anna.page.goto(f"{server.url}/#token={TOKEN}&company=others&mode=duels_a&name=Anna&seed=1")
    anna.page.click("#start-match")
    anna.phase("lobby")
    for looker in lookers:
        looker.page.goto(anna.page.input_value("#watch-link"))
        looker.phase("lobby")
    ben.page.goto(anna.page.input_value("#invite-link") + "&name=Ben")
    ben.page.click("#take-seat")
    for visit in (anna, ben, *lookers):
        visit.phase("round")
    return anna.page, ben.page


def guess(page: Page, across: float, down: float) -> None:
    button = page.locator("#open-map")
    if button.is_visible():
        button.click()
    else:
        page.hover("#guess-map")
    page.wait_for_selector("#guess-map[data-expanded='1'][data-moving='0']")
    box = page.locator("#guess-map").bounding_box()
    assert box
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
    page.click("#submit-guess")


def texts(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def number(text: str) -> int:
    return int(text.rsplit(maxsplit=1)[-1].replace(",", ""))


def wait(page: Page, phase: str) -> None:
    page.wait_for_selector(f"body[data-phase={phase}]", timeout=30_000)


def test_a_duels_round_from_lobby_to_blows_and_to_the_next(
    visit_with: Visits, server: Server
) -> None:
    """The next one comes when all are ready."""
    looker = visit_with()
    anna, ben = duel(visit_with, server, looker)
    watcher = looker.page
    guess(anna, 0.5, 0.3)
    wait(anna, "locked")
    assert texts(anna, "#waiting-for") == ["Locked in. Waiting for Ben…"]
    ben.wait_for_selector("#clock:not([hidden])")
    assert ben.locator("#sides i.locked").count() == 1
    assert watcher.locator("#guess-panel").is_hidden()
    guess(ben, 0.9, 0.7)
    for page in (anna, ben, watcher):
        wait(page, "result")
        assert len(texts(page, "#result-turns li")) == 2
    seen = anna.eval_on_selector("#result", "e => ({...e.dataset})")
    assert texts(anna, "#result-turns .own .got") == [f"{int(seen['score']):,}"]
    health = [number(text) for text in texts(anna, "#result-turns .after")]
    scores = [number(text) for text in texts(anna, "#result-turns .got")]
    assert sorted(health) == sorted([6000, 6000 - (max(scores) - min(scores))])
    assert watcher.locator("#result-own").is_hidden()
    assert watcher.locator("#next-round").is_disabled()
    for page in (anna, ben):
        page.click("#next-round")
    for page in (anna, ben, watcher):
        wait(page, "round")
        assert texts(page, "#hud-round") == ["2"]


def test_a_page_loaded_again_is_where_it_was(visit_with: Visits, server: Server) -> None:
    anna, ben = duel(visit_with, server)
    guess(anna, 0.5, 0.3)
    wait(anna, "locked")
    anna.reload()
    wait(anna, "locked")
    guess(ben, 0.5, 0.3)
    wait(anna, "result")
    anna.reload()
    anna.wait_for_selector("body:is([data-phase=result], [data-phase=round], [data-phase=loading])")


def test_an_invitation_that_does_not_fit(visit: Visit, server: Server) -> None:
    wish: dict[str, Any] = {"pack": "painted", "rules": {"rounds": 1}}
    opened = server.call("POST", "/shared-matches", json=wish)
    visit.page.goto(f"{server.url}/join/{opened['match']}#invite=wrong")
    visit.page.click("#take-seat")
    visit.page.wait_for_selector("#join-problem:not(:empty)")
    assert "Ask for a new link" in visit.page.inner_text("#join-problem")
    visit.faults.clear()  # Chromium reports the 401 as one


def test_a_match_is_watched_again(visit_with: Visits, server: Server) -> None:
    shared = {"mode": "duels_a", "seats": 2, "pause_s": 0}
    wish = {"pack": "painted", "rules": {"rounds": 1}, "shared": shared}
    opened = server.call("POST", "/shared-matches", json=wish)
    at = f"/matches/{opened['match']}"
    seats = [
        server.call("POST", f"{at}/seats", opened["invite"], json={"name": name})["seat_token"]
        for name in ("Anna", "Ben")
    ]
    for token, lat in zip(seats, (47, -30), strict=True):
        if server.call("GET", at, token)["phase"] == "ready":
            server.call("POST", f"{at}/rounds/1/start", token)
        server.call("POST", f"{at}/rounds/1/guess", token, json={"lat": lat, "lng": 9})
    visit = visit_with()
    visit.page.goto(f"{server.url}/replay/{opened['match']}#seat={opened['watch_token']}")
    visit.page.wait_for_selector("#panorama[data-round='1']")
    assert len(texts(visit.page, "#replay-turns .got")) == 2
    assert visit.page.locator("#replay-map .pin").count() == 2
    assert visit.page.locator("#replay-map .flag").count() == 1
    visit.page.fill("#replay-time", "0")
    assert texts(visit.page, "#replay-place") == ["Where is this?"]
    assert visit.page.locator("#replay-map .flag").count() == 0
